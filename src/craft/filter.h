#pragma once
// Display filters in DHCP's own terms: conditions on packets, for views and for the expectations of
// packet files. Must not know: files, terminals.

#include "craft/dissect.h"
#include "wire/v4/protocol.h"

#include <expected>
#include <string>
#include <vector>

namespace lessor::craft {

/// Conditions that must all hold: `type=offer mac=c0:01:1b:69:00:00 option.host-name~R1`.
///
/// A condition is NAME OP VALUE, or a NAME alone for "is there". OP is one of = != ~ !~ < <= > >=;
/// `~` looks for text in the printed value, whatever its case. `!=` and `!~` hold wherever `=` and
/// `~` do not, also where there is no such value. A VALUE with blanks stands in quotes.
/// Names: `type`; `mac` (chaddr, and the frame's both ends); `address` (ciaddr, yiaddr or option
/// 50; also a prefix); `server` (option 54, or else the server's end); a layer (`arp`, `dhcp`); a
/// field by its path (`ip.src`, `xid`); `option.NAME`, `option.NAME.SUB`.
class Filter {
 public:
  /// The error is a sentence that names the word, and the nearest name where there is one.
  [[nodiscard]] static std::expected<Filter, std::string> parse(std::string_view text);

  /// Whether the frame meets every condition. A filter without conditions takes all.
  [[nodiscard]] bool matches(const Dissection& d) const;
  [[nodiscard]] bool empty() const { return conditions_.empty(); }
  /// Adds the conditions of `other`.
  void join(Filter other);

  // What conditions are made of; for filter.cc and filter_parse.cc.
  enum class Subject : std::uint8_t {
    type,
    mac,
    address,
    server,
    layer,
    field,
    option,
    sub_option
  };
  enum class Operator : std::uint8_t {
    exists,
    equals,
    contains,
    less,
    less_equal,
    more,
    more_equal
  };
  struct Condition {
    Subject subject = Subject::layer;
    Operator op = Operator::exists;
    bool negated = false;
    Layer layer = Layer::ethernet;
    const FieldRow* field = nullptr;
    wire::OptionCode option = 0;
    wire::OptionCode sub = 0;
    std::vector<std::byte> octets;       ///< the value as it lies in a packet
    std::optional<net::Prefix4> prefix;  ///< the value, when addresses are compared
    std::string text;                    ///< the value, lower case, for `contains`
  };

 private:
  std::vector<Condition> conditions_;
};

}  // namespace lessor::craft
