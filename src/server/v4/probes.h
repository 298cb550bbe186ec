#pragma once
// ProbeTable: DISCOVERs that wait while their address is asked for, by ARP on the link or by ICMP
// echo beyond it. Bounded, and nobody may take all places; no allocation after construction. Must
// not know: leases.

#include "net/outbox.h"
#include "server/v4/kept_datagram.h"
#include "server/v4/limits.h"
#include "server/v4/shares.h"

#include <optional>
#include <vector>

namespace lessor::server::v4 {

/// One DISCOVER that waits: its datagram is played again when the answer is in.
using WaitingDiscover = KeptDatagram<kProbeDatagramLimit>;

/// How an address is asked for.
struct Question {
  bool by_echo = false;              ///< by ICMP; else by ARP on the DISCOVER's link
  Duration timeout = kProbeTimeout;  ///< for an answer to one request
  std::uint32_t requests = 1;
};

class ProbeTable {
 public:
  /// `key`: secret; what answers have to bring back is made with it.
  ProbeTable(std::size_t capacity, HashKey key);

  /// Begins to wait for answers about `address`, or joins: a retransmitted DISCOVER takes the place
  /// of the earlier one, not its time. Whose address has to be asked for elsewhere, or otherwise,
  /// has moved: that begins anew, in place of the earlier. `started` says which: ask() next. `full`
  /// when the sender has his share of the places (of one interface alone: half of all, whoever its
  /// clients are), or the datagram is too long.
  enum class Begin : std::uint8_t { started, joined, full };
  [[nodiscard]] Begin begin(net::Ip4 address, const net::Datagram& in, Instant now,
                            const Question& question = {});
  /// Puts the request about `address` into the outbox; false when that has no room. Precondition:
  /// somebody waits for it.
  [[nodiscard]] bool ask(net::Ip4 address, net::Outbox& out) const;
  /// The time of one request is up. Whether another is to follow, in which case it waits for that:
  /// ask() next.
  [[nodiscard]] bool goes_on(net::Ip4 address, Instant now);

  /// Ends the wait for `address`; the DISCOVER that waited, valid until the next call. nullptr when
  /// nobody waits for it.
  [[nodiscard]] const WaitingDiscover* finish(net::Ip4 address);
  /// The address whose time is up at `now`; call goes_on() or finish() next. Nothing when none is.
  [[nodiscard]] std::optional<net::Ip4> find_due(Instant now) const;
  /// The interface on which ARP about `address` counts; nothing when nobody waits for that.
  [[nodiscard]] std::optional<net::InterfaceIndex> interface_of(net::Ip4 address) const;
  /// Whether it answers a request of ours that is out. Who makes one up has to guess 96 bits of a
  /// reply, and for an error, which changes no more than silence would, 32.
  [[nodiscard]] bool is_answer(const net::EchoSighting& sighting) const;

  [[nodiscard]] Instant next_due() const;
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  /// What is searched lies together, apart from what waits.
  struct Wait {
    net::Ip4 address;
    Instant due;
    Question question;
    std::uint32_t number = 0;  ///< of echo requests
    std::uint64_t token = 0;
    Shares::Places places{};
    bool has_moved = false;      ///< it began anew once, for who came by another way
    std::uint32_t discover = 0;  ///< which of discovers_
  };
  [[nodiscard]] std::size_t find(net::Ip4 address) const;
  [[nodiscard]] bool is_asked_alike(const Wait& wait, const net::Datagram& in,
                                    const Question& question) const;
  void move_by_due(std::size_t at);

  HashKey key_;
  Shares shares_;
  std::vector<WaitingDiscover> discovers_;  // each is made once
  std::vector<Wait> waits_;                 // the first count_ are in use, earliest first
  std::size_t count_ = 0;
  std::uint64_t begun_ = 0;
};

}  // namespace lessor::server::v4
