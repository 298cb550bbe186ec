#pragma once
// Holds a document against the schema: unknown keys, wrong types, bounds, and what is not
// implemented. After it, readers may take every value they find by its type.

#include "config/node.h"
#include "config/schema.h"

namespace lessor::config {

/// Checks everything below `root`, the value of the whole file. Errors and notes go to `report`.
void check_schema(const Node& root, Report& report);

/// Whether a value has the form of a type.
[[nodiscard]] bool has_type(Type type, const JsonValue& value);

}  // namespace lessor::config
