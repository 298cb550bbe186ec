#include "net/address_map.h"

#include "base/check.h"

namespace lessor::net {
namespace {

constexpr std::uint32_t kSlash16 = 0x10000;
constexpr std::uint32_t kSlash24 = 0x100;

}  // namespace

AddressMap::AddressMap(std::span<const Entry> sorted) {
  entries_.reserve(sorted.size());
  for (const Entry& each : sorted) {
    CHECK(each.number <= kNone);
    if (!entries_.empty() && entries_.back().start == each.start) entries_.pop_back();
    entries_.push_back(each);
  }
  if (entries_.empty()) return;
  first_ = entries_.front().start.value / kSlash16;
  const std::uint32_t behind = entries_.back().start.value / kSlash16 + 1;
  for (std::uint32_t upper = first_; upper <= std::min(behind, kSlash16 - 1); ++upper) {
    tops_.push_back(slot_of(upper * kSlash16, kSlash16));
  }
}

/// Of `size` addresses, a /16 or a /24.
AddressMap::Slot AddressMap::slot_of(std::uint32_t start, std::uint32_t size) {
  const auto next = std::ranges::upper_bound(entries_, Ip4{start}, {}, &Entry::start);
  if (next == entries_.end() || next->start.value - start >= size) {
    return next == entries_.begin() ? kNone : std::prev(next)->number;
  }
  if (size == kSlash24) return kMore | static_cast<Slot>(next - entries_.begin());
  const std::size_t block = blocks_.size();
  blocks_.emplace_back();
  for (std::uint32_t i = 0; i < blocks_[block].size(); ++i) {
    blocks_[block][i] = slot_of(start + i * kSlash24, kSlash24);
  }
  return kMore | static_cast<Slot>(block);
}

}  // namespace lessor::net
