#pragma once
// Text -> tree: Kea's grammar of expressions, with the type of every part checked. Must not know:
// packets, which classes there are.

#include "expression/error.h"
#include "expression/tree.h"

#include <expected>
#include <functional>
#include <optional>

namespace lessor::expression {

/// The code of an option that the operator has named himself; nothing when there is none such.
using FindOption = std::function<std::optional<std::uint8_t>(std::string_view name)>;

/// Reads a whole expression of the type that its place wants: a `test` is a condition, a
/// `template-test` and an identifier are texts. Pure. The error names the first character that does
/// not fit, and what would. `find_option` is asked for names before the options that everybody has
/// (empty: there are no others).
[[nodiscard]] std::expected<Node, Error> parse(std::string_view text, Type wanted,
                                               const FindOption& find_option = {});

}  // namespace lessor::expression
