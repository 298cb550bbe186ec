#include "lease/lease_table.h"

#include "base/prefetch.h"

#include <algorithm>
#include <array>

namespace lessor::lease {
namespace {

constexpr std::size_t kLongBytes = 4 * sizeof(LongBytes::Block);
constexpr std::size_t kFetchedAtOnce = 32;
constexpr int kFetchedOfChain = 3;  // with a bucket for each lease few chains are longer

/// One of many chains that are walked side by side, so that their records are waited for together.
template <typename Index>
void fetch_next(const Index& index, const LeaseStorage& storage, Slot& at) {
  if (at == kNoSlot) return;
  at = index.next_in_chain(at);
  if (at != kNoSlot) storage.fetch(at);
}

Slot fetch_first(const Slot* chain, const LeaseStorage& storage) {
  const Slot first = chain != nullptr ? *chain : kNoSlot;
  if (first != kNoSlot) storage.fetch(first);
  return first;
}

}  // namespace

LeaseTable::LeaseTable(HashKey key, std::size_t leases)
    : address_index_(key, storage_),
      client_index_(IdentityKind::client_id, key, storage_),
      hardware_index_(IdentityKind::hardware, key, storage_),
      expiry_(storage_) {
  reserve(leases);
}

void LeaseTable::reserve(std::size_t leases) {
  if (leases <= capacity()) return;
  // Few have long identifiers: a load that meets more makes room for them (growth_wanted()).
  Growth growth({.leases = leases - capacity(), .long_bytes = std::min(leases, kLongBytes)});
  adopt(growth);
  while (buckets_ < capacity()) add_buckets();  // here, so that no put pays for them
}

std::unique_ptr<Growth> LeaseTable::make_growth(GrowthNeed need) {
  return std::make_unique<Growth>(need);
}

bool LeaseTable::has_room_for(const Lease& lease) const {
  const bool has_slot = storage_.has_free_slot() || address_index_.find(lease.address) != kNoSlot;
  return has_slot && storage_.has_room_for_bytes(lease);
}

void LeaseTable::add_buckets() {
  ++buckets_;
  address_index_.grow();
  client_index_.grow();
  hardware_index_.grow();
}

bool LeaseTable::put(const Lease& lease) {
  Slot slot = address_index_.find(lease.address);
  if (slot == kNoSlot && !storage_.has_free_slot()) return false;
  if (!storage_.has_room_for_bytes(lease)) return false;
  Instant was = Instant::never();
  if (slot == kNoSlot) {
    slot = storage_.take_slot();
    if (storage_.size() > buckets_) add_buckets();
    storage_.fill(slot, lease);
    address_index_.link(slot);
    client_index_.link(slot);
    hardware_index_.link(slot);
  } else {
    was = ExpiryQueue::end_of(storage_.record(slot));
    const bool same_client = equal_bytes(storage_.client_id(slot), lease.client_id) &&
                             storage_.hardware_address(slot) == lease.hardware;
    // The usual renewal: the record is where it belongs already.
    const bool in_place = same_client && hardware_index_.is_head(slot) &&
                          (lease.client_id.empty() || client_index_.is_head(slot));
    if (!in_place) {
      client_index_.unlink(slot);
      hardware_index_.unlink(slot);
    }
    storage_.fill(slot, lease);
    if (!in_place) {
      client_index_.link(slot);
      hardware_index_.link(slot);
    }
  }
  queue_end(slot, was);
  return true;
}

void LeaseTable::fetch_for(std::span<const Lease> leases) const {
  if (buckets_ == 0) return;
  while (!leases.empty()) {
    const std::size_t count = std::min(leases.size(), kFetchedAtOnce);
    fetch_group(leases.first(count));
    leases = leases.subspan(count);
  }
}

void LeaseTable::fetch_group(std::span<const Lease> leases) const {
  struct Chains {
    const Slot* address;
    const Slot* client;
    const Slot* hardware;
  };
  struct Places {
    Slot address, client, hardware;
  };
  std::array<Chains, kFetchedAtOnce> chains;
  std::array<Places, kFetchedAtOnce> places;
  for (std::size_t i = 0; i < leases.size(); ++i) {
    const Lease& lease = leases[i];
    chains[i] = {address_index_.chain(lease.address), client_index_.chain(lease),
                 hardware_index_.chain(lease)};
    for (const Slot* chain : {chains[i].address, chains[i].client, chains[i].hardware})
      prefetch(chain);
  }
  for (std::size_t i = 0; i < leases.size(); ++i) {
    places[i] = {fetch_first(chains[i].address, storage_), fetch_first(chains[i].client, storage_),
                 fetch_first(chains[i].hardware, storage_)};
  }
  for (int step = 1; step < kFetchedOfChain; ++step) {
    for (std::size_t i = 0; i < leases.size(); ++i) {
      fetch_next(address_index_, storage_, places[i].address);
      fetch_next(client_index_, storage_, places[i].client);
      fetch_next(hardware_index_, storage_, places[i].hardware);
    }
  }
}

void LeaseTable::queue_end(Slot slot, Instant was) {
  LeaseRecord& r = storage_.record(slot);
  switch (static_cast<LeaseState>(r.state)) {
    case LeaseState::active:
      r.set_stage(LeaseStage::running);
      break;
    case LeaseState::released:
      r.set_stage(LeaseStage::over);
      break;
    case LeaseState::declined:
      r.set_stage(LeaseStage::in_grace);
      break;
  }
  expiry_.update(slot, was);
}

bool LeaseTable::erase(net::Ip4 address) {
  const Slot slot = address_index_.find(address);
  if (slot == kNoSlot) return false;
  const Instant was = ExpiryQueue::end_of(storage_.record(slot));
  address_index_.unlink(slot);
  client_index_.unlink(slot);
  hardware_index_.unlink(slot);
  storage_.give_back(slot);
  expiry_.update(slot, was);
  return true;
}

std::optional<Lease> LeaseTable::find(net::Ip4 address) const {
  const Slot slot = address_index_.find(address);
  if (slot == kNoSlot) return std::nullopt;
  return storage_.lease(slot);
}

std::optional<LeaseTable::Current> LeaseTable::find_current(net::Ip4 address) const {
  const Slot slot = address_index_.find(address);
  if (slot == kNoSlot || !is_current(slot)) return std::nullopt;
  return Current{.lease = storage_.lease(slot), .number = slot};
}

std::optional<LeaseTable::Due> LeaseTable::take_due(Instant now) {
  if (next_expiry() > now || next_expiry().is_never()) return std::nullopt;
  const Slot slot = expiry_.first();
  LeaseRecord& r = storage_.record(slot);
  const Instant was = next_expiry();
  const bool ran = r.is_in(LeaseStage::running);
  r.set_stage(ran ? LeaseStage::in_grace : LeaseStage::over);
  expiry_.update(slot, was);
  return Due{storage_.lease(slot), ran ? ExpiryStage::expired : ExpiryStage::grace_over};
}

}  // namespace lessor::lease
