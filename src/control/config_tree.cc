#include "control/config_tree.h"

#include "config/subnet_checks.h"

#include <algorithm>

namespace lessor::control {

using config::JsonMember;

std::expected<std::string, std::string> read_no_file(const std::string&) {
  return std::unexpected("a command includes no file");
}

JsonValue* member(JsonValue& map, std::string_view key) {
  if (map.as_map() == nullptr) return nullptr;
  for (JsonMember& each : *map.as_map()) {
    if (each.key == key) return &each.value;
  }
  return nullptr;
}

const JsonValue* member(const JsonValue& map, std::string_view key) {
  if (map.as_map() == nullptr) return nullptr;
  for (const JsonMember& each : *map.as_map()) {
    if (each.key == key) return &each.value;
  }
  return nullptr;
}

void set_member(JsonValue& map, std::string_view key, JsonValue value) {
  if (JsonValue* found = member(map, key)) {
    *found = std::move(value);
  } else {
    map.as_map()->push_back({std::string(key), {}, std::move(value)});
  }
}

void remove_member(JsonValue& map, std::string_view key) {
  std::erase_if(*map.as_map(), [&](const JsonMember& each) { return each.key == key; });
}

std::optional<std::string> text_member(const JsonValue& map, std::string_view key) {
  const JsonValue* found = member(map, key);
  if (found == nullptr || found->as_text() == nullptr) return std::nullopt;
  return *found->as_text();
}

std::optional<std::uint32_t> number_member(const JsonValue& map, std::string_view key) {
  const JsonValue* found = member(map, key);
  if (found == nullptr || found->as_integer() == nullptr) return std::nullopt;
  const std::int64_t number = *found->as_integer();
  if (number < 0 || number > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

JsonValue json_text(std::string_view text) { return {std::string(text), {}}; }

JsonValue json_number(std::uint64_t number) { return {static_cast<std::int64_t>(number), {}}; }

JsonValue json_list(JsonValue::List elements) { return {std::move(elements), {}}; }

JsonValue json_map(std::vector<std::pair<std::string_view, JsonValue>> members) {
  JsonValue::Map map;
  for (auto& [key, value] : members) map.push_back({std::string(key), {}, std::move(value)});
  return {std::move(map), {}};
}

std::expected<ConfigTree, std::string> ConfigTree::read(std::string_view text) {
  auto document = config::read_json(std::string(text), "the running configuration", read_no_file);
  if (!document) return std::unexpected(config::to_string(document.error().front()));
  JsonValue* global = member(document->root, "Dhcp4");
  if (global == nullptr || global->as_map() == nullptr) {
    return std::unexpected("the server runs without a configuration that commands can change");
  }
  return ConfigTree(std::move(*document));
}

JsonValue& ConfigTree::list(JsonValue& map, std::string_view key) {
  JsonValue* found = member(map, key);
  if (found == nullptr || found->as_list() == nullptr) set_member(map, key, json_list({}));
  return *member(map, key);
}

std::vector<SubnetPlace> ConfigTree::subnets() {
  std::vector<SubnetPlace> all;
  const auto add = [&](JsonValue& map, JsonValue* network) {
    JsonValue* found = member(map, "subnet4");
    if (found == nullptr || found->as_list() == nullptr) return;
    for (std::size_t i = 0; i < found->as_list()->size(); ++i) all.push_back({found, i, network});
  };
  add(dhcp4(), nullptr);
  JsonValue* networks = member(dhcp4(), "shared-networks");
  if (networks == nullptr || networks->as_list() == nullptr) return all;
  for (JsonValue& network : *networks->as_list()) add(network, &network);
  return all;
}

std::optional<SubnetPlace> ConfigTree::find_subnet(std::uint32_t id) {
  for (const SubnetPlace& place : subnets()) {
    if (id_of(place.subnet()) == id) return place;
  }
  return std::nullopt;
}

std::optional<SubnetPlace> ConfigTree::find_subnet(std::string_view prefix) {
  for (const SubnetPlace& place : subnets()) {
    if (text_member(place.subnet(), "subnet") == prefix) return place;
  }
  return std::nullopt;
}

std::optional<std::size_t> ConfigTree::find_named(JsonValue& list, std::string_view name) {
  const JsonValue::List& all = *list.as_list();
  const auto found = std::ranges::find_if(
      all, [&](const JsonValue& each) { return text_member(each, "name") == name; });
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

std::uint32_t id_of(const JsonValue& subnet) {
  if (const auto id = number_member(subnet, "id"); id && *id != 0) return *id;
  const auto prefix = net::parse_prefix4(text_member(subnet, "subnet").value_or(""));
  return prefix ? config::derive_subnet_id(*prefix) : 0;
}

std::string name_of(const JsonValue& subnet) {
  return text_member(subnet, "subnet").value_or("") + " (id " + std::to_string(id_of(subnet)) + ")";
}

}  // namespace lessor::control
