#include "server/v4/census.h"

#include "lease/extras.h"

#include <algorithm>

namespace lessor::server::v4 {

Census::Census(HashKey key) : key_(key), counts_(kCountedHolders) {}

template <typename Held>
void Census::add(const Held& held) {
  const Account account = account_of(held);
  for (const lease::Holder holder : account.holders) counts_.take(holder);
  counts_.take(account.subnet);
  counts_.take(account.random_of_subnet);
  for_each_class(held, [this](std::uint32_t number) { counts_.take(holder_of_class(number)); });
}

template <typename Held>
void Census::subtract(const Held& held) {
  const Account account = account_of(held);
  for (const lease::Holder holder : account.holders) counts_.give_back(holder);
  counts_.give_back(account.subnet);
  counts_.give_back(account.random_of_subnet);
  for_each_class(held,
                 [this](std::uint32_t number) { counts_.give_back(holder_of_class(number)); });
}

bool Census::walk(const lease::LeaseTable& leases, std::size_t budget) {
  for (; walk_ != lease::LeaseTable::kWalkEnd && budget > 0; --budget) {
    if (!has_room()) return false;
    walk_ = leases.for_each_current_from(walk_, 1, [&](const lease::Lease& lease) { add(lease); });
  }
  return walk_ == lease::LeaseTable::kWalkEnd;
}

void Census::leave(const lease::LeaseTable& leases, net::Ip4 address) {
  const auto current = leases.find_current(address);
  if (!current || !is_walked(current->number)) return;
  subtract(current->lease);
}

void Census::enter(const lease::LeaseTable& leases, net::Ip4 address) {
  const auto current = leases.find_current(address);
  if (!current || !is_walked(current->number)) return;
  add(current->lease);
}

void Census::end(const lease::LeaseTable& leases, const lease::Lease& lease) {
  if (!is_walked(leases.number_of(lease.address))) return;
  subtract(lease);
}

void Census::hold(const lease::Offer& offer) {
  if (offer.counted) add(offer);
}

void Census::drop(const lease::Offer& offer) {
  if (offer.counted) subtract(offer);
}

std::size_t Census::wanted(std::size_t leases) const {
  if (!on_ || counts_.capacity() >= kCountedHolders) return 0;
  const bool is_walking = walk_ != lease::LeaseTable::kWalkEnd;
  if (is_walking) {  // each lease may be a client of its own, behind few ports
    const std::size_t all = leases + counts_.size() + kCensusLowWater;
    if (counts_.capacity() < all) return all - counts_.capacity();
  }
  if (counts_.room() >= kCensusLowWater) return 0;
  return std::max(kCensusLowWater, counts_.size() / 8);
}

}  // namespace lessor::server::v4
