#pragma once
// A compiled expression: instructions of a stack machine, their constants and paths. Made at load,
// then only read. Must not know: text of expressions.

#include "expression/class_set.h"
#include "expression/regex.h"
#include "expression/tree.h"

#include <cstdint>
#include <vector>

namespace lessor::expression {

enum class Op : std::uint8_t {
  // Push a text.
  constant,  ///< of `count` octets at constants[a]
  value,     ///< of paths[a]
  field,     ///< Field of `count`
  // Texts to texts.
  substring,   ///< from a, b long; `flag`: to the end
  split,       ///< part number a
  concat,      ///< the two on top
  choose,      ///< two texts and a condition: one text
  hexstring,   ///< two
  addrtotext,  ///< one
  inttotext,   ///< one, of `count` octets; `flag`: signed
  lcase,
  ucase,
  // Conditions.
  exists,  ///< paths[a]
  member,  ///< class a
  equal,   ///< two texts
  match,   ///< one text, regexes[a]
  negate,
  both,
  either,
  /// When the condition on top decides already, go to instruction a with it; else drop it.
  skip_if_false,
  skip_if_true,
};

struct Instruction {
  Op op = Op::constant;
  bool flag = false;
  std::uint16_t count = 0;
  std::int32_t a = 0;
  std::int32_t b = 0;
};

struct Program {
  Type type = Type::condition;
  std::vector<Instruction> code;
  std::vector<std::byte> constants;
  std::vector<Path> paths;
  std::vector<Regex> regexes;
};

}  // namespace lessor::expression
