#include "config/subnets.h"

#include "config/group_limits.h"
#include "config/legal_log.h"
#include "config/networks.h"
#include "config/option_data.h"
#include "config/ping_check.h"
#include "config/pools.h"
#include "config/reservations.h"
#include "config/route_checks.h"
#include "config/services.h"
#include "config/subnet_checks.h"
#include "wire/v4/protocol.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace lessor::config {
namespace {

net::Prefix4 read_prefix(const Node& map, Report& report) {
  const auto node = map.find("subnet");
  const std::string* text = node ? node->value().as_text() : nullptr;
  if (text == nullptr) {
    if (!node) report.error(map, "subnet is missing: write \"subnet\": \"192.0.2.0/24\"");
    return {};
  }
  const auto prefix = net::parse_prefix4(*text);
  if (!prefix || prefix->length == 0) {
    report.error(*node, quote(*text) + " is not a prefix: write 192.0.2.0/24");
    return {};
  }
  const net::Prefix4 clean{prefix->network(), prefix->length};
  if (clean != *prefix) {
    report.note(*node, "bits after the prefix are ignored: the subnet is " + to_string(clean));
  }
  return clean;
}

/// What reservations set aside: the subnet's unless they promise to be out of the pools, and those
/// of the global ones that lie in the subnet, where they count.
std::vector<net::Ip4> gather_reserved(const Subnet& subnet, const Parameters& parameters,
                                      const Surroundings& around) {
  std::vector<net::Ip4> reserved;
  if (parameters.reservations_in_subnet && !parameters.reservations_out_of_pool) {
    for (const Reservation& reservation : subnet.reservations) {
      if (reservation.address) reserved.push_back(*reservation.address);
    }
  }
  if (parameters.reservations_global) {
    const auto& all = around.globally_reserved;
    const auto first = std::ranges::lower_bound(all, subnet.prefix.network());
    const auto last = std::ranges::upper_bound(all, subnet.prefix.last());
    reserved.insert(reserved.end(), first, last);
  }
  std::ranges::sort(reserved);
  return reserved;
}

PoolFacts gather_pool_facts(const Subnet& subnet, const Parameters& parameters,
                            const Surroundings& around, const ReadNetwork* network) {
  std::vector<net::Ip4> named = subnet.relays;
  named.push_back(subnet.boot.next_server);
  collect_addresses(*around.options, named);
  if (network != nullptr) collect_addresses(network->network.options, named);
  collect_addresses(subnet.options, named);
  return {subnet.prefix, around.exclude_first_last_24,
          find_taken_addresses(subnet.prefix, named, *around.host),
          gather_reserved(subnet, parameters, around)};
}

/// As Kea does with reservations-out-of-pool: an address that lies in a pool all the same is not
/// set aside; the rest of its reservation counts.
void forget_addresses_in_pools(const Node& map, Subnet& subnet, Report& report) {
  std::size_t forgotten = 0;
  net::Ip4 first;
  for (Reservation& reservation : subnet.reservations) {
    if (!reservation.address || subnet.find_pool(*reservation.address) == nullptr) continue;
    if (forgotten++ == 0) first = *reservation.address;
    reservation.address.reset();
  }
  if (forgotten == 0) return;
  std::string message = to_string(first);
  if (forgotten > 1) message += " and " + std::to_string(forgotten - 1) + " more";
  report.note(*map.find("reservations"),
              message +
                  " not set aside: in a pool, though reservations-out-of-pool promises that "
                  "none is");
}

/// Options that contradict the prefix they are given out with. Rarely meant, so worth a line.
void note_odd_options(const Node& map, const Subnet& subnet, Report& report) {
  const auto place = map.find("option-data");
  if (!place) return;
  if (const ConfiguredOption* routers = subnet.options.find(wire::kOptionRouters)) {
    ByteReader reader(routers->value);
    while (reader.remaining() > 0) {
      const net::Ip4 router{reader.be32()};
      if (subnet.prefix.contains(router)) continue;
      report.note(*place, "the router " + to_string(router) + " is not in " +
                              to_string(subnet.prefix) + ": clients may not reach it");
    }
  }
  const ConfiguredOption* mask = subnet.options.find(wire::kOptionSubnetMask);
  if (mask != nullptr && load_be32(mask->value.data()) != subnet.prefix.mask()) {
    report.note(*place, "the subnet-mask is not that of " + to_string(subnet.prefix) +
                            ": leave it out, it is sent by itself");
  }
}

/// `network` is null for a subnet that is in none.
Subnet read_subnet(const Node& map, const Surroundings& around, const ReadNetwork* network,
                   Report& report) {
  const Parameters parameters =
      read_parameters(map, network == nullptr ? around.parameters : network->parameters, report);
  Subnet subnet;
  subnet.prefix = read_prefix(map, report);
  const auto id = map.integer("id");
  subnet.id_given = id.has_value();
  subnet.id = static_cast<std::uint32_t>(id.value_or(0));
  subnet.interface = read_interface_name(map, report);
  subnet.relays = read_relays(map, report);
  if (network != nullptr) {
    if (subnet.interface.empty()) subnet.interface = network->interface;
    if (subnet.relays.empty()) subnet.relays = network->relays;
  }
  subnet.lifetimes = parameters.lifetimes.resolved();
  subnet.timers = parameters.timers;
  subnet.boot = parameters.boot;
  subnet.authoritative = parameters.authoritative;
  subnet.match_client_id = parameters.match_client_id;
  subnet.rapid_commit = parameters.rapid_commit;
  subnet.legal_logging = read_legal_logging(map, report);
  subnet.boot_profile = parameters.boot_profile;
  subnet.lease_limits = parameters.lease_limits;
  subnet.random_macs = parameters.random_macs;
  const auto ping_check = read_ping_check(map, parameters.ping_check, report);
  if (ping_check && ping_check->enabled) subnet.ping_check = ping_check;
  subnet.limits = read_group_limits(map, around.classes->has_limits_hook(), report);
  subnet.allocator = parameters.allocator;
  subnet.short_lease_permille = parameters.short_lease_permille;
  subnet.stores_extended_info = parameters.stores_extended_info;
  subnet.caching = parameters.caching.resolved();
  subnet.offer_lifetime = parameters.offer_lifetime;
  subnet.reservations_in_subnet = parameters.reservations_in_subnet;
  subnet.reservations_global = parameters.reservations_global;
  subnet.options = read_option_data(map, around.classes->options(), *around.classes, report);
  subnet.guard = around.classes->read_list(map, "client-classes", "client-class", report);
  subnet.additional_classes = around.classes->read_list(map, "evaluate-additional-classes",
                                                        "require-client-classes", report);
  if (subnet.prefix.length == 0) return subnet;  // nothing below can be right or wrong
  note_odd_options(map, subnet, report);
  subnet.reservations = read_reservations(map, {subnet.prefix, around.unique_reserved_addresses},
                                          *around.classes, report);
  subnet.pools = read_pools(map, gather_pool_facts(subnet, parameters, around, network),
                            *around.classes, report);
  if (parameters.reservations_out_of_pool) forget_addresses_in_pools(map, subnet, report);
  return subnet;
}

/// A `subnet4`, kept as long as what was read of it.
struct SubnetList {
  Node list;
  std::vector<Node> maps;
};

}  // namespace

