#include "config/networks.h"

#include "base/text.h"
#include "config/option_data.h"
#include "config/ping_check.h"
#include "config/services.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lessor::config {
namespace {

std::string read_name(const Node& map, std::map<std::string, Position>& names, Report& report) {
  const std::string* name = map.text("name");
  if (name == nullptr || name->empty()) {
    report.error(map, "a shared network needs a name: \"name\": \"floor-1\"");
    return {};
  }
  const Node place = *map.find("name");
  const auto [other, added] = names.try_emplace(*name, place.value().position());
  if (!added) {
    report.error(place, "the shared network " + quote(*name) + " stands twice; the other is at " +
                            report.place_of(other->second));
  }
  return *name;
}

ReadNetwork read_network(const Node& map, const Surroundings& around,
                         std::map<std::string, Position>& names, Report& report) {
  ReadNetwork read{map, {}, read_parameters(map, around.parameters, report), {}, {}};
  read.parameters.ping_check = read_ping_check(map, around.parameters.ping_check, report);
  read.network.name = read_name(map, names, report);
  read.interface = read_interface_name(map, report);
  read.relays = read_relays(map, report);
  read.network.options = read_option_data(map, around.classes->options(), *around.classes, report);
  read.network.guard = around.classes->read_list(map, "client-classes", "client-class", report);
  read.network.additional_classes = around.classes->read_list(map, "evaluate-additional-classes",
                                                              "require-client-classes", report);
  return read;
}

/// The subnets of one network.
std::vector<const ReadSubnet*> members_of(std::uint32_t network,
                                          const std::vector<ReadSubnet>& all) {
  std::vector<const ReadSubnet*> members;
  for (const ReadSubnet& read : all) {
    if (read.subnet.network == network) members.push_back(&read);
  }
  return members;
}

/// Kea lets the subnets of a network name an interface each, as long as it is the same.
void check_interfaces(const std::vector<const ReadSubnet*>& members, Report& report) {
  const ReadSubnet* first = nullptr;
  for (const ReadSubnet* read : members) {
    if (read->subnet.interface.empty()) continue;
    if (first == nullptr) first = read;
    if (read->subnet.interface == first->subnet.interface) continue;
    report.error(*read->node.find("interface"),
                 "another subnet of this shared network is on the interface " +
                     quote(first->subnet.interface) + ": a network's subnets share one link");
  }
}

void check_authority(const ReadNetwork& network, const std::vector<const ReadSubnet*>& members,
                     Report& report) {
  for (const ReadSubnet* read : members) {
    if (read->subnet.authoritative == network.parameters.authoritative) continue;
    report.error(*read->node.find("authoritative"),
                 std::string("its shared network is ") +
                     (network.parameters.authoritative ? "" : "not ") +
                     "authoritative: that goes for the whole link, say it there");
  }
}

/// Which subnet a client gets an address of is not known before the client is.
void note_identities(const std::vector<const ReadSubnet*>& members, Report& report) {
  for (const ReadSubnet* read : members) {
    if (read->subnet.match_client_id == members.front()->subnet.match_client_id) continue;
    const auto here = read->node.find("match-client-id");
    const Node& place = here ? read->node : members.front()->node;
    report.note(*place.find("match-client-id"),
                "the subnets of this shared network differ in it: that of the subnet by which the "
                "network was found counts for all; say it there");
    return;
  }
}

}  // namespace

std::vector<ReadNetwork> read_networks(const std::vector<Node>& maps, const Surroundings& around,
                                       Report& report) {
  std::map<std::string, Position> names;
  std::vector<ReadNetwork> networks;
  for (const Node& map : maps) networks.push_back(read_network(map, around, names, report));
  return networks;
}

void check_networks(const std::vector<ReadNetwork>& networks, const std::vector<ReadSubnet>& all,
                    Report& report) {
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto members = members_of(static_cast<std::uint32_t>(i), all);
    if (members.empty()) {
      report.note(networks[i].node, "this shared network has no subnets: it serves nobody");
      continue;
    }
    check_interfaces(members, report);
    check_authority(networks[i], members, report);
    note_identities(members, report);
  }
}

}  // namespace lessor::config
