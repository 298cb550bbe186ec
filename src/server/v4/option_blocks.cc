#include "server/v4/option_blocks.h"

#include "base/hash.h"
#include "base/prefetch.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace lessor::server::v4 {
namespace {

/// Of a list and a block, as most are.
constexpr std::size_t kUsualOctets = 128;

}  // namespace

OptionBlocks::OptionBlocks(std::size_t menus)
    : sets_(std::bit_ceil(std::clamp(menus * kBlocksPerMenu, kFewestBlocks, kMostBlocks) / kWays)),
      entries_(sets_.size() * kWays),
      sets_per_menu_(
          std::bit_floor(std::max(sets_.size() / std::max<std::size_t>(menus, 1), kFewestSets))) {}

std::size_t OptionBlocks::first_set(const Menu& menu) const {
  const std::uint64_t hash = std::hash<const Menu*>()(&menu) * 0x9e3779b97f4a7c15U >> 32;
  return hash & (sets_.size() - 1) & ~(sets_per_menu_ - 1);
}

std::size_t OptionBlocks::set_of(const BlockKey& key, std::uint64_t hash) const {
  return first_set(*key.menu) + (hash & (sets_per_menu_ - 1));
}

void OptionBlocks::fetch_ahead(const Menu& menu, Place likely) const {
  const std::size_t at = first_set(menu);
  prefetch(&sets_[at], &sets_[at] + kFewestSets);
  const Entry& entry = entries_[likely];
  prefetch(&entry, &entry.octets[kUsualOctets]);
}

std::uint64_t OptionBlocks::hash_of(const BlockKey& key) {
  const std::uint64_t numbers = std::uint64_t{key.server_identifier.value} << 32 | key.lease_time;
  const std::uint64_t mixed = std::hash<const Menu*>()(key.menu) + numbers + (key.of_lease ? 1 : 0);
  std::uint64_t hash = (quick_hash(key.parameter_list) ^ mixed) * 0x9e3779b97f4a7c15U;
  for (const config::ClassId id : key.classes) hash = (hash ^ id) * 0x9e3779b97f4a7c15U;
  return hash ^ hash >> 32;
}

bool OptionBlocks::Entry::is_of(const BlockKey& key) const {
  return menu == key.menu && of_lease == key.of_lease &&
         server_identifier == key.server_identifier && lease_time == key.lease_time &&
         class_count == key.classes.size() && equal_bytes(list(), key.parameter_list) &&
         std::ranges::equal(std::span(classes.data(), class_count), key.classes);
}

Bytes OptionBlocks::find(const BlockKey& key) {
  const std::uint64_t hash = hash_of(key);
  const std::size_t at = set_of(key, hash);
  Set& set = sets_[at];
  ++finds_;
  for (std::size_t way = 0; way < kWays; ++way) {
    if (set.hashes[way] != hash) continue;
    const Entry& entry = entries_[at * kWays + way];
    if (!entry.is_of(key)) continue;
    set.used_at[way] = finds_;
    last_ = static_cast<Place>(at * kWays + way);
    return entry.block();
  }
  return {};
}

bool OptionBlocks::remember(const BlockKey& key, Bytes block) {
  if (block.size() > kBlockLimit || key.parameter_list.size() > kBlockListLimit) return false;
  if (key.classes.size() > kBlockClasses) return false;
  const std::uint64_t hash = hash_of(key);
  const std::size_t at = set_of(key, hash);
  Set& set = sets_[at];
  const auto oldest = std::ranges::min_element(set.used_at);
  const auto way = static_cast<std::size_t>(oldest - set.used_at.begin());
  *oldest = finds_;
  last_ = static_cast<Place>(at * kWays + way);
  set.hashes[way] = hash;
  Entry& entry = entries_[at * kWays + way];
  entry.menu = key.menu;
  entry.server_identifier = key.server_identifier;
  entry.lease_time = key.lease_time;
  entry.of_lease = key.of_lease;
  entry.list_size = static_cast<std::uint8_t>(key.parameter_list.size());
  entry.block_size = static_cast<std::uint16_t>(block.size());
  entry.class_count = static_cast<std::uint8_t>(key.classes.size());
  std::ranges::copy(key.classes, entry.classes.begin());
  copy_bytes(entry.octets, key.parameter_list);
  copy_bytes(MutableBytes(entry.octets).subspan(entry.list_size), block);
  return true;
}

}  // namespace lessor::server::v4
