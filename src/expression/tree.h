#pragma once
// An expression as a tree: what the parser makes, the compiler reads and print() writes. Its nodes
// are of the right type already. Must not know: packets.

#include "expression/limits.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::expression {

/// What a part of an expression is worth.
enum class Type : std::uint8_t {
  condition,  ///< true or false
  text,       ///< octets
};

/// Where a path begins.
enum class Source : std::uint8_t {
  option,        ///< option[n], its sub-options behind it
  relay4,        ///< relay4[n]: sub-options of option 82
  vendor,        ///< vendor[e]: option 125 (RFC 3925)
  vendor_class,  ///< vendor-class[e]: option 124
};
/// What of it is asked for.
enum class Want : std::uint8_t {
  hex,         ///< the octets
  text,        ///< as people read them
  exists,      ///< whether it is there
  enterprise,  ///< vendor and vendor-class: the number
  data,        ///< vendor-class: the octets of one entry
};

/// option[82].option[1].hex and its like.
struct Path {
  Source source = Source::option;
  Want want = Want::hex;
  std::uint8_t depth = 0;  ///< of `codes`
  std::array<std::uint8_t, kMaxPath> codes{};
  std::uint32_t enterprise = 0;  ///< 0: any
  std::uint32_t entry = 0;       ///< of `data`
  friend bool operator==(const Path&, const Path&) = default;
};

/// Facts of the packet outside of its options.
enum class Field : std::uint8_t {
  iface,
  src,
  dst,
  len,
  mac,
  hlen,
  htype,
  ciaddr,
  giaddr,
  yiaddr,
  siaddr,
  msgtype,
  transid,
};
/// As written: "pkt4.mac".
[[nodiscard]] std::string_view name_of(Field field);

enum class Kind : std::uint8_t {
  // Texts.
  quoted,   ///< 'abc': `octets`
  hex,      ///< 0x0102: `octets`
  address,  ///< IPv4 or IPv6: `octets`, 4 or 16
  integer,  ///< `octets`: 4, big-endian
  path,     ///< also a condition, when exists is wanted
  field,
  substring,  ///< of its child, from `start`, `length` long
  split,      ///< of two children, the part number `start`
  concat,     ///< of two or more
  ifelse,     ///< three
  hexstring,  ///< two: octets, separator
  addrtotext,
  inttotext,  ///< `width` octets, `is_signed`
  lcase,
  ucase,
  // Conditions.
  logic_not,
  logic_and,  ///< two or more
  logic_or,   ///< two or more
  equal,      ///< two
  member,     ///< `octets`: the class's name
  match,      ///< `octets`: the regular expression; one child
};

struct Node {
  Kind kind = Kind::quoted;
  Type type = Type::text;
  bool by_plus = false;    ///< concat: written with +
  bool is_signed = false;  ///< inttotext
  std::uint8_t width = 0;  ///< inttotext: 1, 2 or 4
  bool to_end = false;     ///< substring: `length` is all
  Field field = Field::iface;
  std::int32_t start = 0;
  std::int32_t length = 0;
  std::uint32_t offset = 0;  ///< in the text, for messages
  std::uint32_t size = 0;
  std::uint32_t quoted_at = 0;  ///< member, match: where `octets` stands
  std::uint32_t quoted_size = 0;
  std::string octets;
  Path path;
  std::vector<Node> children;
};

/// Whether both mean the same and are written alike; places in the text do not count.
[[nodiscard]] bool is_same(const Node& a, const Node& b);

/// The expression in its one usual form: parse(print(tree)) is the same tree.
[[nodiscard]] std::string print(const Node& tree);

}  // namespace lessor::expression
