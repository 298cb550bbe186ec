#include "lease/sequence_map.h"

#include <algorithm>

namespace lessor::lease {

void SequenceMap::set(net::Ip4 address, Sequence sequence) {
  std::unique_ptr<Directory>& directory = top_[address.value >> 20];
  if (!directory) directory = std::make_unique<Directory>();
  std::unique_ptr<Page>& page = (*directory)[address.value >> 8 & 0xfffU];
  if (!page) page = std::make_unique<Page>(sequence);
  const std::size_t i = address.value & 0xffU;
  if (page->find(i) == 0) ++size_;
  page->set(i, sequence);
}

void SequenceMap::Page::set(std::size_t i, Sequence sequence) {
  if (!wide_ && !fits(sequence)) {
    distance_[i] = 0;  // about to be replaced: it need not fit
    make_fit(sequence);
  }
  if (wide_) {
    (*wide_)[i] = sequence;
  } else {
    distance_[i] = static_cast<std::uint32_t>(sequence - base_);
  }
}

// Moves the base to where all fit, or gives up saying distances.
void SequenceMap::Page::make_fit(Sequence sequence) {
  Sequence least = sequence;
  Sequence most = sequence;
  for (std::size_t i = 0; i < kPageSize; ++i) {
    if (distance_[i] == 0) continue;
    least = std::min(least, find(i));
    most = std::max(most, find(i));
  }
  const Sequence base = least - 1;
  if (most - base > UINT32_MAX) {
    auto wide = std::make_unique<std::array<Sequence, kPageSize>>();
    for (std::size_t i = 0; i < kPageSize; ++i) (*wide)[i] = find(i);
    wide_ = std::move(wide);
    return;
  }
  for (std::uint32_t& distance : distance_)
    if (distance != 0) distance = static_cast<std::uint32_t>(base_ + distance - base);
  base_ = base;
}

}  // namespace lessor::lease
