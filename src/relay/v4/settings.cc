#include "relay/v4/settings.h"

#include "base/text.h"
#include "relay/v4/agent_info.h"
#include "relay/v4/links.h"
#include "relay/v4/vlan_tags.h"
#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::relay::v4 {

std::expected<Server, std::string> parse_server(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto address = net::parse_ip4(text.substr(0, colon));
  if (!address || address->is_zero()) {
    return std::unexpected("'" + sanitise(as_bytes(text), 60) +
                           "' is no IPv4 address: write 192.0.2.1 or 192.0.2.1:67");
  }
  if (colon == std::string_view::npos) return Server{*address};
  const auto port = parse_number(text.substr(colon + 1), 65'535);
  if (!port || *port == 0) {
    return std::unexpected("'" + sanitise(as_bytes(text), 60) + "' has no port from 1 to 65535");
  }
  return Server{*address, static_cast<std::uint16_t>(*port)};
}

std::string to_string(const Server& server) {
  const std::string address = net::to_string(server.address);
  return server.port == Server().port ? address : address + ":" + std::to_string(server.port);
}

std::string_view name_of(ServerChoice choice) {
  switch (choice) {
    case ServerChoice::all:
      return "all";
    case ServerChoice::failover:
      return "failover";
    case ServerChoice::hash:
      return "hash";
  }
  return "unknown";
}

std::string_view name_of(ForeignAgentInfo policy) {
  switch (policy) {
    case ForeignAgentInfo::forward:
      return "forward";
    case ForeignAgentInfo::append:
      return "append";
    case ForeignAgentInfo::replace:
      return "replace";
    case ForeignAgentInfo::drop:
      return "drop";
  }
  return "unknown";
}

namespace {

std::string fit_for_people(std::string_view word) { return sanitise(as_bytes(word), 60); }

/// "downlink eth1: ".
std::string at(const Downlink& downlink) {
  return "downlink " + fit_for_people(downlink.interface) + ": ";
}

/// As Linux has it: up to 15 octets without blanks and slashes.
bool is_interface_name(std::string_view name) {
  return name.size() < 16 &&
         std::ranges::none_of(
             name,
             [](char c) { return c == '/' || static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

void check_downlink(const Downlink& downlink, const Settings& settings,
                    std::vector<std::string>& wrong) {
  if (downlink.interface.empty())
    wrong.emplace_back("a downlink has no interface: '' is no name of one");
  if (!is_interface_name(downlink.interface)) {
    wrong.push_back("'" + fit_for_people(downlink.interface) + "' is no name of an interface");
  }
  if (downlink.servers.empty() && settings.servers.empty()) {
    wrong.push_back(at(downlink) + "no server: name some for it, or for all");
  }
  const VlanTags tags = tags_of(downlink);
  for_each_template(downlink.agent, [&](const AgentTemplate& one) {
    if (one.names_vlan() && tags.inner == 0) {
      wrong.push_back(at(downlink) + "its template '" + fit_for_people(one.text()) +
                      "' names {vlan}, and the interface's name does not say it: set vlan");
    }
    if (one.names_outer_vlan() && tags.outer == 0) {
      wrong.push_back(at(downlink) + "its template '" + fit_for_people(one.text()) +
                      "' names {outer-vlan}, and the interface's name does not say it: set "
                      "outer-vlan");
    }
  });
}

}  // namespace

std::vector<std::string> check_settings(const Settings& settings) {
  std::vector<std::string> wrong;
  if (settings.downlinks.empty()) wrong.emplace_back("no downlink: name the links with clients");
  if (settings.downlinks.size() > kMaxDownlinks) {
    wrong.push_back("more than " + std::to_string(kMaxDownlinks) + " downlinks");
    return wrong;
  }
  std::vector<std::string_view> names;
  std::size_t clients = 0;
  for (const Downlink& downlink : settings.downlinks) {
    check_downlink(downlink, settings, wrong);
    names.push_back(downlink.interface);
    clients += downlink.clients;
  }
  std::ranges::sort(names);
  for (auto twice = names.begin();
       (twice = std::adjacent_find(twice, names.end())) != names.end();) {
    wrong.push_back("downlink " + fit_for_people(*twice) + " stands there twice");
    twice = std::find_if(twice, names.end(), [&](auto name) { return name != *twice; });
  }
  if (settings.source_port == wire::kClientPort) {
    wrong.emplace_back(
        "source-port 68 is that of clients: servers' answers would go to this host's own");
  }
  if (servers_of(settings).size() > kMaxServers) {
    wrong.push_back("more than " + std::to_string(kMaxServers) + " different servers");
  }
  if (clients > kMaxClients) {
    wrong.push_back("the limits on clients come to more than " + std::to_string(kMaxClients));
  }
  return wrong;
}

}  // namespace lessor::relay::v4
