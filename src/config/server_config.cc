#include "config/server_config.h"

#include "base/hash.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

namespace lessor::config {
namespace {

constexpr std::uint32_t kNoSubnet = UINT32_MAX;

/// The tables are filled by the operator's file, and at most half full, so that no secret is
/// needed: a stranger chooses what is looked up, never what is stored.
std::size_t hash_identifier(IdentifierType type, Bytes identifier) {
  return quick_hash(identifier) + static_cast<std::size_t>(type);
}

std::size_t hash_address(net::Ip4 address) {
  return (std::uint64_t{address.value} * 0x9e3779b97f4a7c15U) >> 32;
}

/// A power of two that leaves at least half of the slots empty.
std::vector<std::uint32_t> empty_table(std::size_t entries) {
  return std::vector<std::uint32_t>(entries == 0 ? 0 : std::bit_ceil(entries * 2));
}

/// Walks the slots from `hash` on until `is_wanted(index)` or an empty slot; nullptr for the
/// latter.
template <typename Wanted>
const Reservation* probe(const std::vector<std::uint32_t>& table,
                         const std::vector<Reservation>& all, std::size_t hash, Wanted is_wanted) {
  if (table.empty()) return nullptr;
  const std::size_t mask = table.size() - 1;
  for (std::size_t slot = hash & mask; table[slot] != 0; slot = (slot + 1) & mask) {
    const Reservation& candidate = all[table[slot] - 1];
    if (is_wanted(candidate)) return &candidate;
  }
  return nullptr;
}

void insert(std::vector<std::uint32_t>& table, std::size_t hash, std::size_t index) {
  const std::size_t mask = table.size() - 1;
  std::size_t slot = hash & mask;
  while (table[slot] != 0) slot = (slot + 1) & mask;
  table[slot] = static_cast<std::uint32_t>(index + 1);
}

}  // namespace

const Pool* Subnet::find_pool(net::Ip4 address) const {
  const auto after = std::ranges::upper_bound(pools, address, {},
                                              [](const Pool& pool) { return pool.range.first; });
  if (after == pools.begin()) return nullptr;
  const Pool& candidate = *std::prev(after);
  return candidate.range.contains(address) ? &candidate : nullptr;
}

const Reservation* Subnet::find_reservation(IdentifierType type, Bytes identifier) const {
  if (!by_type_[static_cast<std::size_t>(type)]) return nullptr;
  return probe(by_identifier_, reservations, hash_identifier(type, identifier),
               [&](const Reservation& r) {
                 return r.identifier_type == type && equal_bytes(r.identifier, identifier);
               });
}

const Reservation* Subnet::find_reservation(net::Ip4 address) const {
  return probe(by_address_, reservations, hash_address(address),
               [&](const Reservation& r) { return r.address == address; });
}

void Subnet::build_indexes() {
  std::ranges::sort(pools, {}, &Pool::range);
  by_type_ = {};
  by_identifier_ = empty_table(reservations.size());
  by_address_ = empty_table(reservations.size());
  for (std::size_t i = 0; i < reservations.size(); ++i) {
    const Reservation& r = reservations[i];
    insert(by_identifier_, hash_identifier(r.identifier_type, r.identifier), i);
    by_type_[static_cast<std::size_t>(r.identifier_type)] = true;
    if (r.address) insert(by_address_, hash_address(*r.address), i);
  }
}

const Subnet* ServerConfig::find_subnet(net::Ip4 address) const {
  const auto after = std::ranges::upper_bound(spans_, address, {}, &AddressSpan::first);
  if (after == spans_.begin()) return nullptr;
  const std::uint32_t index = std::prev(after)->subnet;
  return index == kNoSubnet ? nullptr : &subnets[index];
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
  pool_count = 0;
  limits_leases = false;
  for (Subnet& subnet : subnets) {
    subnet.build_indexes();
    limits_leases |= subnet.lease_limits != LeaseLimits();
    for (Pool& pool : subnet.pools) pool.ordinal = pool_count++;
  }
  build_address_spans();
  build_relay_and_interface_indexes();
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
  spans_.clear();
  std::vector<std::uint32_t> open;
  const auto start_span = [this](net::Ip4 first, std::uint32_t subnet) {
    if (!spans_.empty() && spans_.back().first == first) spans_.pop_back();
    spans_.push_back({first, subnet});
  };
  const auto close = [&] {
    const net::Ip4 last = subnets[open.back()].prefix.last();
    open.pop_back();
    if (last != net::kIp4Broadcast) {
      start_span({last.value + 1}, open.empty() ? kNoSubnet : open.back());
    }
  };
  for (const std::uint32_t index : order) {
    const net::Ip4 first = subnets[index].prefix.network();
    while (!open.empty() && subnets[open.back()].prefix.last() < first) close();
    start_span(first, index);
    open.push_back(index);
  }
  while (!open.empty()) close();
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
