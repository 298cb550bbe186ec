#include "server/v4/ledger.h"

#include "base/check.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

constexpr std::size_t kRetiredAtOnce = 8;  // reloads that nobody has collected yet

}  // namespace

Ledger::Ledger(const Settings& settings, lease::ChangeLog& changes)
    : changes_(changes),
      leases_(settings.key, settings.lease_capacity),
      offers_(settings.key, settings.offer_capacity, kOfferClasses, config::kOfferHold),
      census_(settings.key) {
  retired_.reserve(kRetiredAtOnce);
}

void Ledger::load(std::span<const lease::Lease> leases) {
  leases_.fetch_for(leases);
  for (const lease::Lease& lease : leases) {
    if (!leases_.has_room_for(lease)) {  // for its record, or for identifiers too long for one
      lease::GrowthNeed need = leases_.growth_wanted();
      if (leases_.size() < leases_.capacity()) need.leases = 0;
      leases_.adopt(*lease::LeaseTable::make_growth(need));
    }
    CHECK(leases_.put(lease));
  }
}

Reason Ledger::room_for(const lease::Lease& lease, std::size_t count) const {
  if (!changes_.has_room(count)) return Reason::change_log_full;
  if (census_.is_on() && !census_.has_room()) return Reason::table_full;
  return leases_.has_room_for(lease) ? Reason::none : Reason::table_full;
}

lease::Sequence Ledger::put(lease::Lease lease, Now now) {
  lease.sequence = changes_.push(lease);
  if (census_.is_on()) census_.leave(leases_, lease.address);
  CHECK(leases_.put(lease));
  if (census_.is_on()) census_.enter(leases_, lease.address);
  note_lease(lease, now);
  return lease.sequence;
}

lease::Sequence Ledger::take_up(const lease::Lease& lease, const lease::ClientKey& client,
                                Now now) {
  const lease::Offer* offer = offers_.find_by_client(client);
  const net::Ip4 held = offer == nullptr ? lease.address : offer->address;
  if (offer != nullptr) {
    census_.drop(*offer);
    (void)offers_.drop(held);
  }
  if (held != lease.address) note(held, now);
  return put(lease, now);
}

/// The client's own offer is about to be replaced, or renewed.
void Ledger::uncount_own_offer(const lease::ClientKey& client) {
  const lease::Offer* own = offers_.find_by_client(client);
  if (own != nullptr) census_.drop(*own);
}

/// It has been, or there was no room: then it had none, and nothing has changed.
void Ledger::count_hold(const lease::Offer& offer, const lease::OfferTable::Held& held) {
  const bool gave_way = held.dropped && held.dropped->client != offer.client;
  if (gave_way) census_.drop(*held.dropped);
  if (held.held) census_.hold(offer);
}

lease::OfferTable::Held Ledger::hold(lease::Offer offer, std::uint32_t pool_ordinal, Now now) {
  offer.pool = pool_ordinal == lease::OfferTable::kNoPool ? lease::OfferTable::kNoPool
                                                          : current_->offer_class(pool_ordinal);
  if (census_.is_on()) uncount_own_offer(offer.client);
  lease::OfferTable::Held held = offers_.hold(offer, now.mono);
  if (census_.is_on()) count_hold(offer, held);
  if (held.dropped) note(held.dropped->address, now);
  if (held.held) note(offer.address, now);
  return held;
}

std::optional<lease::Offer> Ledger::drop_offer(net::Ip4 address, Now now) {
  std::optional<lease::Offer> dropped = offers_.drop(address);
  if (dropped) {
    census_.drop(*dropped);
    note(address, now);
  }
  return dropped;
}

std::optional<lease::Offer> Ledger::make_room(const config::Subnet& subnet, std::uint64_t source,
                                              Now now, const Classes* classes) {
  for (const config::Pool& pool : subnet.pools) {
    if (classes != nullptr && !classes->admits(pool.guard)) continue;
    std::optional<lease::Offer> dropped =
        offers_.take_for(source, current_->offer_class(pool.ordinal));
    if (!dropped) continue;
    census_.drop(*dropped);
    note(dropped->address, now);
    return dropped;
  }
  return std::nullopt;
}

void Ledger::note_probe(net::Ip4 address, ProbeNote note) {
  (void)offers_.set_note(address, static_cast<std::uint32_t>(note));
}

