#include "cli/relay/relay_host.h"

#include "base/text.h"

#include <algorithm>

namespace lessor::cli {
namespace {

using relay::v4::Downlink;
using relay::v4::Server;

/// A router may have thousands.
constexpr std::size_t kNamesShown = 16;

std::string shown(const std::string& name) { return sanitise(as_bytes(name), 32); }

/// "; this host has eth0, eth1 (did you mean eth1?)".
std::string others(const net::InterfaceTable& interfaces, const std::string& name) {
  std::vector<std::string_view> names;
  std::string text;
  for (const net::Interface& i : interfaces.all()) {
    if (i.name == "lo") continue;
    names.push_back(i.name);
    if (names.size() > kNamesShown) continue;
    text += (text.empty() ? "; this host has " : ", ") + shown(i.name);
  }
  if (names.size() > kNamesShown) {
    text += " and " + std::to_string(names.size() - kNamesShown) + " more";
  }
  const auto meant = nearest(name, names);
  return meant ? text + " (did you mean " + std::string(*meant) + "?)" : text;
}

const net::Interface* holder_of(const net::InterfaceTable& interfaces, net::Ip4 address) {
  for (const net::Interface& i : interfaces.all()) {
    if (std::ranges::count(i.addresses, address, &net::Prefix4::address) > 0) return &i;
  }
  return nullptr;
}

void check_downlink(const Downlink& downlink, const net::InterfaceTable& interfaces,
                    std::vector<RelayObjection>& to) {
  const std::string name = shown(downlink.interface);
  const net::Interface* interface = interfaces.find(downlink.interface);
  if (interface == nullptr) {
    return to.push_back(
        {true, "there is no interface " + name + others(interfaces, downlink.interface)});
  }
  if (interface->name == "lo") {
    return to.push_back({false, "lo is this host itself, no client is there: relay a link"});
  }
  if (interface->master != 0) {
    const net::Interface* master = interfaces.find(interface->master);
    const std::string owner = master == nullptr ? "another interface" : shown(master->name);
    return to.push_back(
        {true, name + " is a port of " + owner + ", which takes its packets: " + "relay " + owner});
  }
  if (downlink.giaddr && !interfaces.owns(*downlink.giaddr)) {
    to.push_back({true, "giaddr " + net::to_string(*downlink.giaddr) + " (of " + name +
                            ") is no address of this host: servers' answers would not come here"});
  }
  if (!downlink.giaddr && interface->addresses.empty()) {
    to.push_back({true, name +
                            " has no IPv4 address, so there is no giaddr to tell servers which "
                            "link a client is on; give it one, or borrow an address of this host "
                            "with giaddr, and say the clients' subnet with link-selection"});
  }
}

void check_server(const Server& server, const net::InterfaceTable& interfaces, const WayTo& way_to,
                  std::vector<RelayObjection>& to) {
  const std::string address = net::to_string(server.address);
  const net::Interface* own = holder_of(interfaces, server.address);
  if (own != nullptr && server.port == 67) {
    return to.push_back({false, "server " + address + " is an address of this host (" +
                                    shown(own->name) +
                                    "): a relay cannot relay to itself. Name another host's "
                                    "address, or serve the links with lessor serve"});
  }
  if (own == nullptr && way_to(server.address).empty()) {
    to.push_back({true, "there is no route to server " + address + "; `ip route get " + address +
                            "` should show one"});
  }
}

}  // namespace

std::vector<RelayObjection> check_host(const relay::v4::Settings& settings,
                                       const net::InterfaceTable& interfaces, const WayTo& way_to) {
  std::vector<RelayObjection> all;
  for (const Downlink& downlink : settings.downlinks) check_downlink(downlink, interfaces, all);
  for (const Server& server : all_servers(settings)) check_server(server, interfaces, way_to, all);
  return all;
}

std::vector<Server> all_servers(const relay::v4::Settings& settings) {
  std::vector<Server> all;
  const auto add = [&](const std::vector<Server>& some) {
    for (const Server& server : some) {
      if (std::ranges::find(all, server) == all.end()) all.push_back(server);
    }
  };
  add(settings.servers);
  for (const Downlink& downlink : settings.downlinks) add(downlink.servers);
  return all;
}

}  // namespace lessor::cli
