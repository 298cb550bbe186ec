#include "lease/address_pool.h"

#include "base/check.h"

#include <algorithm>
#include <cstdlib>

namespace lessor::lease {
namespace {

// Keys order addresses by how gladly they are given: the least first.
constexpr std::uint32_t kNeverUsed = 0;  // so that zeroed pages need no touching
constexpr std::uint32_t kOldest = 1;     // 1 .. kYoungest: the second it became free
constexpr std::uint32_t kYoungest = UINT32_MAX - 2;
constexpr std::uint32_t kDoubtful = UINT32_MAX - 1;
constexpr std::uint32_t kTaken = UINT32_MAX;

}  // namespace

void AddressPool::FreeMemory::operator()(std::uint32_t* memory) const { std::free(memory); }

AddressPool::AddressPool(net::Range4 range, std::span<const net::Ip4> excluded, Start start)
    : range_(range), size_(range.size()) {
  lay_out();
  if (start == Start::doubtful) {
    for (std::size_t i = 0; i < level_count_; ++i)
      std::fill_n(keys_.get() + levels_[i].offset, levels_[i].count, kDoubtful);
  }
  fill_ends();
  (start == Start::doubtful ? doubtful_ : free_) = size_;

  for (const net::Ip4 address : excluded)
    if (contains(address)) excluded_.push_back(address);
  std::ranges::sort(excluded_);
  excluded_.erase(std::ranges::unique(excluded_).begin(), excluded_.end());
  for (const net::Ip4 address : excluded_) store_key(address, kTaken);
  size_ -= excluded_.size();
}

void AddressPool::lay_out() {
  CHECK(range_.size() <= kMaxAddresses);
  std::uint64_t total = 0;
  std::uint64_t count = range_.size();
  for (;;) {
    CHECK(level_count_ < kMaxLevels);
    levels_[level_count_++] = {.offset = total, .count = count};
    const std::uint64_t groups = (count + kFanout - 1) / kFanout;
    total += groups * kFanout;
    if (count <= kFanout) break;
    count = groups;
  }
  // calloc, not a vector: the kernel hands out zeroed pages lazily, and zero is kNeverUsed.
  keys_.reset(
      static_cast<std::uint32_t*>(std::calloc(total * sizeof(std::uint32_t) + range_.size(), 1)));
  CHECK(keys_ != nullptr);
  remarks_ = reinterpret_cast<std::uint8_t*>(keys_.get() + total);
}

void AddressPool::fill_ends() {
  for (std::size_t i = 0; i < level_count_; ++i) {
    std::uint32_t* const keys = keys_.get() + levels_[i].offset;
    for (std::uint64_t k = levels_[i].count; k % kFanout != 0; ++k) keys[k] = kTaken;
  }
}

std::uint32_t AddressPool::unavailable_from() const { return in_doubt_ ? kDoubtful : kTaken; }

std::uint32_t AddressPool::key_of(net::Ip4 address) const {
  return contains(address) ? keys_[address.value - range_.first.value] : kTaken;
}

bool AddressPool::is_free(net::Ip4 address) const { return key_of(address) < unavailable_from(); }
bool AddressPool::is_never_used(net::Ip4 address) const { return key_of(address) == kNeverUsed; }
bool AddressPool::is_doubtful(net::Ip4 address) const {
  return in_doubt_ && key_of(address) == kDoubtful;
}
bool AddressPool::is_excluded(net::Ip4 address) const {
  return std::ranges::binary_search(excluded_, address);
}

std::optional<net::Ip4> AddressPool::best() const {
  const std::uint32_t* const root = keys_.get() + levels_[level_count_ - 1].offset;
  const std::uint32_t least = *std::min_element(root, root + kFanout);
  if (least >= unavailable_from()) return std::nullopt;
  // Down from the root: in each group of 16 below a key there is one equal to it.
  std::uint64_t position = 0;
  for (std::size_t i = level_count_; i-- > 0;) {
    const std::uint32_t* const group = keys_.get() + levels_[i].offset + position * kFanout;
    const std::uint32_t* const same = std::find(group, group + kFanout, least);
    position = position * kFanout + static_cast<std::uint64_t>(same - group);
  }
  return net::Ip4{range_.first.value + static_cast<std::uint32_t>(position)};
}

void AddressPool::set_key(net::Ip4 address, std::uint32_t key) {
  if (contains(address) && !is_excluded(address)) store_key(address, key);
}

void AddressPool::store_key(net::Ip4 address, std::uint32_t key) {
  std::uint64_t position = address.value - range_.first.value;
  std::uint32_t& leaf = keys_[position];
  if (leaf == key) return;
  if (leaf < kDoubtful) --free_;
  if (leaf == kDoubtful) --doubtful_;
  if (key < kDoubtful) ++free_;
  if (key == kDoubtful) ++doubtful_;
  if (counts_free_) count_change(position, leaf, key);
  leaf = key;
  recent_ = static_cast<std::uint32_t>(position);
  for (std::size_t i = 1; i < level_count_; ++i) {
    position /= kFanout;
    const std::uint32_t* const below = keys_.get() + levels_[i - 1].offset + position * kFanout;
    const std::uint32_t least = *std::min_element(below, below + kFanout);
    std::uint32_t& above = keys_[levels_[i].offset + position];
    if (above == least) break;
    above = least;
  }
}

void AddressPool::count_free() {
  std::uint64_t below = levels_[0].count;
  for (std::size_t i = 0; i < level_count_; ++i) {
    std::vector<std::uint32_t>& counts = counts_[i];
    counts.assign((below + kFanout - 1) / kFanout, 0);
    for (std::uint64_t k = 0; k < below; ++k) {
      counts[k / kFanout] += i == 0 ? (keys_[k] < kDoubtful ? 1U : 0U) : counts_[i - 1][k];
    }
    below = counts.size();
  }
  counts_free_ = true;
}

void AddressPool::count_change(std::uint64_t position, std::uint32_t was, std::uint32_t is) {
  if ((was < kDoubtful) == (is < kDoubtful)) return;
  for (std::size_t i = 0; i < level_count_; ++i) {
    position /= kFanout;
    counts_[i][position] += is < kDoubtful ? 1U : UINT32_MAX;  // one less
  }
}

std::optional<net::Ip4> AddressPool::any_of_free(std::uint64_t draw) const {
  const std::uint32_t total = counts_[level_count_ - 1][0];
  if (total == 0) return best();  // of doubtful ones any will do
  std::uint64_t wanted = draw % total;
  // Down from the root: into the group that holds the wanted one, less those in the groups before.
  std::uint64_t position = 0;
  for (std::size_t i = level_count_ - 1; i-- > 0;) {
    position *= kFanout;
    for (; wanted >= counts_[i][position]; ++position) wanted -= counts_[i][position];
  }
  position *= kFanout;
  for (;; ++position) {
    if (keys_[position] >= kDoubtful) continue;
    if (wanted == 0) break;
    --wanted;
  }
  return net::Ip4{range_.first.value + static_cast<std::uint32_t>(position)};
}

void AddressPool::set_taken(net::Ip4 address) { set_key(address, kTaken); }
void AddressPool::set_never_used(net::Ip4 address) { set_key(address, kNeverUsed); }
void AddressPool::set_doubtful(net::Ip4 address) { set_key(address, kDoubtful); }

void AddressPool::set_free(net::Ip4 address, WallTime since) {
  const std::int64_t key = std::clamp<std::int64_t>(since.seconds, kOldest, kYoungest);
  set_key(address, static_cast<std::uint32_t>(key));
}

}  // namespace lessor::lease
