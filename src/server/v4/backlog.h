#pragma once
// Backlog: requests that came faster than they could be answered and wait for a calmer moment. The
// newest is answered first: its client waits for certain. What is older than a client waits is
// thrown away: the client has asked again since (RFC 2131 4.1). Bounded, and nobody may take all
// places; no allocation after construction. Must not know: what an answer is, sockets.

#include "server/v4/kept_datagram.h"
#include "server/v4/shares.h"

#include <optional>
#include <vector>

namespace lessor::server::v4 {

class Backlog {
 public:
  Backlog(std::size_t capacity, HashKey key);

  /// Keeps a copy of `in`. False when its sender has his share of the places (Shares), or it is
  /// longer than kBacklogDatagramLimit.
  [[nodiscard]] bool take(Instant now, const net::Datagram& in);
  /// Gives the newest back, valid until the next take(). Precondition: size() > 0.
  [[nodiscard]] net::Datagram give_newest();
  /// Gives up the oldest, when it has waited for longer than kGivenUpAfter. Valid until the next
  /// take().
  [[nodiscard]] std::optional<net::Datagram> give_up(Instant now);

  [[nodiscard]] std::size_t size() const { return count_; }
  /// How long the oldest has waited; zero when none waits.
  [[nodiscard]] Duration oldest_age(Instant now) const;

 private:
  struct Waiting {
    Instant since;
    Shares::Places places{};
    KeptDatagram<kBacklogDatagramLimit> datagram;
  };
  /// The place of the one that came so many after the oldest.
  [[nodiscard]] std::size_t place(std::size_t after) const { return (oldest_ + after) % capacity_; }

  HashKey key_;
  Shares shares_;
  std::size_t capacity_;
  std::vector<Waiting> waiting_;  // a ring; a place is made when it is first needed
  std::size_t oldest_ = 0;
  std::size_t count_ = 0;
};

}  // namespace lessor::server::v4
