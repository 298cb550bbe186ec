#include "server/v4/probes.h"

#include <algorithm>

namespace lessor::server::v4 {

bool WaitingDiscover::keep(const net::Datagram& in) {
  if (in.payload.size() > bytes_.size()) return false;
  copy_bytes(bytes_, in.payload);
  size_ = in.payload.size();
  in_ = in;
  in_.payload = {};
  return true;
}

net::Datagram WaitingDiscover::datagram() const {
  net::Datagram in = in_;
  in.payload = Bytes(bytes_.data(), size_);
  return in;
}

ProbeTable::ProbeTable(std::size_t capacity) : entries_(capacity), order_(capacity) {
  for (std::uint32_t i = 0; i < capacity; ++i) order_[i] = i;
}

std::size_t ProbeTable::find(net::Ip4 address) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (entries_[order_[i]].address == address) return i;
  }
  return count_;
}

ProbeTable::Begin ProbeTable::begin(net::Ip4 address, const net::Datagram& in, Instant now) {
  const std::size_t at = find(address);
  if (at < count_) return entries_[order_[at]].discover.keep(in) ? Begin::joined : Begin::full;
  if (is_full()) return Begin::full;
  Entry& entry = entries_[order_[count_]];
  if (!entry.discover.keep(in)) return Begin::full;
  entry.address = address;
  entry.due = now + kProbeTimeout;
  ++count_;
  return Begin::started;
}

const WaitingDiscover* ProbeTable::finish(net::Ip4 address) {
  const std::size_t at = find(address);
  if (at == count_) return nullptr;
  const std::uint32_t freed = order_[at];
  const auto position = order_.begin() + static_cast<std::ptrdiff_t>(at);
  std::rotate(position, position + 1, order_.begin() + static_cast<std::ptrdiff_t>(count_));
  --count_;
  return &entries_[freed].discover;
}

std::optional<net::Ip4> ProbeTable::find_due(Instant now) const {
  if (next_due() > now) return std::nullopt;
  return entries_[order_.front()].address;
}

std::optional<net::InterfaceIndex> ProbeTable::interface_of(net::Ip4 address) const {
  const std::size_t at = find(address);
  if (at == count_) return std::nullopt;
  return entries_[order_[at]].discover.datagram().interface;
}

Instant ProbeTable::next_due() const {
  return count_ == 0 ? Instant::never() : entries_[order_.front()].due;
}

}  // namespace lessor::server::v4
