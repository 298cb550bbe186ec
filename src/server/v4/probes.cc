#include "server/v4/probes.h"

#include <algorithm>

namespace lessor::server::v4 {

ProbeTable::ProbeTable(std::size_t capacity, HashKey key)
    : key_(key), discovers_(capacity), waits_(capacity) {
  for (std::uint32_t i = 0; i < capacity; ++i) waits_[i].discover = i;
}

std::size_t ProbeTable::find(net::Ip4 address) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (waits_[i].address == address) return i;
  }
  return count_;
}

ProbeTable::Begin ProbeTable::begin(net::Ip4 address, const net::Datagram& in, Instant now) {
  const std::size_t at = find(address);
  if (at < count_) return discovers_[waits_[at].discover].keep(in) ? Begin::joined : Begin::full;
  const Shares::Places places = shares_.places_of(read_sender(in, key_));
  if (!shares_.may_take(places, waits_.size() - count_, false)) return Begin::full;
  Wait& wait = waits_[count_];
  if (!discovers_[wait.discover].keep(in)) return Begin::full;
  wait.address = address;
  wait.due = now + kProbeTimeout;
  wait.places = places;
  shares_.take(places);
  ++count_;
  return Begin::started;
}

const WaitingDiscover* ProbeTable::finish(net::Ip4 address) {
  const std::size_t at = find(address);
  if (at == count_) return nullptr;
  const std::uint32_t freed = waits_[at].discover;
  shares_.give_back(waits_[at].places);
  const auto position = waits_.begin() + static_cast<std::ptrdiff_t>(at);
  std::rotate(position, position + 1, waits_.begin() + static_cast<std::ptrdiff_t>(count_));
  --count_;
  return &discovers_[freed];
}

std::optional<net::Ip4> ProbeTable::find_due(Instant now) const {
  if (next_due() > now) return std::nullopt;
  return waits_.front().address;
}

std::optional<net::InterfaceIndex> ProbeTable::interface_of(net::Ip4 address) const {
  const std::size_t at = find(address);
  if (at == count_) return std::nullopt;
  return discovers_[waits_[at].discover].datagram().interface;
}

Instant ProbeTable::next_due() const { return count_ == 0 ? Instant::never() : waits_.front().due; }

}  // namespace lessor::server::v4
