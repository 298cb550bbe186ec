#pragma once
// SequenceMap: for each address the sequence number of its latest change. Grows by pages of 256
// neighbouring addresses, never rehashes. The store's, on its own thread: it may allocate.

#include "lease/lease.h"

#include <array>
#include <memory>

namespace lessor::lease {

/// Four octets an address, while the changes of a page are no more than 2^32 - 2 apart.
class SequenceMap {
 public:
  /// 0 when the address has no change.
  [[nodiscard]] Sequence find(net::Ip4 address) const {
    const Directory* const directory = top_[address.value >> 20].get();
    if (directory == nullptr) return 0;
    const Page* const page = (*directory)[address.value >> 8 & 0xfffU].get();
    return page == nullptr ? 0 : page->find(address.value & 0xffU);
  }
  /// `sequence` > 0.
  void set(net::Ip4 address, Sequence sequence);
  /// How many addresses have one.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kPageSize = 256;

  class Page {
   public:
    /// Changes before the first are as likely as those after it: a fold repeats old ones.
    explicit Page(Sequence first) : base_(first > kMiddle ? first - kMiddle : 0) {}
    [[nodiscard]] Sequence find(std::size_t i) const {
      if (wide_) return (*wide_)[i];
      return distance_[i] == 0 ? 0 : base_ + distance_[i];
    }
    void set(std::size_t i, Sequence sequence);

   private:
    static constexpr Sequence kMiddle = Sequence{1} << 31;

    [[nodiscard]] bool fits(Sequence sequence) const {
      return sequence > base_ && sequence - base_ <= UINT32_MAX;
    }
    void make_fit(Sequence sequence);

    Sequence base_;
    std::array<std::uint32_t, kPageSize> distance_{};  // from base_; 0 where there is no change
    std::unique_ptr<std::array<Sequence, kPageSize>> wide_;  // in its place, too far apart for it
  };
  using Directory = std::array<std::unique_ptr<Page>, 4'096>;

  std::array<std::unique_ptr<Directory>, 4'096> top_;
  std::size_t size_ = 0;
};

}  // namespace lessor::lease
