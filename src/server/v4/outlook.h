#pragma once
// Outlook: the packets that are known to come soon, by where they are from, in the order in which
// they will. Must not know: what is done about them.

#include "config/server_config.h"
#include "server/v4/limits.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace lessor::server::v4 {

/// At most kToldPackets: the oldest that nobody took are forgotten.
class Outlook {
 public:
  struct Packet {
    config::Located from;
    bool is_fetched = false;  ///< what it will read is on its way
  };

  /// It comes after those that were added before.
  void add(const config::Located& from) {
    if (end_ - begin_ == kToldPackets) ++begin_;
    at(end_++) = {.from = from};
  }
  /// The one from this link, which is no longer to come: neither are those before it. Null when
  /// none is. Valid until the next add().
  [[nodiscard]] Packet* take(net::Ip4 link) {
    for (std::uint64_t i = begin_; i != end_; ++i) {
      if (at(i).from.address != link) continue;
      begin_ = i + 1;
      return &at(i);
    }
    return nullptr;
  }
  /// What comes next; null when nothing is known. Valid until the next add().
  [[nodiscard]] Packet* next() { return begin_ == end_ ? nullptr : &at(begin_); }

 private:
  [[nodiscard]] Packet& at(std::uint64_t n) { return packets_[n % kToldPackets]; }

  std::array<Packet, kToldPackets> packets_;  // the n-th of all at n modulo kToldPackets
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace lessor::server::v4
