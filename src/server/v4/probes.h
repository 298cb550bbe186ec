#pragma once
// ProbeTable: DISCOVERs that wait while ARP asks the link whether their address is in use. Bounded,
// and nobody may take all places; no allocation after construction. Must not know: leases.

#include "server/v4/kept_datagram.h"
#include "server/v4/limits.h"
#include "server/v4/shares.h"

#include <optional>
#include <vector>

namespace lessor::server::v4 {

/// One DISCOVER that waits: its datagram is played again when the answer is in.
using WaitingDiscover = KeptDatagram<kProbeDatagramLimit>;

class ProbeTable {
 public:
  ProbeTable(std::size_t capacity, HashKey key);

  /// Begins to wait for answers about `address`, or joins: a retransmitted DISCOVER takes the place
  /// of the earlier one. `started` says which. `full` when the sender has his share of the places
  /// (of one interface alone: half of all, whoever its clients are), or the datagram is too long.
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
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  /// What is searched lies together, apart from what waits.
  struct Wait {
    net::Ip4 address;
    Instant due;
    Shares::Places places{};
    std::uint32_t discover = 0;  ///< which of discovers_
  };
  [[nodiscard]] std::size_t find(net::Ip4 address) const;

  HashKey key_;
  Shares shares_;
  std::vector<WaitingDiscover> discovers_;  // each is made once
  std::vector<Wait> waits_;                 // the first count_ are in use, earliest first
  std::size_t count_ = 0;
};

}  // namespace lessor::server::v4
