#pragma once
// The clients of one downlink that have a lease, where it is limited how many may. Of a fixed size;
// an entry is made by a server's DHCPACK only. Must not know: messages.

#include "base/time.h"

#include <cstdint>
#include <vector>

namespace lessor::relay::v4 {

class Clients {
 public:
  Clients() = default;
  explicit Clients(std::uint32_t limit);

  [[nodiscard]] std::uint32_t limit() const { return limit_; }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  /// Whether a client may have a lease: it has one, or there is room for one more. Leases that are
  /// over are looked for when there is none, once a second at most.
  [[nodiscard]] bool admits(Instant now, std::uint64_t client);
  /// Its lease runs until `end`. False when there was no room.
  bool note(Instant now, std::uint64_t client, Instant end);
  void forget(std::uint64_t client);

 private:
  struct Entry {
    std::uint64_t client = 0;  // 0: free
    Instant end;
  };
  [[nodiscard]] std::size_t home(std::uint64_t client) const {
    return client & (table_.size() - 1);
  }
  [[nodiscard]] Entry* find(std::uint64_t client);
  void erase(std::size_t at);
  void sweep(Instant now);

  std::vector<Entry> table_;  // open addressing, half full at most
  std::uint32_t limit_ = 0;   // 0: nothing is counted
  std::uint32_t count_ = 0;
  Instant next_sweep_;
};

}  // namespace lessor::relay::v4
