#pragma once
// AddressPool: which address of one pool range to give next: one never used first, else the one
// free for longest. An implicit tree over the range, so a full pool costs no more to ask than an
// empty one. Must not know: clients, leases, packets.

#include "base/prefetch.h"
#include "base/time.h"
#include "net/address.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace lessor::lease {

/// One thread. All storage is made by the constructor (5.3 octets an address, untouched pages cost
/// nothing until used: a /8 is 89 MB of address space); no call allocates after it.
class AddressPool {
 public:
  /// What the pool takes for granted of an address until it is told otherwise.
  enum class Start : std::uint8_t {
    never_used,
    doubtful,  ///< the store lost records: an address that it does not name may be somebody's
  };

  /// The largest range: a /6. Whoever reads a configuration refuses larger ones.
  static constexpr std::uint64_t kMaxAddresses = std::uint64_t{1} << 26;

  /// Addresses of `excluded` that lie in `range` count as taken for ever. Any order.
  explicit AddressPool(net::Range4 range, std::span<const net::Ip4> excluded = {},
                       Start start = Start::never_used);

  [[nodiscard]] net::Range4 range() const { return range_; }
  [[nodiscard]] bool contains(net::Ip4 address) const { return range_.contains(address); }

  /// The address to give to a client that has no better claim: the lowest one never used, else the
  /// one that became free first; nothing when there is none. Changes nothing.
  [[nodiscard]] std::optional<net::Ip4> best() const;

  /// What whoever has the pool likes to remark of an address of the range; zero at first. Beside
  /// the rest of it, so that the memory sends both at once.
  [[nodiscard]] std::uint8_t& remark(net::Ip4 address) {
    return remarks_[address.value - range_.first.value];
  }
  /// Has the memory begin to send the pool itself, as much of it as most questions read.
  void fetch() const { prefetch(this, &levels_[3]); }
  /// Where in its memory questions read that are about the address after the last.
  struct Recent {
    const std::uint32_t* key = nullptr;
    const std::uint32_t* root = nullptr;
    const std::uint8_t* remark = nullptr;
    /// Has the memory begin to send it. Needs nothing of the pool itself.
    void fetch() const {
      prefetch(key);
      prefetch(root);
      prefetch(remark);
    }
  };
  [[nodiscard]] Recent recent() const {
    return {.key = keys_.get() + recent_,
            .root = keys_.get() + levels_[level_count_ - 1].offset,
            .remark = remarks_ + recent_};
  }

  /// Makes any_of_free() possible, at the cost of 0.3 octets an address. Before the first change.
  void count_free();
  /// One of the free addresses, each as likely as any other, by `draw`; nothing when there is none.
  /// Changes nothing. Precondition: count_free() was called.
  [[nodiscard]] std::optional<net::Ip4> any_of_free(std::uint64_t draw) const;

  /// Whether best() might return `address`: in the range and not taken, excluded or in doubt.
  [[nodiscard]] bool is_free(net::Ip4 address) const;
  /// Whether `address` is free and was never given to anybody.
  [[nodiscard]] bool is_never_used(net::Ip4 address) const;
  /// Whether `address` is kept back only because the store lost records.
  [[nodiscard]] bool is_doubtful(net::Ip4 address) const;
  [[nodiscard]] bool is_excluded(net::Ip4 address) const;

  // Each of these is without effect on an address outside the range or excluded.
  /// Leased, offered, declined, or in its grace: not to be given.
  void set_taken(net::Ip4 address);
  /// Free since `since`, by the wall clock so that the order outlives a restart: ended_at(lease).
  /// Counted in seconds up to 2106; what becomes free later is given lowest first.
  void set_free(net::Ip4 address, WallTime since);
  /// Free, and as if it had never been given: an offer that was not taken up.
  void set_never_used(net::Ip4 address);
  /// Not to be given until end_doubt(): its record is older than what the store lost.
  void set_doubtful(net::Ip4 address);
  /// From now on doubtful addresses are free ones, given after all others. O(1).
  void end_doubt() { in_doubt_ = false; }

  /// Addresses that can be leased at all: the range less the excluded ones.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// How many of them are free now.
  [[nodiscard]] std::uint64_t free() const { return in_doubt_ ? free_ : free_ + doubtful_; }

 private:
  static constexpr std::uint64_t kFanout = 16;
  static constexpr std::size_t kMaxLevels = 9;  // leaves, then 16^8 = 2^32 of them under one root

  struct FreeMemory {
    void operator()(std::uint32_t* memory) const;
  };
  /// One level of the tree: level 0 holds each address's key, a higher one the least of 16 below.
  struct Level {
    std::uint64_t offset = 0;  // into keys_
    std::uint64_t count = 0;   // keys in use; the last group of 16 is filled up with kTaken
  };

  void lay_out();
  void fill_ends();
  void set_key(net::Ip4 address, std::uint32_t key);
  void store_key(net::Ip4 address, std::uint32_t key);
  void count_change(std::uint64_t position, std::uint32_t was, std::uint32_t is);
  [[nodiscard]] std::uint32_t key_of(net::Ip4 address) const;
  [[nodiscard]] std::uint32_t unavailable_from() const;

  // What every question reads stands first: of thousands of pools each packet asks another.
  net::Range4 range_;
  std::unique_ptr<std::uint32_t[], FreeMemory> keys_;
  std::uint8_t* remarks_ = nullptr;  // in the memory of keys_, behind them
  std::uint64_t free_ = 0;
  std::uint64_t doubtful_ = 0;
  std::uint64_t size_ = 0;
  std::uint32_t level_count_ = 0;
  std::uint32_t recent_ = 0;  // the address whose key was stored last, from the first of the range
  bool in_doubt_ = true;
  bool counts_free_ = false;        // into counts_
  std::vector<net::Ip4> excluded_;  // sorted, those in the range
  std::array<Level, kMaxLevels> levels_{};
  // Where they are counted: of each group of 16 keys of level 0, of 16 such groups, and so on, how
  // many are free, doubtful ones not. counts_[i] is of groups of level i.
  std::array<std::vector<std::uint32_t>, kMaxLevels> counts_;
};

}  // namespace lessor::lease
