#include "config/hosts.h"

#include "base/hash.h"

#include <algorithm>
#include <bit>

namespace lessor::config {
namespace {

/// The tables are filled by the operator's file, and at most half full, so that no secret is
/// needed: a stranger chooses what is looked up, never what is stored.
std::uint64_t hash_identifier(IdentifierType type, bool is_prefix, Bytes identifier) {
  const std::uint64_t kind = static_cast<std::uint64_t>(type) * 2 + (is_prefix ? 1 : 0);
  return (quick_hash(identifier) + kind) * 0x9e3779b97f4a7c15U;
}

std::uint64_t hash_address(net::Ip4 address) {
  return std::uint64_t{address.value} * 0x9e3779b97f4a7c15U;
}

std::uint8_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint8_t>(std::max<std::uint64_t>(hash >> 56, 1));
}
std::size_t slot_of(std::uint64_t hash, std::size_t mask) { return (hash >> 32) & mask; }

/// A power of two that leaves at least half of the slots empty.
std::size_t slots_for(std::size_t entries) { return entries == 0 ? 0 : std::bit_ceil(entries * 2); }

}  // namespace

template <typename Wanted>
const Reservation* HostIndex::probe(const Table& table, const std::vector<Reservation>& all,
                                    std::uint64_t hash, Wanted is_wanted) {
  if (table.tags.empty()) return nullptr;
  const std::size_t mask = table.tags.size() - 1;
  const std::uint8_t tag = tag_of(hash);
  for (std::size_t slot = slot_of(hash, mask); table.tags[slot] != 0; slot = (slot + 1) & mask) {
    if (table.tags[slot] != tag) continue;
    const Reservation& candidate = all[table.places[slot]];
    if (is_wanted(candidate)) return &candidate;
  }
  return nullptr;
}

void HostIndex::insert(Table& table, std::uint64_t hash, std::size_t index) {
  const std::size_t mask = table.tags.size() - 1;
  std::size_t slot = slot_of(hash, mask);
  while (table.tags[slot] != 0) slot = (slot + 1) & mask;
  table.tags[slot] = tag_of(hash);
  table.places[slot] = static_cast<std::uint32_t>(index);
}

void HostIndex::Table::clear(std::size_t entries) {
  tags.assign(slots_for(entries), 0);
  places.assign(tags.size(), 0);
}

void HostIndex::build(const std::vector<Reservation>& all) {
  has_ = {};
  prefix_lengths_ = 0;
  marks_ = {};
  std::size_t addresses = 0;
  for (const Reservation& each : all) addresses += each.address ? 1 : 0;
  by_identifier_.clear(all.size());
  by_address_.clear(addresses);
  addresses_.reset();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Reservation& each = all[i];
    const std::uint64_t hash =
        hash_identifier(each.identifier_type, each.is_prefix, each.identifier);
    insert(by_identifier_, hash, i);
    marks_.set(hash);
    if (each.is_prefix) {
      prefix_lengths_ |= std::uint32_t{1} << each.identifier.size();
    } else {
      has_[static_cast<std::size_t>(each.identifier_type)] = true;
    }
    if (!each.address) continue;
    insert(by_address_, hash_address(*each.address), i);
    const net::Range4 so_far = addresses_.value_or(net::Range4{*each.address, *each.address});
    addresses_ = {.first = std::min(so_far.first, *each.address),
                  .last = std::max(so_far.last, *each.address)};
  }
}

const Reservation* HostIndex::find_one(const std::vector<Reservation>& all, IdentifierType type,
                                       bool is_prefix, Bytes identifier) const {
  const std::uint64_t hash = hash_identifier(type, is_prefix, identifier);
  if (!marks_.may_have(hash)) return nullptr;
  return probe(by_identifier_, all, hash, [&](const Reservation& each) {
    return each.identifier_type == type && each.is_prefix == is_prefix &&
           equal_bytes(each.identifier, identifier);
  });
}

const Reservation* HostIndex::find(const std::vector<Reservation>& all, IdentifierType type,
                                   Bytes identifier) const {
  return has(type) ? find_one(all, type, false, identifier) : nullptr;
}

const Reservation* HostIndex::find_prefix(const std::vector<Reservation>& all,
                                          Bytes hardware) const {
  for (std::size_t size = hardware.size(); size > 0; --size) {
    if ((prefix_lengths_ >> size & 1) == 0) continue;
    const auto* found = find_one(all, IdentifierType::hw_address, true, hardware.first(size));
    if (found != nullptr) return found;
  }
  return nullptr;
}

const Reservation* HostIndex::find(const std::vector<Reservation>& all, net::Ip4 address) const {
  if (!addresses_ || !addresses_->contains(address)) return nullptr;  // most: they are in a pool
  return probe(by_address_, all, hash_address(address),
               [&](const Reservation& each) { return each.address == address; });
}

}  // namespace lessor::config