std::vector<net::Ip4> read_relays(const Node& map, Report& report) {
  std::vector<net::Ip4> relays;
  const auto relay = map.find("relay");
  if (!relay) return relays;
  if (const std::string* one = relay->text("ip-address")) {
    const auto address = net::parse_ip4(*one);
    if (address && !address->is_zero()) relays.push_back(*address);
  }
  const auto list = relay->find("ip-addresses");
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const Node element = list->child(i);
    const std::string* text = element.value().as_text();
    if (text == nullptr) continue;
    const auto address = net::parse_ip4(*text);
    if (!address || address->is_zero()) {
      report.error(element, quote(*text) + " is not the address of a relay: write 192.0.2.1");
    } else {
      relays.push_back(*address);
    }
  }
  return relays;
}

std::string read_interface_name(const Node& map, Report& report) {
  const std::string* name = map.text("interface");
  if (name == nullptr || name->empty()) return {};
  if (!is_interface_name(*name)) {
    report.error(*map.find("interface"), quote(*name) + " cannot be the name of an interface");
  }
  return *name;
}

Links read_links(const Node& global, const Surroundings& around, Report& report) {
  const auto list = global.find("shared-networks");
  const std::vector<Node> network_maps = list ? list->maps() : std::vector<Node>();
  std::vector<ReadNetwork> networks = read_networks(network_maps, around, report);
  std::deque<SubnetList> lists;  // nodes point to their parents
  std::vector<ReadSubnet> all;
  const auto read_list = [&](const Node& scope, std::uint32_t number) {
    const auto subnets = scope.find("subnet4");
    if (!subnets) return;
    const ReadNetwork* network = number == kNoNetwork ? nullptr : &networks[number];
    SubnetList& kept = lists.emplace_back(SubnetList{*subnets, {}});
    kept.maps = kept.list.maps();
    for (const Node& map : kept.maps) {
      all.push_back({map, read_subnet(map, around, network, report)});
      all.back().subnet.network = number;
    }
  };
  read_list(global, kNoNetwork);
  for (std::uint32_t i = 0; i < networks.size(); ++i) read_list(networks[i].node, i);
  assign_ids(all, report);
  check_subnets(all, report);
  check_networks(networks, all, report);
  Links links;
  for (ReadNetwork& read : networks) links.networks.push_back(std::move(read.network));
  note_odd_routes(all, links.networks, *around.options, *around.classes, report);
  links.subnets.reserve(all.size());
  for (ReadSubnet& read : all) links.subnets.push_back(std::move(read.subnet));
  return links;
}

}  // namespace lessor::config
