#pragma once
// Tree -> program. Must not know: packets, configuration; classes are known by what is handed in.

#include "expression/error.h"
#include "expression/parser.h"
#include "expression/program.h"

#include <functional>
#include <optional>
#include <string_view>

namespace lessor::expression {

/// The number of a class, or what is wrong with its name ("there is no class before this one ...").
using FindClass = std::function<std::expected<ClassId, std::string>(std::string_view name)>;

/// Compiles a tree of parse(). Errors: a class that is unknown, a regular expression that is none,
/// more values at once than kMaxStack.
[[nodiscard]] std::expected<Program, Error> compile(const Node& tree, const FindClass& find_class);

/// parse() and compile() in one.
[[nodiscard]] std::expected<Program, Error> compile(std::string_view text, Type wanted,
                                                    const FindClass& find_class,
                                                    const FindOption& find_option = {});

/// Whether the expression asks for membership of a class: what is evaluated when depends on it.
[[nodiscard]] bool asks_for_class(const Program& program, ClassId id);

}  // namespace lessor::expression
