#include "lease/holder_counts.h"

#include "base/check.h"

namespace lessor::lease {

HolderCounts::HolderCounts(std::size_t most) : most_(most) {
  chunks_.reserve((most + kHoldersPerChunk - 1) / kHoldersPerChunk);
}

void HolderCounts::adopt(std::vector<std::unique_ptr<Chunk>>& chunks) {
  for (std::unique_ptr<Chunk>& chunk : chunks) {
    if (chunk && capacity() < most_) chunks_.push_back(std::move(chunk));
  }
}

std::uint32_t& HolderCounts::link_to(Holder holder) const {
  std::uint32_t* link = &bucket(buckets_.number_of(holder));
  while (*link != kNone && entry(*link).holder != holder) link = &entry(*link).next;
  return *link;
}

/// Linear hashing: one bucket more a holder, and only what one bucket holds moves.
void HolderCounts::add_bucket() {
  const std::size_t added = buckets_.add();
  ++bucket_count_;
  bucket(added) = kNone;
  if (added == 0) return;
  std::uint32_t* link = &bucket(Buckets::split_from(added));
  while (*link != kNone) {
    Entry& e = entry(*link);
    if (buckets_.number_of(e.holder) != added) {
      link = &e.next;
      continue;
    }
    const std::uint32_t moved = *link;
    *link = e.next;
    e.next = bucket(added);
    bucket(added) = moved;
  }
}

std::uint32_t HolderCounts::take_entry() {
  if (free_ == kNone) return used_++;
  const std::uint32_t index = free_;
  free_ = entry(index).next;
  return index;
}

void HolderCounts::take(Holder holder) {
  if (holder == 0) return;
  if (bucket_count_ > 0) {
    const std::uint32_t found = link_to(holder);
    if (found != kNone) {
      ++entry(found).count;
      return;
    }
  }
  CHECK(room() > 0);
  ++size_;
  if (size_ > bucket_count_) add_bucket();
  const std::uint32_t index = take_entry();
  std::uint32_t& head = bucket(buckets_.number_of(holder));
  entry(index) = {.holder = holder, .count = 1, .next = head};
  head = index;
}

void HolderCounts::give_back(Holder holder) {
  if (holder == 0) return;
  CHECK(bucket_count_ > 0);
  std::uint32_t& link = link_to(holder);
  CHECK(link != kNone);
  Entry& e = entry(link);
  if (--e.count > 0) return;
  const std::uint32_t index = link;
  link = e.next;
  e = {.next = free_};
  free_ = index;
  --size_;
}

std::uint32_t HolderCounts::count(Holder holder) const {
  if (holder == 0 || bucket_count_ == 0) return 0;
  const std::uint32_t found = link_to(holder);
  return found == kNone ? 0 : entry(found).count;
}

}  // namespace lessor::lease
