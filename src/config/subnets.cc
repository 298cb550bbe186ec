#include "config/subnets.h"

#include "config/option_data.h"
#include "config/pools.h"
#include "config/reservations.h"
#include "config/route_checks.h"
#include "config/services.h"
#include "config/subnet_checks.h"
#include "wire/v4/protocol.h"

#include <algorithm>
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

PoolFacts gather_pool_facts(const Subnet& subnet, const Surroundings& around) {
  std::vector<net::Ip4> named = subnet.relays;
  named.push_back(subnet.boot.next_server);
  collect_addresses(*around.options, named);
  collect_addresses(subnet.options, named);
  PoolFacts facts{subnet.prefix,
                  around.exclude_first_last_24,
                  find_taken_addresses(subnet.prefix, named, *around.host),
                  {}};
  if (!subnet.reservations_in_subnet) return facts;
  for (const Reservation& reservation : subnet.reservations) {
    if (reservation.address) facts.reserved.push_back(*reservation.address);
  }
  std::ranges::sort(facts.reserved);
  return facts;
}

/// reservations-out-of-pool lets Kea skip the lookup for addresses in pools: a reservation there
/// would be ignored.
void refuse_reservations_in_pools(const Node& map, const Subnet& subnet, Report& report) {
  const auto list = map.find("reservations");
  if (!list) return;
  for (const Node& reservation : list->maps()) {
    const std::string* text = reservation.text("ip-address");
    const auto address = text != nullptr ? net::parse_ip4(*text) : std::nullopt;
    if (!address || subnet.find_pool(*address) == nullptr) continue;
    report.error(
        *reservation.find("ip-address"),
        *text + " lies in a pool, though reservations-out-of-pool promises that none does");
  }
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

Subnet read_subnet(const Node& map, const Surroundings& around, Report& report) {
  const Parameters parameters = read_parameters(map, around.parameters, report);
  Subnet subnet;
  subnet.prefix = read_prefix(map, report);
  const auto id = map.integer("id");
  subnet.id_given = id.has_value();
  subnet.id = static_cast<std::uint32_t>(id.value_or(0));
  subnet.interface = read_interface_name(map, report);
  subnet.relays = read_relays(map, report);
  subnet.lifetimes = parameters.lifetimes.resolved();
  subnet.timers = parameters.timers;
  subnet.boot = parameters.boot;
  subnet.authoritative = parameters.authoritative;
  subnet.match_client_id = parameters.match_client_id;
  subnet.lease_limits = parameters.lease_limits;
  subnet.reservations_in_subnet = parameters.reservations_in_subnet;
  subnet.options = read_option_data(map, report);
  subnet.guard = around.classes->read_list(map, "client-classes", "client-class", report);
  subnet.additional_classes = around.classes->read_list(map, "evaluate-additional-classes",
                                                        "require-client-classes", report);
  if (subnet.prefix.length == 0) return subnet;  // nothing below can be right or wrong
  note_odd_options(map, subnet, report);
  subnet.reservations = read_reservations(map, subnet.prefix, *around.classes, report);
  subnet.pools = read_pools(map, gather_pool_facts(subnet, around), *around.classes, report);
  if (parameters.reservations_out_of_pool) refuse_reservations_in_pools(map, subnet, report);
  return subnet;
}

}  // namespace

std::vector<Subnet> read_subnets(const Node& global, const Surroundings& around, Report& report) {
  const auto list = global.find("subnet4");
  if (!list) return {};
  const std::vector<Node> maps = list->maps();
  std::vector<ReadSubnet> all;
  for (const Node& map : maps) all.push_back({map, read_subnet(map, around, report)});
  assign_ids(all, report);
  check_subnets(all, report);
  note_odd_routes(all, *around.options, *around.classes, report);
  std::vector<Subnet> subnets;
  for (ReadSubnet& read : all) subnets.push_back(std::move(read.subnet));
  return subnets;
}

}  // namespace lessor::config
