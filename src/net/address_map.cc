#include "net/address_map.h"

namespace lessor::net {
namespace {

/// Lines of `fan` places.
std::size_t lines_for(std::size_t places, std::size_t fan) { return (places + fan - 1) / fan; }

}  // namespace

/// One whose branches lead to `count` of `below` from `first` on.
template <typename Below>
void AddressMap::add_level(const std::vector<Below>& below, std::size_t first, std::size_t count) {
  std::vector<Branch> made(lines_for(count, kFan));
  for (Branch& each : made) each.starts.fill(key_of(kIp4Broadcast));
  for (std::size_t i = 0; i < count; ++i) {
    made[i / kFan].starts[i % kFan] = below[first + i].starts.front();
  }
  levels_.push_back({.first = static_cast<std::uint32_t>(branches_.size()),
                     .last_below = static_cast<std::uint32_t>(count - 1)});
  branches_.insert(branches_.end(), made.begin(), made.end());
}

AddressMap::AddressMap(std::span<const Entry> sorted) : leaves_(lines_for(sorted.size(), kFan)) {
  for (Leaf& each : leaves_) each.starts.fill(key_of(kIp4Broadcast));
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    Leaf& leaf = leaves_[i / kFan];
    leaf.starts[i % kFan] = key_of(sorted[i].start);
    std::fill(leaf.numbers.begin() + static_cast<std::ptrdiff_t>(i % kFan), leaf.numbers.end(),
              sorted[i].number);
  }
  if (leaves_.size() <= 1) return;
  add_level(leaves_, 0, leaves_.size());
  for (std::size_t first = 0; branches_.size() - first > 1;) {
    const std::size_t count = branches_.size() - first;
    add_level(branches_, first, count);
    first += count;
  }
}

}  // namespace lessor::net
