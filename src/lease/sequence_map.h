#pragma once
// SequenceMap: for each address the sequence number of its latest change. Grows by pages of 256
// neighbouring addresses, never rehashes. The store's, on its own thread: it may allocate.

#include "lease/lease.h"

#include <array>
#include <memory>

namespace lessor::lease {

class SequenceMap {
 public:
  /// 0 when the address has no change.
  [[nodiscard]] Sequence find(net::Ip4 address) const {
    const Directory* const directory = top_[address.value >> 20].get();
    if (directory == nullptr) return 0;
    const Page* const page = (*directory)[address.value >> 8 & 0xfffU].get();
    return page == nullptr ? 0 : (*page)[address.value & 0xffU];
  }
  /// `sequence` > 0.
  void set(net::Ip4 address, Sequence sequence) {
    std::unique_ptr<Directory>& directory = top_[address.value >> 20];
    if (!directory) directory = std::make_unique<Directory>();
    std::unique_ptr<Page>& page = (*directory)[address.value >> 8 & 0xfffU];
    if (!page) page = std::make_unique<Page>();
    Sequence& slot = (*page)[address.value & 0xffU];
    if (slot == 0) ++size_;
    slot = sequence;
  }
  /// How many addresses have one.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  using Page = std::array<Sequence, 256>;
  using Directory = std::array<std::unique_ptr<Page>, 4'096>;

  std::array<std::unique_ptr<Directory>, 4'096> top_;
  std::size_t size_ = 0;
};

}  // namespace lessor::lease
