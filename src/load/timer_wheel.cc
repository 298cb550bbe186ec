#include "load/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace lessor::load {

TimerWheel::TimerWheel(std::uint32_t clients) : links_(clients), heads_(kSlots, kNone) {}

void TimerWheel::mark(std::uint32_t slot, bool used) {
  const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
  if (used) {
    used_[slot / 64] |= bit;
  } else {
    used_[slot / 64] &= ~bit;
  }
}

void TimerWheel::set(std::uint32_t client, Instant at, Instant now) {
  stop(client);
  if (count_ == 0) at_ = now.to_nanoseconds() / kTick;
  const std::int64_t wanted = (at.to_nanoseconds() + kTick - 1) / kTick;
  const std::int64_t tick = std::clamp(wanted, at_, at_ + kSlots - 1);
  const auto slot = static_cast<std::uint32_t>(tick % kSlots);
  Link& link = links_[client];
  link = {.next = heads_[slot], .previous = kNone, .slot = slot};
  if (link.next != kNone) links_[link.next].previous = client;
  heads_[slot] = client;
  mark(slot, true);
  ++count_;
}

void TimerWheel::stop(std::uint32_t client) {
  Link& link = links_[client];
  if (link.slot == kNone) return;
  if (link.next != kNone) links_[link.next].previous = link.previous;
  if (link.previous != kNone) {
    links_[link.previous].next = link.next;
  } else {
    heads_[link.slot] = link.next;
    if (link.next == kNone) mark(link.slot, false);
  }
  link.slot = kNone;
  --count_;
}

std::uint32_t TimerWheel::distance() const {
  if (count_ == 0) return kSlots;
  const auto first = static_cast<std::uint32_t>(at_ % kSlots);
  for (std::uint32_t step = 0; step < kSlots;) {
    const std::uint32_t slot = (first + step) % kSlots;
    const std::uint64_t rest = used_[slot / 64] >> (slot % 64);
    if (rest != 0) return step + static_cast<std::uint32_t>(std::countr_zero(rest));
    step += 64 - slot % 64;
  }
  // The first word again: what lies in it before `at_`.
  const std::uint64_t before = used_[first / 64];
  return kSlots - first % 64 + static_cast<std::uint32_t>(std::countr_zero(before));
}

std::optional<std::uint32_t> TimerWheel::take_due(Instant now) {
  if (count_ == 0) return std::nullopt;
  const std::int64_t tick = at_ + distance();
  if (tick * kTick > now.to_nanoseconds()) return std::nullopt;
  at_ = tick;
  const std::uint32_t client = heads_[static_cast<std::uint32_t>(tick % kSlots)];
  stop(client);
  return client;
}

Instant TimerWheel::next_deadline() const {
  if (count_ == 0) return Instant::never();
  return Instant::from_nanoseconds((at_ + distance()) * kTick);
}

}  // namespace lessor::load
