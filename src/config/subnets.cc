#include "config/subnets.h"

#include "config/limits.h"
#include "config/option_data.h"
#include "config/pools.h"
#include "config/reservations.h"
#include "config/services.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace lessor::config {
namespace {

/// A subnet and the map that it was read from.
struct ReadSubnet {
  Node node;
  Subnet subnet;
};

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
  subnet.reservations_in_subnet = parameters.reservations_in_subnet;
  subnet.options = read_option_data(map, report);
  if (subnet.prefix.length == 0) return subnet;  // nothing below can be right or wrong
  subnet.reservations = read_reservations(map, subnet.prefix, report);
  subnet.pools = read_pools(map, gather_pool_facts(subnet, around), report);
  if (parameters.reservations_out_of_pool) refuse_reservations_in_pools(map, subnet, report);
  return subnet;
}

std::string place_of_prefix(const ReadSubnet& read, const Report& report) {
  return report.place_of(read.node.find("subnet")->value().position());
}

/// Prefixes nest or are apart, so after sorting a prefix is inside the last one that still holds
/// it.
void check_prefixes(const std::vector<ReadSubnet>& all, Report& report) {
  std::vector<const ReadSubnet*> sorted;
  for (const ReadSubnet& read : all) {
    if (read.subnet.prefix.length > 0) sorted.push_back(&read);
  }
  std::ranges::stable_sort(sorted, {}, [](const ReadSubnet* read) {
    return std::pair(read->subnet.prefix.network(), read->subnet.prefix.length);
  });
  std::vector<const ReadSubnet*> open;
  for (const ReadSubnet* read : sorted) {
    const net::Prefix4 prefix = read->subnet.prefix;
    while (!open.empty() && !open.back()->subnet.prefix.contains(prefix.network())) open.pop_back();
    const Node node = *read->node.find("subnet");
    if (!open.empty() && open.back()->subnet.prefix == prefix) {
      report.error(node, to_string(prefix) + " stands twice; the other is at " +
                             place_of_prefix(*open.back(), report));
      continue;
    }
    if (!open.empty()) {
      report.note(node, to_string(prefix) + " lies inside " +
                            to_string(open.back()->subnet.prefix) + " at " +
                            place_of_prefix(*open.back(), report) +
                            ": its addresses belong to the longer prefix");
    }
    open.push_back(read);
  }
}

/// Given ids must differ; the others are derived, in the order of prefixes so that the order of the
/// text does not matter, and give way to the given ones.
void assign_ids(std::vector<ReadSubnet>& all, Report& report) {
  std::map<std::uint32_t, Position> used;
  std::vector<ReadSubnet*> without;
  for (ReadSubnet& read : all) {
    if (!read.subnet.id_given) {
      without.push_back(&read);
      continue;
    }
    const Node node = *read.node.find("id");
    const auto [other, added] = used.try_emplace(read.subnet.id, node.value().position());
    if (added) continue;
    report.error(node, "the subnet at " + report.place_of(other->second) + " has the id " +
                           std::to_string(read.subnet.id) + " already");
  }
  std::ranges::stable_sort(without, {}, [](const ReadSubnet* read) {
    return std::pair(read->subnet.prefix.network(), read->subnet.prefix.length);
  });
  for (ReadSubnet* read : without) {
    std::uint32_t id = derive_subnet_id(read->subnet.prefix);
    while (!used.try_emplace(id, Position()).second) id = id == UINT32_MAX - 1 ? 1 : id + 1;
    read->subnet.id = id;
  }
}

/// All pools of all subnets by first address; an overlap is noted at the later one.
void check_pools(const std::vector<ReadSubnet>& all, Report& report) {
  struct Entry {
    net::Range4 range;
    const ReadSubnet* owner;
  };
  std::vector<Entry> pools;
  std::uint64_t total = 0;
  for (const ReadSubnet& read : all) {
    for (const Pool& pool : read.subnet.pools) {
      pools.push_back({pool.range, &read});
      total += pool.range.size();
      if (total > kMaxPoolAddresses) {
        return report.error(*read.node.find("pools"), "with this the pools hold more than " +
                                                          std::to_string(kMaxPoolAddresses) +
                                                          " addresses");
      }
    }
  }
  std::ranges::stable_sort(pools, {}, &Entry::range);
  const Entry* widest = nullptr;
  for (const Entry& pool : pools) {
    if (widest != nullptr && pool.range.first <= widest->range.last &&
        pool.owner != widest->owner) {
      report.note(*pool.owner->node.find("pools"),
                  to_string(pool.range) + " overlaps a pool of another subnet: " +
                      to_string(widest->range) + " of " + to_string(widest->owner->subnet.prefix));
    }
    if (widest == nullptr || pool.range.last > widest->range.last) widest = &pool;
  }
}

}  // namespace

std::uint32_t derive_subnet_id(net::Prefix4 prefix) {
  const std::uint32_t id = prefix.network().value + prefix.length;
  return id == 0 || id == UINT32_MAX ? 1 : id;
}

std::vector<Subnet> read_subnets(const Node& global, const Surroundings& around, Report& report) {
  const auto list = global.find("subnet4");
  if (!list) return {};
  const std::vector<Node> maps = list->maps();
  std::vector<ReadSubnet> all;
  for (const Node& map : maps) all.push_back({map, read_subnet(map, around, report)});
  check_prefixes(all, report);
  assign_ids(all, report);
  check_pools(all, report);
  std::vector<Subnet> subnets;
  for (ReadSubnet& read : all) subnets.push_back(std::move(read.subnet));
  return subnets;
}

}  // namespace lessor::config
