#pragma once
// option-def: options and sub-options of the operator's own, by space, name and code. Must not
// know: values, packets.

#include "config/node.h"
#include "wire/v4/protocol.h"
#include "wire/value_codec.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lessor::config {

/// The space of options that stand in messages themselves.
inline constexpr std::string_view kDhcp4Space = "dhcp4";
/// The space of what stands in option 43, unless a definition of 43 names another.
inline constexpr std::string_view kVendorSpace = "vendor-encapsulated-options-space";

/// One option as its space has it.
struct OptionDef {
  std::string name;
  wire::OptionCode code = 0;
  wire::Shape shape;
  std::string encapsulates;  ///< the space whose options stand behind its own value; empty: none
};

/// The definitions of one scope, in front of those around it.
class OptionDefs {
 public:
  /// `around` is borrowed; null where nothing is.
  explicit OptionDefs(const OptionDefs* around = nullptr) : around_(around) {}

  /// Reads `option-def` of Dhcp4 or of a class. As Kea has it, a class defines nothing but options
  /// 43 and 224 to 254, which vendors and sites have for themselves, and what Kea has a definition
  /// of is not defined again.
  void read(const Node& scope, bool of_class, Report& report);

  /// Of a space, by code or name; nullptr when there is none. Definitions that come with the space
  /// (vendor-4491) are among them, options of the space dhcp4 that IANA has assigned are not.
  [[nodiscard]] const OptionDef* find(std::string_view space, wire::OptionCode code) const;
  [[nodiscard]] const OptionDef* find(std::string_view space, std::string_view name) const;
  /// The names that `find` knows, for suggestions.
  [[nodiscard]] std::vector<std::string_view> names(std::string_view space) const;
  /// The space that stands inside of an option: its definition's, or option 43's own; else empty.
  [[nodiscard]] std::string_view encapsulated_by(std::string_view space,
                                                 wire::OptionCode code) const;

 private:
  using Spaces = std::map<std::string, std::map<wire::OptionCode, OptionDef>, std::less<>>;

  void read_one(const Node& map, bool of_class, Report& report);
  [[nodiscard]] bool is_free(const Node& map, std::string_view space, const OptionDef& made,
                             Report& report) const;

  const OptionDefs* around_;
  Spaces spaces_;
};

/// Whether a text may name a space or an option: letters, digits, - and _, no - or _ at its ends.
[[nodiscard]] bool is_option_word(std::string_view text);
/// The enterprise number of "vendor-9"; nothing for other spaces.
[[nodiscard]] std::optional<std::uint32_t> enterprise_of(std::string_view space);

}  // namespace lessor::config
