#include "server/v4/backlog.h"

namespace lessor::server::v4 {

Backlog::Backlog(std::size_t capacity, HashKey key) : key_(key), capacity_(capacity) {
  waiting_.reserve(capacity);  // address space; memory comes as it is used
}

bool Backlog::take(Instant now, const net::Datagram& in) {
  const Shares::Places places = shares_.places_of(read_sender(in, key_));
  if (!shares_.may_take(places, capacity_ - count_, false)) return false;
  if (in.payload.size() > kBacklogDatagramLimit) return false;
  const std::size_t at = place(count_);
  if (at == waiting_.size()) waiting_.emplace_back();
  Waiting& waiting = waiting_[at];
  if (!waiting.datagram.keep(in)) return false;
  waiting.since = now;
  waiting.places = places;
  shares_.take(places);
  ++count_;
  return true;
}

net::Datagram Backlog::give_newest() {
  --count_;
  const Waiting& newest = waiting_[place(count_)];
  shares_.give_back(newest.places);
  return newest.datagram.datagram();
}

std::optional<net::Datagram> Backlog::give_up(Instant now) {
  if (oldest_age(now) <= kGivenUpAfter) return std::nullopt;
  const Waiting& oldest = waiting_[oldest_];
  shares_.give_back(oldest.places);
  oldest_ = place(1);
  --count_;
  return oldest.datagram.datagram();
}

Duration Backlog::oldest_age(Instant now) const {
  return count_ == 0 ? Duration() : now - waiting_[oldest_].since;
}

}  // namespace lessor::server::v4
