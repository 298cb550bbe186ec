#include "server/v4/events.h"

#include <bit>
#include <memory>

namespace lessor::server::v4 {

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::offer:
      return "offer";
    case EventKind::ack:
      return "ack";
    case EventKind::nak:
      return "nak";
    case EventKind::inform:
      return "inform";
    case EventKind::release:
      return "release";
    case EventKind::decline:
      return "decline";
    case EventKind::drop:
      return "drop";
    case EventKind::lease_expired:
      return "lease_expired";
    case EventKind::decline_over:
      return "decline_over";
    case EventKind::offer_dropped:
      return "offer_dropped";
    case EventKind::address_in_use:
      return "address_in_use";
    case EventKind::reservation_waiting:
      return "reservation_waiting";
    case EventKind::reservation_taken:
      return "reservation_taken";
    case EventKind::lease_ended:
      return "lease_ended";
    case EventKind::lease_set:
      return "lease_set";
    case EventKind::configuration:
      return "configuration";
    case EventKind::other_server:
      return "other_server";
    case EventKind::lease_told:
      return "lease_told";
  }
  return "unknown";
}

EventRing::EventRing(std::size_t capacity)
    : ring_(std::make_unique<Event[]>(std::bit_ceil(capacity))),
      mask_(std::bit_ceil(capacity) - 1) {}

Event* EventRing::next() {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (tail - head_.load(std::memory_order_acquire) > mask_) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  Event* slot = &ring_[tail & mask_];
  std::uninitialized_default_construct_n(slot, 1);  // room for identifiers need not be cleared
  return slot;
}

void EventRing::publish() {
  tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

bool EventRing::take(Event& event) {
  const std::uint64_t head = head_.load(std::memory_order_relaxed);
  if (head == tail_.load(std::memory_order_acquire)) return false;
  event = ring_[head & mask_];
  head_.store(head + 1, std::memory_order_release);
  return true;
}

}  // namespace lessor::server::v4
