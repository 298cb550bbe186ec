#pragma once
// Text -> tree: Kea's grammar of expressions, with the type of every part checked. Must not know:
// packets, which classes there are.

#include "expression/error.h"
#include "expression/tree.h"

#include <expected>

namespace lessor::expression {

/// Reads a whole expression of the type that its place wants: a `test` is a condition, a
/// `template-test` and an identifier are texts. Pure. The error names the first character that does
/// not fit, and what would.
[[nodiscard]] std::expected<Node, Error> parse(std::string_view text, Type wanted);

}  // namespace lessor::expression
