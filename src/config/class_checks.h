#pragma once
// Classes that nobody is in, and classes that change nothing: what only the whole file tells.

#include "config/class_table.h"
#include "config/node.h"
#include "expression/tree.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lessor::config {

/// What a file says of classes beside their definitions, by name.
struct ClassMentions {
  using Names = std::set<std::string, std::less<>>;
  Names given;       ///< by reservations
  Names additional;  ///< named in a list of additional classes
  Names asked;       ///< by a guard, a list of additional classes, an expression
  std::map<std::string, expression::Node, std::less<>> tests;  ///< conditions
};

/// Notes at its place in `global` each of `classes` (in the order of the text) that nobody can be
/// in, as the file stands: it has neither a test nor a reservation, its test is true of no packet,
/// or no list has it that is only evaluated by lists. And each that gives nothing and is not asked
/// for.
void note_odd_classes(const Node& global, const std::vector<ClientClass>& classes,
                      const ClassMentions& mentions, Report& report);

}  // namespace lessor::config
