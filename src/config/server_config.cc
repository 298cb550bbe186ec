#include "config/server_config.h"

#include "base/hash.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lessor::config {

bool SharedNetwork::contains(net::Ip4 address) const {
  return std::ranges::any_of(prefixes,
                             [&](const net::Prefix4& prefix) { return prefix.contains(address); });
}

bool LeaseQueries::may_ask(net::Ip4 requester) const {
  return std::ranges::binary_search(requesters, requester);
}

const Pool* Subnet::find_pool(net::Ip4 address) const {
  const auto after = std::ranges::upper_bound(pools, address, {},
                                              [](const Pool& pool) { return pool.range.first; });
  if (after == pools.begin()) return nullptr;
  const Pool& candidate = *std::prev(after);
  return candidate.range.contains(address) ? &candidate : nullptr;
}

void Subnet::build_indexes() {
  std::ranges::sort(pools, {}, &Pool::range);
  hosts_.build(reservations);
}

const Subnet* ServerConfig::find_subnet(net::Ip4 address) const {
  const std::uint32_t index = by_address_.find(address);
  return index == net::AddressMap::kNone ? nullptr : &subnets[index];
}

const Subnet* ServerConfig::find_subnet_by_relay(net::Ip4 relay) const {
  const auto found = std::ranges::lower_bound(by_relay_, relay, {}, &RelayEntry::relay);
  if (found == by_relay_.end() || found->relay != relay) return nullptr;
  return &subnets[found->subnet];
}

const Subnet* ServerConfig::find_subnet_by_interface(std::string_view name) const {
  const auto name_of = [this](std::uint32_t index) {
    return std::string_view(subnets[index].interface);
  };
  const auto found = std::ranges::lower_bound(by_interface_, name, {}, name_of);
  if (found == by_interface_.end() || name_of(*found) != name) return nullptr;
  return &subnets[*found];
}

const Subnet* ServerConfig::find_around(const Subnet& subnet) const {
  for (std::uint8_t length = subnet.prefix.length; length-- > 1;) {
    const net::Ip4 network{net::Prefix4{subnet.prefix.address, length}.network()};
    const auto found = std::ranges::lower_bound(
        subnets, std::pair(network, 32 - length), {}, [](const Subnet& each) {
          return std::pair(each.prefix.network(), 32 - each.prefix.length);
        });
    if (found == subnets.end() || found->prefix.length != length) continue;
    if (found->prefix.network() == network) return &*found;
  }
  return nullptr;
}

void ServerConfig::build_indexes() {
  std::ranges::sort(subnets, [](const Subnet& a, const Subnet& b) {
    return std::tuple(a.prefix.network(), b.prefix.length, a.id) <
           std::tuple(b.prefix.network(), a.prefix.length, b.id);
  });
  hosts_.build(reservations);
  pool_count = 0;
  limits_leases = false;
  limits_group_leases = false;
  limits_group_rates = false;
  asks_before_offer = false;
  has_additional_classes = false;
  refines_leases = std::ranges::any_of(
      classes.classes, [](const ClientClass& each) { return each.offer_lifetime.has_value(); });
  for (Subnet& subnet : subnets) {
    subnet.build_indexes();
    limits_leases |= subnet.lease_limits != LeaseLimits();
    refines_leases |= subnet.caching.is_on() || subnet.offer_lifetime != Duration();
    limits_group_leases |= subnet.limits.leases.has_value() || subnet.random_macs.limits_leases();
    limits_group_rates |= subnet.limits.rate.has_value();
    asks_before_offer |= subnet.probe_new_addresses || subnet.ping_check.has_value();
    has_additional_classes |= !subnet.additional_classes.empty();
    for (Pool& pool : subnet.pools) {
      pool.ordinal = pool_count++;
      has_additional_classes |= !pool.additional_classes.empty();
    }
  }
  for (const SharedNetwork& network : networks) {
    has_additional_classes |= !network.additional_classes.empty();
  }
  for (const ClientClass& each : classes.classes) {
    limits_group_leases |= each.limits.leases.has_value();
    limits_group_rates |= each.limits.rate.has_value();
  }
  limits_leases |= limits_group_leases;
  index_networks();
  build_address_spans();
  build_relay_and_interface_indexes();
}

// By id, as the subnets of a network take turns.
void ServerConfig::index_networks() {
  for (SharedNetwork& network : networks) {
    network.subnets.clear();
    network.prefixes.clear();
  }
  for (std::uint32_t i = 0; i < subnets.size(); ++i) {
    Subnet& subnet = subnets[i];
    subnet.link = subnet.prefix.network().value;
    if (subnet.network == kNoNetwork) continue;
    SharedNetwork& network = networks[subnet.network];
    network.subnets.push_back(i);
    network.prefixes.push_back(subnet.prefix);
    subnet.link = static_cast<std::uint32_t>(quick_hash(as_bytes(network.name)));
  }
  for (SharedNetwork& network : networks) {
    std::ranges::sort(network.subnets, {}, [this](std::uint32_t i) { return subnets[i].id; });
  }
}

// Prefixes nest or are apart, they never cross. So one sweep by first address, outer prefixes
// before inner ones, with the open prefixes on a stack, cuts the address space into spans of one
// answer.
void ServerConfig::build_address_spans() {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < subnets.size(); ++i) order.push_back(i);
  std::ranges::sort(order, {}, [this](std::uint32_t i) {
    return std::pair(subnets[i].prefix.network(), subnets[i].prefix.length);
  });
  std::vector<net::AddressMap::Entry> spans;
  std::vector<std::uint32_t> open;
  const auto begin_span = [&](net::Ip4 start, std::uint32_t subnet) {
    if (!spans.empty() && spans.back().start == start) spans.pop_back();
    spans.push_back({start, subnet});
  };
  const auto close = [&] {
    const net::Ip4 last = subnets[open.back()].prefix.last();
    open.pop_back();
    if (last != net::kIp4Broadcast) {
      begin_span({last.value + 1}, open.empty() ? net::AddressMap::kNone : open.back());
    }
  };
  for (const std::uint32_t index : order) {
    const net::Ip4 first = subnets[index].prefix.network();
    while (!open.empty() && subnets[open.back()].prefix.last() < first) close();
    begin_span(first, index);
    open.push_back(index);
  }
  while (!open.empty()) close();
  by_address_ = net::AddressMap(spans);
}

// Several subnets may name one relay or interface (as in a shared network): the lowest id answers.
void ServerConfig::build_relay_and_interface_indexes() {
  by_relay_.clear();
  by_interface_.clear();
  for (std::uint32_t i = 0; i < subnets.size(); ++i) {
    for (const net::Ip4 relay : subnets[i].relays) by_relay_.push_back({relay, i});
    if (!subnets[i].interface.empty()) by_interface_.push_back(i);
  }
  std::ranges::sort(by_relay_, {}, [this](const RelayEntry& entry) {
    return std::pair(entry.relay, subnets[entry.subnet].id);
  });
  std::ranges::sort(by_interface_, {}, [this](std::uint32_t i) {
    return std::pair(std::string_view(subnets[i].interface), subnets[i].id);
  });
}

}  // namespace lessor::config
