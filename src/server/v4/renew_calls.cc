#include "server/v4/renew_calls.h"

#include "base/check.h"

#include <algorithm>
#include <utility>

namespace lessor::server::v4 {
namespace {

/// 4, 8, 16 s ..., as a client waits for a server (RFC 2131 4.1).
Duration wait_after(std::size_t asked) { return Duration::seconds(2LL << asked); }

/// A timer that comes late makes up for so much.
constexpr Duration kCatchUp = Duration::milliseconds(100);
/// Where there was no room to send.
constexpr Duration kPause = Duration::milliseconds(50);

}  // namespace

RenewCalls::RenewCalls(std::size_t capacity) : capacity_(capacity), marks_(kMarks) {
  for (Queue& queue : queues_) queue.ring.resize(capacity);
}

void RenewCalls::count(const Call& call) {
  ++count_;
  ++marks_[mark_of(call.address)];
}

void RenewCalls::push(const Call& call) {
  Queue& queue = queues_[call.asked];
  queue.ring[(queue.head + queue.count) % capacity_] = call;
  ++queue.count;
  count(call);
}

void RenewCalls::add(Instant now, net::Ip4 address, lease::Sequence sequence, Reason why) {
  CHECK(has_room());
  push({.address = address, .sequence = sequence, .why = why, .due = now});
}

bool RenewCalls::includes(net::Ip4 address, lease::Sequence sequence) const {
  if (!may_include(address)) return false;
  for (const Queue& queue : queues_) {
    for (std::size_t i = 0; i < queue.count; ++i) {
      const Call& call = queue.ring[(queue.head + i) % capacity_];
      if (call.address == address && call.sequence == sequence) return true;
    }
  }
  return false;
}

const RenewCalls::Queue* RenewCalls::find_first() const {
  const Queue* first = nullptr;
  for (const Queue& queue : queues_) {
    if (queue.count == 0) continue;
    const bool is_sooner =
        first == nullptr || queue.ring[queue.head].due < first->ring[first->head].due;
    if (is_sooner) first = &queue;
  }
  return first;
}

RenewCalls::Queue* RenewCalls::find_first() {
  return const_cast<Queue*>(std::as_const(*this).find_first());
}

std::optional<RenewCalls::Call> RenewCalls::take_due(Instant now) {
  if (count_ == 0 || now < paced_until_) return std::nullopt;
  Queue& queue = *find_first();
  const Call call = queue.ring[queue.head];
  if (call.due > now) return std::nullopt;
  queue.head = (queue.head + 1) % capacity_;
  --queue.count;
  --count_;
  --marks_[mark_of(call.address)];
  return call;
}

void RenewCalls::made(Instant now, const Call& call) {
  paced_until_ = std::max(paced_until_, now - kCatchUp) + interval_;
  Call next = call;
  next.due = now + wait_after(++next.asked);
  push(next);
}

void RenewCalls::put_back(Instant now, const Call& call) {
  paced_until_ = now + kPause;
  Queue& queue = queues_[call.asked];
  queue.head = (queue.head + capacity_ - 1) % capacity_;
  queue.ring[queue.head] = call;
  ++queue.count;
  count(call);
}

Instant RenewCalls::first_due() const {
  const Queue& first = *find_first();
  return std::max(first.ring[first.head].due, paced_until_);
}

}  // namespace lessor::server::v4
