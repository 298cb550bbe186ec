#pragma once
// The client's limits and times, with their reasons. A loop or a list without a limit does not
// pass review. Must not know: who keeps them.

#include "base/time.h"

#include <cstddef>

namespace lessor::client::v4 {

/// RFC 2131 4.1: "the delay before the first retransmission SHOULD be 4 seconds randomized by the
/// value of a uniform random number chosen from the range -1 to +1 ... doubled with subsequent
/// retransmissions up to a maximum of 64 seconds."
inline constexpr Duration kFirstDelay = Duration::seconds(4);
inline constexpr Duration kLastDelay = Duration::seconds(64);
inline constexpr Duration kDelaySpread = Duration::seconds(1);

/// RFC 2131 3.1: "a client retransmitting ... might retransmit the DHCPREQUEST message four times,
/// for a total delay of 60 seconds, before restarting the initialization procedure."
inline constexpr int kRequestTries = 4;
/// In INIT-REBOOT fewer: R2131-4.3.2-c makes a server that does not know us keep silent, and a host
/// that was moved should not wait a minute for what never comes.
inline constexpr int kRebootTries = 2;
/// R2131-4.4.3-a: 4 tries, 60 seconds.
inline constexpr int kInformTries = 4;

/// R2131-4.4.5-a: a renewal is retried at half of what remains, "down to a minimum of 60 seconds".
inline constexpr Duration kMinRenewRetry = Duration::seconds(60);

/// R2131-4.4.1-d: "The client SHOULD wait a minimum of ten seconds before restarting" after a
/// DHCPDECLINE.
inline constexpr Duration kDeclineWait = Duration::seconds(10);

/// After a DHCPNAK the client begins again at once; a server that refuses what it has just offered
/// gets one more second each time, doubled up to this.
inline constexpr Duration kMaxRefusedWait = Duration::seconds(64);

/// A lease shorter than this is none: who renews twice a second serves only an attacker.
inline constexpr Duration kMinLeaseTime = Duration::seconds(5);

/// And one that is to be renewed earlier than this is renewed as if its server had said nothing.
inline constexpr Duration kMinT1 = Duration::seconds(1);

/// RFC 8925 3.4: MIN_V6ONLY_WAIT.
inline constexpr Duration kMinV6OnlyWait = Duration::seconds(300);

/// RFC 5227 1.1: ANNOUNCE_NUM, ANNOUNCE_INTERVAL, DEFEND_INTERVAL.
inline constexpr int kAnnounceCount = 2;
inline constexpr Duration kAnnounceInterval = Duration::seconds(2);
inline constexpr Duration kDefendInterval = Duration::seconds(10);

/// More servers than this on one link are no choice any more; later offers are dropped.
inline constexpr std::size_t kMaxOffers = 16;

/// Between two calls of the owner's nothing makes more than a few of these.
inline constexpr std::size_t kMaxEffects = 16;
inline constexpr std::size_t kMaxEvents = 64;

}  // namespace lessor::client::v4
