#pragma once
// Client classes as the file has them: their names, definitions, and the lists that name them.

#include "config/class_checks.h"
#include "config/class_table.h"
#include "config/node.h"
#include "config/option_defs.h"

#include <bitset>
#include <expected>
#include <map>
#include <optional>
#include <set>

namespace lessor::config {

/// Gives every class that the file names its number, in whatever place it is named first.
class ClassNames {
 public:
  /// `options`: the definitions of Dhcp4, borrowed.
  explicit ClassNames(const OptionDefs& options);

  /// What names of options mean outside of classes, which may have definitions of their own.
  [[nodiscard]] const OptionDefs& options() const { return options_; }

  /// The number of a class, defined or not. Nothing when there are too many (kMaxClasses); that is
  /// reported at `place`.
  [[nodiscard]] std::optional<ClassId> number_of(std::string_view name, const Node& place,
                                                 Report& report);
  /// The same for a list of names under `key`, or one name under `old_key` ("": there is none).
  [[nodiscard]] std::vector<ClassId> read_list(const Node& map, std::string_view key,
                                               std::string_view old_key, Report& report);
  /// The classes that a reservation gives: client-classes of its map.
  [[nodiscard]] std::vector<ClassId> read_given(const Node& reservation, Report& report);
  /// The number of the class named at `place`, a text, that something is for.
  [[nodiscard]] std::optional<ClassId> read_guard(const Node& place, Report& report);
  /// Reads `client-classes` of Dhcp4. Call it before the other places that name classes.
  void read_definitions(const Node& global, Report& report);

  /// Packets are to be classified even if no class is named.
  void require() { table_.in_use = true; }
  /// An expression of type text at `place`; nothing, with a report, when it is none. It may ask for
  /// every class.
  [[nodiscard]] std::optional<expression::Program> read_text_expression(const Node& place,
                                                                        Report& report);
  /// Likewise a condition.
  [[nodiscard]] std::optional<expression::Program> read_condition(const Node& place,
                                                                  Report& report);

  /// Whether Kea's limits hook is loaded: known once the definitions have been read.
  [[nodiscard]] bool has_limits_hook() const { return has_limits_hook_; }

  /// Told of the options of every scope.
  void note_options(const OptionSet& options);
  /// Whether there were sub-options of option 125 among them.
  [[nodiscard]] bool have_vendor_options() const { return !vendor_options_.empty(); }
  /// Notes at `global` which of them nobody gets: only cable modems can ask, others have to be
  /// sent them.
  void note_unasked_vendor_options(const Node& global, Report& report) const;
  /// Whether there was option 108 (RFC 8925).
  [[nodiscard]] bool have_ipv6_only() const { return ipv6_only_; }

  /// Whether some class gives this option.
  [[nodiscard]] bool gives(std::uint8_t code) const;
  /// Notes at `global` which options every scope that has them keeps from clients.
  void note_withheld_options(const Node& global, Report& report) const;
  /// Everything that was read, numbered and indexed. Notes at `global` which classes are named, but
  /// nobody can be in, and at their places which are of no use.
  [[nodiscard]] ClassTable take(const Node& global, Report& report);

 private:
  [[nodiscard]] std::vector<ClassId> read_names(const Node& map, std::string_view key,
                                                std::string_view old_key, Report& report);
  [[nodiscard]] std::expected<ClassId, std::string> find_for_member(std::string_view name);
  [[nodiscard]] std::optional<wire::OptionCode> find_defined_option(std::string_view name) const;
  void read_definition(const Node& map, Report& report);
  /// What the test needs to be true, for the index.
  std::optional<expression::Requirement> read_test(const Node& map, ClientClass& made,
                                                   Report& report);
  std::optional<expression::Requirement> read_expression(
      const Node& place, expression::Type wanted, std::optional<expression::Program>& program,
      Report& report);
  void read_gifts(const Node& map, ClientClass& made, Report& report);
  [[nodiscard]] bool may_be_defined(const Node& map, const std::string& name, Report& report);
  void read_limits(const Node& map, ClientClass& made, Report& report);
  void note_host_classes(ClientClass& made) const;
  void index_values();
  void index_tests();
  [[nodiscard]] bool can_have_members(const std::string& name) const;

  const OptionDefs& options_;
  std::map<std::string, ClassId, std::less<>> numbers_;
  std::map<std::string, Position, std::less<>> defined_;
  ClassMentions mentions_;
  std::optional<expression::Node> last_tree_;  // of the condition read last
  std::bitset<256> sent_;                      // codes of options that some scope sends
  std::bitset<256> withheld_;                  // and that some scope never sends
  // By enterprise and code: whether some scope always sends it.
  std::map<std::pair<std::uint32_t, std::uint8_t>, bool> vendor_options_;
  bool ipv6_only_ = false;
  bool has_limits_hook_ = false;
  ClassTable table_;
  std::vector<std::optional<expression::Requirement>> requirements_;  // by position in table_
};

}  // namespace lessor::config
