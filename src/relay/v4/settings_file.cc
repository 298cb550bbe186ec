#include "relay/v4/settings_file.h"

#include "base/text.h"
#include "config/json_reader.h"
#include "config/limits.h"
#include "config/node.h"
#include "relay/v4/settings_schema.h"

#include <algorithm>
#include <array>

namespace lessor::relay::v4 {
namespace {

using config::Node;
using config::Report;

/// Settings from nodes that the schema has been held against: types and bounds are right.
class Reader {
 public:
  explicit Reader(Report& report) : report_(report) {}

  Settings read(const Node& relay) {
    Settings settings;
    settings.servers = servers(relay);
    settings.choice =
        word(relay, "server-choice",
             std::array{ServerChoice::all, ServerChoice::failover, ServerChoice::hash},
             ServerChoice::all);
    settings.foreign = word(relay, "foreign-agent-info",
                            std::array{ForeignAgentInfo::forward, ForeignAgentInfo::append,
                                       ForeignAgentInfo::replace, ForeignAgentInfo::drop},
                            ForeignAgentInfo::forward);
    number(relay, "max-hops", settings.max_hops);
    number(relay, "min-secs", settings.min_secs);
    number(relay, "max-message-size", settings.max_message_size);
    number(relay, "source-port", settings.source_port);
    settings.only_from_servers = relay.boolean("only-from-servers").value_or(false);
    settings.probe = relay.boolean("probe").value_or(true);
    settings.leasequery = relay.boolean("leasequery").value_or(false);
    const auto list = relay.find("downlinks");
    for (const Node& node : list ? list->maps() : std::vector<Node>()) {
      settings.downlinks.push_back(downlink(node, relay));
    }
    return settings;
  }

 private:
  template <typename Number>
  static void number(const Node& map, std::string_view key, Number& value) {
    if (const auto found = map.integer(key)) value = static_cast<Number>(*found);
  }

  template <typename Enum, std::size_t Count>
  static Enum word(const Node& map, std::string_view key, const std::array<Enum, Count>& all,
                   Enum initial) {
    const std::string* text = map.text(key);
    const auto found = std::ranges::find_if(
        all, [&](Enum one) { return text != nullptr && name_of(one) == *text; });
    return found == all.end() ? initial : *found;
  }

  std::vector<Server> servers(const Node& map) {
    std::vector<Server> all;
    const auto list = map.find("servers");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      const Node node = list->child(i);
      const std::string* text = node.value().as_text();
      if (text == nullptr) continue;
      const auto server = parse_server(*text);
      if (!server) {
        report_.error(node, server.error());
      } else if (std::ranges::find(all, *server) != all.end()) {
        report_.error(node, "this server stands here twice");
      } else {
        all.push_back(*server);
      }
    }
    return all;
  }

  /// What a downlink does not say, the relay's own `agent-info` says for all.
  Downlink downlink(const Node& node, const Node& relay) {
    Downlink result;
    if (const std::string* name = node.text("interface")) result.interface = *name;
    check_interface(node, result.interface);
    result.servers = servers(node);
    if (const auto giaddr = node.find("giaddr")) result.giaddr = address(*giaddr);
    number(node, "vlan", result.vlan);
    number(node, "outer-vlan", result.outer_vlan);
    result.trusted = node.boolean("trusted").value_or(false);
    number(node, "messages-per-second", result.messages_per_second);
    number(node, "clients", result.clients);
    if (const auto info = node.find("agent-info")) {
      result.agent = agent_info(*info);
    } else if (const auto common = relay.find("agent-info")) {
      result.agent = agent_info(*common);
    }
    return result;
  }

  void check_interface(const Node& node, const std::string& name) {
    const auto place = node.find("interface");
    if (!place) return report_.error(node, "a downlink needs its 'interface'");
    if (name.empty() || name.size() > config::kMaxInterfaceName ||
        name.find_first_of("/ \t\n") != std::string::npos) {
      report_.error(*place, config::quote(name) + " is no name of an interface");
    }
  }

  std::optional<net::Ip4> address(const Node& node) {
    const std::string* text = node.value().as_text();
    if (text == nullptr) return std::nullopt;
    const auto found = net::parse_ip4(*text);
    if (!found || found->is_zero()) {
      report_.error(node, config::quote(*text) + " is no IPv4 address: write 192.0.2.1");
      return std::nullopt;
    }
    return found;
  }

  OwnAddress own_address(const Node& map, std::string_view key) {
    const auto node = map.find(key);
    if (!node) return {};
    if (const bool* on = node->value().as_boolean()) {
      return {.source = *on ? OwnAddress::Source::interface : OwnAddress::Source::none};
    }
    if (node->value().as_text() == nullptr) {
      report_.error(*node, "true (the interface's own), false, or an IPv4 address stands here");
      return {};
    }
    return {.source = OwnAddress::Source::given, .address = address(*node).value_or(net::Ip4())};
  }

  AgentTemplate read_template(const Node& map, std::string_view key) {
    const auto node = map.find(key);
    const std::string* text = node ? node->value().as_text() : nullptr;
    if (text == nullptr) return {};
    auto result = AgentTemplate::read(*text);
    if (result) return std::move(*result);
    report_.error(*node, "character " + std::to_string(result.error().offset + 1) + " of " +
                             config::quote(*text) + ": " + result.error().message);
    return {};
  }

  AgentInfo agent_info(const Node& map) {
    AgentInfo info{.circuit_id = read_template(map, "circuit-id"),
                   .remote_id = read_template(map, "remote-id"),
                   .subscriber_id = read_template(map, "subscriber-id"),
                   .relay_id = read_template(map, "relay-id"),
                   .vendors = {},
                   .flags = map.boolean("flags").value_or(false),
                   .link_selection = own_address(map, "link-selection"),
                   .server_id_override = own_address(map, "server-id-override")};
    const auto vendors = map.find("vendors");
    for (const Node& node : vendors ? vendors->maps() : std::vector<Node>()) {
      VendorInfo vendor{.enterprise = 0, .data = read_template(node, "data")};
      number(node, "enterprise", vendor.enterprise);
      if (!node.find("enterprise"))
        report_.error(node, "a vendor's 'enterprise' number is missing");
      if (!node.find("data")) report_.error(node, "a vendor's 'data' is missing");
      info.vendors.push_back(std::move(vendor));
    }
    if (info.vendors.size() > kMaxVendorInfos) report_.error(*vendors, "too many vendors");
    return info;
  }

  Report& report_;
};

std::expected<std::string, std::string> refuse_include(const std::string& /*path*/) {
  return std::unexpected("a relay's configuration includes no other files");
}

}  // namespace

std::expected<Settings, std::vector<config::Problem>> read_relay_settings(std::string_view text,
                                                                          std::string file_name) {
  const auto document =
      config::read_document(std::string(text), std::move(file_name), refuse_include);
  if (!document) return std::unexpected(document.error());
  Report report(document->sources);
  const Node root(document->root);
  check_relay_schema(root, report);
  const auto relay = root.find("Relay");
  Settings settings;
  if (relay && relay->value().as_map() != nullptr) {
    settings = Reader(report).read(*relay);
    if (!report.has_errors()) {
      for (std::string& message : check_settings(settings))
        report.error(*relay, std::move(message));
    }
  }
  if (report.has_errors()) return std::unexpected(report.take_errors());
  return settings;
}

}  // namespace lessor::relay::v4
