#pragma once
// ProbeTable: DISCOVERs that wait while ARP asks the link whether their address is in use. Bounded;
// no allocation after construction. Must not know: DHCP, leases.

#include "base/short_bytes.h"
#include "net/datagram.h"
#include "server/v4/limits.h"

#include <array>
#include <optional>
#include <vector>

namespace lessor::server::v4 {

/// One DISCOVER that waits: its datagram, kept whole, is played again when the answer is in.
class WaitingDiscover {
 public:
  /// Keeps a copy; false when it is too long.
  [[nodiscard]] bool keep(const net::Datagram& in);
  /// As it came. Valid while this object lives unchanged.
  [[nodiscard]] net::Datagram datagram() const;

 private:
  net::Datagram in_;
  std::size_t size_ = 0;
  std::array<std::byte, kProbeDatagramLimit> bytes_;
};

class ProbeTable {
 public:
  explicit ProbeTable(std::size_t capacity);

  /// Begins to wait for answers about `address`, or joins: a retransmitted DISCOVER takes the place
  /// of the earlier one. `started` says which. Nothing when the table is full or the datagram too
  /// long.
  enum class Begin : std::uint8_t { started, joined, full };
  [[nodiscard]] Begin begin(net::Ip4 address, const net::Datagram& in, Instant now);

  /// Ends the wait for `address`; the DISCOVER that waited, valid until the next call. nullptr when
  /// nobody waits for it.
  [[nodiscard]] const WaitingDiscover* finish(net::Ip4 address);
  /// The address whose time is up at `now`; call finish() next. Nothing when none is.
  [[nodiscard]] std::optional<net::Ip4> find_due(Instant now) const;
  /// The interface on which answers about `address` count; nothing when nobody waits.
  [[nodiscard]] std::optional<net::InterfaceIndex> interface_of(net::Ip4 address) const;

  [[nodiscard]] Instant next_due() const;
  [[nodiscard]] bool is_full() const { return count_ == entries_.size(); }
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  struct Entry {
    net::Ip4 address;
    Instant due;
    WaitingDiscover discover;
  };
  [[nodiscard]] std::size_t find(net::Ip4 address) const;

  std::vector<Entry> entries_;        // every entry is made once
  std::vector<std::uint32_t> order_;  // the first count_ are in use, earliest first
  std::size_t count_ = 0;
};

}  // namespace lessor::server::v4
