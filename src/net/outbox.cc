#include "net/outbox.h"

#include "base/check.h"

#include <algorithm>

namespace lessor::net {
namespace {

constexpr std::size_t kSlotSize = kHeadroom + kMaxPayload;
constexpr std::size_t kMaxProbes = 256;  // of a kind; they are sent at the end of each batch

}  // namespace

void Outbox::Queue::push(std::uint32_t id) {
  CHECK(count < ring.size());
  const std::size_t behind = head + count;
  ring[behind < ring.size() ? behind : behind - ring.size()] = id;
  ++count;
}

std::uint32_t Outbox::Queue::pop() {
  CHECK(count > 0);
  const std::uint32_t id = ring[head];
  if (++head == ring.size()) head = 0;
  --count;
  return id;
}

Outbox::Outbox(std::size_t slots, std::size_t max_parked)
    : storage_(std::make_unique<std::byte[]>(slots * kSlotSize)),
      envelopes_(slots),
      sizes_(slots),
      arp_probes_{.ring = std::vector<ArpProbe>(kMaxProbes)},
      echo_probes_{.ring = std::vector<EchoProbe>(kMaxProbes)},
      max_parked_(max_parked) {
  for (Queue* queue : {&free_, &ready_, &parked_}) queue->ring.resize(slots);
  for (std::uint32_t id = 0; id < slots; ++id) free_.push(id);
}

MutableBytes Outbox::bytes_of(std::uint32_t id) {
  return {storage_.get() + id * kSlotSize, kSlotSize};
}

MutableBytes Outbox::payload() {
  if (free_.count == 0) return {};
  return bytes_of(free_.ring[free_.head]).subspan(kHeadroom);
}

void Outbox::post(const Envelope& envelope, std::size_t size) {
  CHECK(size <= kMaxPayload);
  const std::uint32_t id = free_.pop();
  envelopes_[id] = envelope;
  sizes_[id] = static_cast<std::uint16_t>(size);
  if (envelope.wait_for <= durable_) {
    ready_.push(id);
    return;
  }
  CHECK(parked_.count < max_parked_);
  parked_.push(id);
}

std::size_t Outbox::room_to_park() const {
  return std::min(free_.count, max_parked_ - parked_.count);
}

void Outbox::release(std::uint64_t sequence) {
  durable_ = std::max(durable_, sequence);
  while (parked_.count > 0 && envelopes_[parked_.ring[parked_.head]].wait_for <= durable_) {
    ready_.push(parked_.pop());
  }
}

template <typename Probe>
bool Outbox::Probes<Probe>::push(const Probe& probe) {
  if (count == ring.size()) return false;
  ring[(head + count) % ring.size()] = probe;
  ++count;
  return true;
}

template <typename Probe>
bool Outbox::Probes<Probe>::pop(Probe& probe) {
  if (count == 0) return false;
  probe = ring[head];
  head = (head + 1) % ring.size();
  --count;
  return true;
}

bool Outbox::probe(const ArpProbe& probe) { return arp_probes_.push(probe); }
bool Outbox::probe(const EchoProbe& probe) { return echo_probes_.push(probe); }

bool Outbox::take_ready(Ready& ready) {
  if (ready_.count == 0) return false;
  const std::uint32_t id = ready_.pop();
  ready = {envelopes_[id], bytes_of(id), sizes_[id], id};
  return true;
}

void Outbox::recycle(std::uint32_t id) { free_.push(id); }

bool Outbox::take_probe(ArpProbe& probe) { return arp_probes_.pop(probe); }
bool Outbox::take_probe(EchoProbe& probe) { return echo_probes_.pop(probe); }

}  // namespace lessor::net
