#include "relay/v4/settings_schema.h"

#include "base/text.h"
#include "relay/v4/limits.h"

#include <algorithm>
#include <array>

namespace lessor::relay::v4 {
namespace {

using config::Node;
using config::Report;
using enum KeyScope;

constexpr KeyRow integer(KeyScope scope, std::string_view name, std::int64_t least,
                         std::int64_t most) {
  return {scope, name, KeyType::integer, {}, least, most};
}
constexpr KeyRow maps(KeyScope scope, std::string_view name, KeyType type, KeyScope inside) {
  return {.scope = scope, .name = name, .type = type, .inside = inside};
}

constexpr std::int64_t kMaxVlan = 4'094;
constexpr std::int64_t kMaxRate = 1'000'000;

constexpr std::array kRows = std::to_array<KeyRow>({
    maps(file, "Relay", KeyType::map, relay),

    maps(relay, "downlinks", KeyType::map_list, downlink),
    {relay, "servers", KeyType::text_list},
    {relay, "server-choice", KeyType::word, "all|failover|hash"},
    maps(relay, "agent-info", KeyType::map, agent_info),
    {relay, "foreign-agent-info", KeyType::word, "forward|append|replace|drop"},
    integer(relay, "max-hops", 0, kMaxHops),
    integer(relay, "min-secs", 0, 65'535),
    integer(relay, "max-message-size", kLeastMessageSize, kMostMessageSize),
    integer(relay, "source-port", 1, 65'535),
    {relay, "only-from-servers", KeyType::boolean},
    {relay, "probe", KeyType::boolean},
    {relay, "leasequery", KeyType::boolean},

    {downlink, "interface", KeyType::text},
    {downlink, "servers", KeyType::text_list},
    {downlink, "giaddr", KeyType::text},
    maps(downlink, "agent-info", KeyType::map, agent_info),
    {downlink, "trusted", KeyType::boolean},
    integer(downlink, "vlan", 1, kMaxVlan),
    integer(downlink, "outer-vlan", 1, kMaxVlan),
    integer(downlink, "messages-per-second", 1, kMaxRate),
    integer(downlink, "clients", 1, kMaxClientsPerPort),

    {agent_info, "circuit-id", KeyType::text},
    {agent_info, "remote-id", KeyType::text},
    {agent_info, "subscriber-id", KeyType::text},
    {agent_info, "relay-id", KeyType::text},
    maps(agent_info, "vendors", KeyType::map_list, vendor),
    {agent_info, "flags", KeyType::boolean},
    {agent_info, "link-selection", KeyType::any},
    {agent_info, "server-id-override", KeyType::any},

    integer(vendor, "enterprise", 0, UINT32_MAX),
    {vendor, "data", KeyType::text},
});

class Check {
 public:
  explicit Check(Report& report) : report_(report) {}

  void check_map(const Node& map, KeyScope scope) {
    for (std::size_t i = 0; i < map.size(); ++i) {
      const Node member = map.child(i);
      const bool free = member.key() == "comment" || member.key() == "user-context";
      if (!free) check_member(member, scope);
    }
  }

 private:
  void check_member(const Node& node, KeyScope scope) {
    const auto row = std::ranges::find_if(
        kRows, [&](const KeyRow& one) { return one.scope == scope && one.name == node.key(); });
    if (row == kRows.end()) return report_unknown(node, scope);
    check_value(node, *row);
  }

  void report_unknown(const Node& node, KeyScope scope) {
    std::vector<std::string_view> names;
    for (const KeyRow& row : kRows) {
      if (row.scope == scope) names.push_back(row.name);
    }
    report_.error_at_key(node, "unknown key", std::string(nearest(node.key(), names).value_or("")));
  }

  void check_value(const Node& node, const KeyRow& row) {
    const config::JsonValue& value = node.value();
    switch (row.type) {
      case KeyType::any:
        return;
      case KeyType::map:
        return value.as_map() != nullptr ? check_map(node, row.inside) : mismatch(node, "a map");
      case KeyType::map_list:
      case KeyType::text_list:
        return value.as_list() != nullptr ? check_list(node, row) : mismatch(node, "a list");
      case KeyType::text:
        return value.as_text() != nullptr ? void() : mismatch(node, "text");
      case KeyType::word:
        return value.as_text() != nullptr ? check_word(node, row) : mismatch(node, "text");
      case KeyType::boolean:
        return value.as_boolean() != nullptr ? void() : mismatch(node, "true or false");
      case KeyType::integer:
        return value.as_integer() != nullptr ? check_integer(node, row)
                                             : mismatch(node, "an integer");
    }
  }

  void check_list(const Node& list, const KeyRow& row) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Node element = list.child(i);
      if (row.type == KeyType::text_list) {
        if (element.value().as_text() == nullptr) mismatch(element, "text");
      } else if (element.value().as_map() == nullptr) {
        mismatch(element, "a map");
      } else {
        check_map(element, row.inside);
      }
    }
  }

  void check_word(const Node& node, const KeyRow& row) {
    const std::string& text = *node.value().as_text();
    const std::vector<std::string_view> words = split(row.words, '|');
    if (std::ranges::find(words, text) != words.end()) return;
    std::string message = config::quote(text) + " is none of:";
    for (const std::string_view word : words) message += " " + std::string(word);
    report_.error(node, std::move(message), std::string(nearest(text, words).value_or("")));
  }

  void check_integer(const Node& node, const KeyRow& row) {
    const std::int64_t value = *node.value().as_integer();
    if (value >= row.least && value <= row.most) return;
    report_.error(node, std::to_string(value) + " is out of bounds: from " +
                            std::to_string(row.least) + " to " + std::to_string(row.most));
  }

  void mismatch(const Node& node, std::string_view wanted) {
    report_.error(node, "expected " + std::string(wanted) + ", found " +
                            std::string(config::name_type(node.value())));
  }

  Report& report_;
};

}  // namespace

std::span<const KeyRow> relay_keys() { return kRows; }

void check_relay_schema(const Node& root, Report& report) {
  if (root.value().as_map() == nullptr) {
    return report.error(root, "expected a map like {\"Relay\": {...}}, found " +
                                  std::string(config::name_type(root.value())));
  }
  Check(report).check_map(root, file);
  if (!root.find("Relay")) report.error(root, "the map has no \"Relay\"");
}

}  // namespace lessor::relay::v4
