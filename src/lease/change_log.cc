#include "lease/change_log.h"

#include "base/check.h"

#include <bit>

namespace lessor::lease {

void LeaseChange::assign(const Lease& lease, Sequence sequence) {
  lease_ = lease;
  lease_.sequence = sequence;
  // Options hold at most 255 octets (RFC 2132 2), and whoever makes a Lease checks it.
  CHECK(client_id_.assign(lease.client_id));
  CHECK(hostname_.assign(lease.hostname));
  CHECK(extras_.assign(lease.extras));
}

Lease LeaseChange::lease() const {
  Lease lease = lease_;
  lease.client_id = client_id_.bytes();
  lease.hostname = hostname_.bytes();
  lease.extras = extras_.bytes();
  return lease;
}

ChangeLog::ChangeLog(std::size_t capacity, Sequence next)
    : ring_(std::make_unique<LeaseChange[]>(std::bit_ceil(capacity))),
      mask_(std::bit_ceil(capacity) - 1),
      next_(next) {}

void ChangeLog::continue_after(Sequence last) {
  CHECK(tail_.load(std::memory_order_relaxed) == 0);
  next_ = last + 1;
}

std::size_t ChangeLog::room() const {
  // The consumer only ever makes room, so an old head_ errs on the safe side.
  const std::uint64_t used =
      tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_acquire);
  return mask_ + 1 - used;
}

Sequence ChangeLog::push(const Lease& lease) {
  CHECK(has_room());
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  ring_[tail & mask_].assign(lease, next_);
  tail_.store(tail + 1, std::memory_order_release);  // publishes the change
  return next_++;
}

std::size_t ChangeLog::waiting() const {
  return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_relaxed);
}

const LeaseChange& ChangeLog::at(std::size_t i) const {
  return ring_[(head_.load(std::memory_order_relaxed) + i) & mask_];
}

void ChangeLog::drop(std::size_t count) {
  CHECK(count <= waiting());
  head_.store(head_.load(std::memory_order_relaxed) + count, std::memory_order_release);
}

}  // namespace lessor::lease
