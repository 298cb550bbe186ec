#pragma once
// The running configuration as a tree that commands change: subnets by id, networks and classes by
// name, reservations. Must not know: what a configuration means; whoever swaps it in checks it.

#include "config/json_reader.h"
#include "net/address.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::control {

using config::JsonValue;

/// For read_json(), of what comes by a command: it includes no file, and says so.
[[nodiscard]] std::expected<std::string, std::string> read_no_file(const std::string& path);

/// A member of a map; null when it is absent, or `map` is none.
[[nodiscard]] JsonValue* member(JsonValue& map, std::string_view key);
[[nodiscard]] const JsonValue* member(const JsonValue& map, std::string_view key);
/// Sets a member, be it there or not.
void set_member(JsonValue& map, std::string_view key, JsonValue value);
void remove_member(JsonValue& map, std::string_view key);
/// The text or number of a member, if it is one.
[[nodiscard]] std::optional<std::string> text_member(const JsonValue& map, std::string_view key);
[[nodiscard]] std::optional<std::uint32_t> number_member(const JsonValue& map,
                                                         std::string_view key);

[[nodiscard]] JsonValue json_text(std::string_view text);
[[nodiscard]] JsonValue json_number(std::uint64_t number);
[[nodiscard]] JsonValue json_list(JsonValue::List elements);
/// A map of these members, in this order.
[[nodiscard]] JsonValue json_map(std::vector<std::pair<std::string_view, JsonValue>> members);

/// A subnet where it stands.
struct SubnetPlace {
  JsonValue* list = nullptr;     ///< the list that it is in
  std::size_t index = 0;         ///< its place there
  JsonValue* network = nullptr;  ///< the shared network around it; null when there is none
  [[nodiscard]] JsonValue& subnet() const { return (*list->as_list())[index]; }
};

/// The whole configuration.
class ConfigTree {
 public:
  /// Reads plain JSON. Errors: it is no configuration of a server.
  [[nodiscard]] static std::expected<ConfigTree, std::string> read(std::string_view text);
  [[nodiscard]] std::string text() const { return config::to_json(document_.root); }

  /// The map under "Dhcp4".
  [[nodiscard]] JsonValue& dhcp4() { return *member(document_.root, "Dhcp4"); }
  /// A list in Dhcp4 (or in `map`), made where it is absent.
  [[nodiscard]] JsonValue& list(std::string_view key) { return list(dhcp4(), key); }
  [[nodiscard]] static JsonValue& list(JsonValue& map, std::string_view key);

  /// All subnets, those of shared networks last.
  [[nodiscard]] std::vector<SubnetPlace> subnets();
  [[nodiscard]] std::optional<SubnetPlace> find_subnet(std::uint32_t id);
  [[nodiscard]] std::optional<SubnetPlace> find_subnet(std::string_view prefix);
  /// The place in a list of maps of the one with this name; nothing when there is none.
  [[nodiscard]] static std::optional<std::size_t> find_named(JsonValue& list,
                                                             std::string_view name);

 private:
  explicit ConfigTree(config::JsonDocument document) : document_(std::move(document)) {}

  config::JsonDocument document_;
};

/// The id of a subnet's map: the one that it says, else the one that follows from its prefix.
[[nodiscard]] std::uint32_t id_of(const JsonValue& subnet);
/// "192.0.2.0/24 (id 1)" for texts.
[[nodiscard]] std::string name_of(const JsonValue& subnet);

}  // namespace lessor::control
