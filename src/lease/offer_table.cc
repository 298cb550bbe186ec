#include "lease/offer_table.h"

#include "base/check.h"

#include <bit>

namespace lessor::lease {
namespace {

constexpr std::uint32_t kWholeTable = 0;  // in_table_ has one class

}  // namespace

OfferTable::OfferTable(HashKey key, std::size_t capacity, std::uint32_t pools, Duration hold_time)
    : key_(key),
      hold_time_(hold_time),
      nodes_(capacity),
      clients_(std::bit_ceil(capacity + 1), kNone),
      addresses_(std::bit_ceil(capacity + 1), kNone),
      free_(capacity > 0 ? 0 : kNone),
      pools_(pools),
      in_table_(capacity, 1),
      in_pool_(capacity, std::size_t{pools} + 1) {
  for (std::uint32_t i = 0; i < capacity; ++i) nodes_[i].younger = i + 1 < capacity ? i + 1 : kNone;
}

std::size_t OfferTable::bucket_of(const ClientKey& client) const {
  return client.low & (clients_.size() - 1);  // a keyed hash already
}

std::size_t OfferTable::bucket_of(net::Ip4 address) const {
  const std::uint64_t hash = (address.value ^ key_.k0) * 0x9e3779b97f4a7c15U;
  return (hash ^ hash >> 32) & (addresses_.size() - 1);
}

std::uint32_t OfferTable::rank_of(std::uint32_t pool) const {
  return pool < pools_ ? pool : pools_;  // the last class is that of no pool
}

std::uint32_t OfferTable::node_of_client(const ClientKey& client) const {
  std::uint32_t i = clients_[bucket_of(client)];
  while (i != kNone && nodes_[i].offer.client != client) i = nodes_[i].client_next;
  return i;
}

std::uint32_t OfferTable::node_of_address(net::Ip4 address) const {
  std::uint32_t i = addresses_[bucket_of(address)];
  while (i != kNone && nodes_[i].offer.address != address) i = nodes_[i].address_next;
  return i;
}

void OfferTable::insert(const Offer& offer) {
  const std::uint32_t i = free_;
  Node& node = nodes_[i];
  free_ = node.younger;
  std::uint32_t& by_client = clients_[bucket_of(offer.client)];
  std::uint32_t& by_address = addresses_[bucket_of(offer.address)];
  node = {.offer = offer,
          .younger = kNone,
          .older = youngest_,
          .client_next = by_client,
          .address_next = by_address};
  by_client = i;
  by_address = i;
  (youngest_ == kNone ? oldest_ : nodes_[youngest_].younger) = i;
  youngest_ = i;
  in_table_.add(i, kWholeTable, offer.source);
  in_pool_.add(i, rank_of(offer.pool), offer.source);
  ++size_;
}

Offer OfferTable::remove(std::uint32_t index) {
  Node& node = nodes_[index];
  const Offer offer = node.offer;
  std::uint32_t* by_client = &clients_[bucket_of(offer.client)];
  while (*by_client != index) by_client = &nodes_[*by_client].client_next;
  *by_client = node.client_next;
  std::uint32_t* by_address = &addresses_[bucket_of(offer.address)];
  while (*by_address != index) by_address = &nodes_[*by_address].address_next;
  *by_address = node.address_next;

  (node.older == kNone ? oldest_ : nodes_[node.older].younger) = node.younger;
  (node.younger == kNone ? youngest_ : nodes_[node.younger].older) = node.older;
  in_table_.remove(index);
  in_pool_.remove(index);
  node.younger = free_;
  free_ = index;
  --size_;
  return offer;
}

OfferTable::Held OfferTable::hold(const Offer& offer, Instant now) {
  Held result;
  const std::uint32_t own = node_of_client(offer.client);
  if (own != kNone) {
    const Offer before = remove(own);
    if (before.address != offer.address) result.dropped = before;
  } else if (free_ == kNone) {
    const std::uint32_t victim = in_table_.victim_for(kWholeTable, offer.source);
    if (victim == FairShare::kNone) return result;
    result.dropped = remove(victim);
  }
  CHECK(node_of_address(offer.address) == kNone);
  Offer held = offer;
  held.expires_at = now + hold_time_;
  insert(held);
  result.held = true;
  return result;
}

std::optional<Offer> OfferTable::take_for(std::uint64_t source, std::uint32_t pool) {
  const std::uint32_t victim = in_pool_.victim_for(rank_of(pool), source);
  if (victim == FairShare::kNone) return std::nullopt;
  return remove(victim);
}

const Offer* OfferTable::find_by_client(const ClientKey& client) const {
  const std::uint32_t i = node_of_client(client);
  return i == kNone ? nullptr : &nodes_[i].offer;
}

const Offer* OfferTable::find_by_address(net::Ip4 address) const {
  const std::uint32_t i = node_of_address(address);
  return i == kNone ? nullptr : &nodes_[i].offer;
}

bool OfferTable::set_note(net::Ip4 address, std::uint32_t note) {
  const std::uint32_t i = node_of_address(address);
  if (i != kNone) nodes_[i].offer.note = note;
  return i != kNone;
}

std::optional<Offer> OfferTable::drop(net::Ip4 address) {
  const std::uint32_t i = node_of_address(address);
  if (i == kNone) return std::nullopt;
  return remove(i);
}

Instant OfferTable::next_expiry() const {
  return oldest_ == kNone ? Instant::never() : nodes_[oldest_].offer.expires_at;
}

}  // namespace lessor::lease