void Ledger::set_own_addresses(std::vector<net::Ip4> addresses, Now now) {
  own_.swap(addresses);
  for (const net::Ip4 address : addresses) note(address, now);
  for (const net::Ip4 address : own_) note(address, now);
}

Use Ledger::use_of(const lease::Lease& lease, Instant now) const {
  if (now >= lease::free_for_others_at(lease)) return use_without_lease(lease.address);
  if (lease.state == lease::LeaseState::declined) return Use::declined;
  return now < lease.expires_at ? Use::assigned : Use::resting;
}

Use Ledger::use_without_lease(net::Ip4 address) const {
  if (offers_.find_by_address(address) != nullptr) return Use::offered;
  return std::ranges::find(own_, address) != own_.end() ? Use::ours : Use::free;
}

/// What is true of `address` now goes into every pool that holds it: derived from the tables, so
/// that it does not matter who changed what, or how often this is called.
void Ledger::note(net::Ip4 address, Now now) {
  if (const auto lease = leases_.find(address)) return note_lease(*lease, now);
  note_use(address, use_without_lease(address), std::nullopt);
}

void Ledger::note_lease(const lease::Lease& lease, Now now) {
  note_use(lease.address, use_of(lease, now.mono), lease::ended_at(lease));
}

void Ledger::note_use(net::Ip4 address, Use use, std::optional<WallTime> free_since) {
  if (current_ != nullptr) current_->note(address, use, free_since);
  if (next_ != nullptr) next_->note(address, use, free_since);
}

lease::GrowthNeed Ledger::growth_wanted() const {
  lease::GrowthNeed need = leases_.growth_wanted();
  need.holders = census_.wanted(leases_.size());
  return need;
}

void Ledger::adopt(lease::Growth& growth) {
  leases_.adopt(growth);
  census_.adopt(growth.holders);
}

void Ledger::begin_swap(PreparedPtr prepared) {
  if (prepared->config().limits_leases && !census_.is_on()) census_.begin();
  if (next_ != nullptr) retired_.push_back(std::move(next_));
  next_ = std::move(prepared);
  lease_walk_ = lease::LeaseTable::kWalkBegin;
  offer_walk_ = lease::OfferTable::kWalkBegin;
}

bool Ledger::continue_swap(Now now, std::size_t budget) {
  if (next_ == nullptr) return false;
  // What changes behind either walk is noted as it changes.
  if (!walk_leases(now, budget) || !walk_offers(now, budget)) return false;
  if (census_.is_on() && !census_.walk(leases_, budget)) return false;
  finish_swap(now);
  return true;
}

bool Ledger::walk_leases(Now now, std::size_t budget) {
  if (lease_walk_ == lease::LeaseTable::kWalkEnd) return true;
  lease_walk_ = leases_.for_each_from(lease_walk_, budget,
                                      [&](const lease::Lease& lease) { note_lease(lease, now); });
  return lease_walk_ == lease::LeaseTable::kWalkEnd;
}

bool Ledger::walk_offers(Now now, std::size_t budget) {
  if (offer_walk_ == lease::OfferTable::kWalkEnd) return true;
  offer_walk_ = offers_.for_each_from(offer_walk_, budget,
                                      [&](const lease::Offer& offer) { note(offer.address, now); });
  return offer_walk_ == lease::OfferTable::kWalkEnd;
}

void Ledger::finish_swap(Now now) {
  for (const net::Ip4 address : own_) note(address, now);
  next_->number_classes(current_.get());
  if (doubt_over_) next_->end_doubt();
  offers_.set_hold_time(next_->config().offer_hold);
  next_->take_over_rates(current_.get());
  replaced_ = std::move(current_);
  current_ = std::move(next_);
}

void Ledger::retire(PreparedPtr prepared) {
  if (prepared != nullptr) retired_.push_back(std::move(prepared));
}

PreparedPtr Ledger::take_retired() {
  if (retired_.empty()) return nullptr;
  PreparedPtr oldest = std::move(retired_.front());
  retired_.erase(retired_.begin());
  return oldest;
}

void Ledger::end_doubt() {
  doubt_over_ = true;
  if (current_ != nullptr) current_->end_doubt();
}

}  // namespace lessor::server::v4
