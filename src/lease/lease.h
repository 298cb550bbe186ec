#pragma once
// A lease as a value. Leases are keyed by address alone, never by subnet id: renumbering ids or
// reloading a configuration cannot lose one. Must not know: packets, configuration, disks.

#include "base/time.h"
#include "net/address.h"

#include <cstdint>

namespace lessor::lease {

/// Numbers every lease change, from 1; what is durable is always a prefix. 0 = none.
using Sequence = std::uint64_t;

/// What a record says of its address. Expiry is derived from time, never stored.
enum class LeaseState : std::uint8_t {
  active,    ///< given to the client until expires_at
  released,  ///< given back (RFC 2131 4.3.4); the record is kept so that the client gets it again
  declined,  ///< in use by a stranger (RFC 2131 4.3.3): out of use until expires_at
};

/// Where a client is, behind relays: what hard counts count by. Zero where nothing is known of it.
struct Place {
  net::Ip4 relay;          ///< giaddr, as the client last asked through it
  std::uint64_t port = 0;  ///< RFC 3046's port there: server/v4/place says of what
  friend bool operator==(const Place&, const Place&) = default;
};

/// Octets of a lease's extras at most: with the place they fill what one octet counts on disk.
inline constexpr std::size_t kMaxExtras = 241;

/// One lease. `client_id`, `hostname` and `extras` are borrowed: from a table they are valid until
/// the table changes, from a packet until its slot is reused. A table or log that keeps the lease
/// copies them.
struct Lease {
  net::Ip4 address;
  LeaseState state = LeaseState::active;
  net::HardwareAddress hardware;
  Bytes client_id;     ///< the whole of option 61; empty when the client sent none
  Bytes hostname;      ///< as the client or the reservation named it, unsanitised
  Bytes extras;        ///< what few leases keep, kMaxExtras at most: lease/extras tells of what
  WallTime started;    ///< when it was last granted, released or declined
  Duration lifetime;   ///< as recorded, from `started`; may exceed what the client was granted,
                       ///< never less
  Instant expires_at;  ///< mono; never() when infinite. Derived on load, counted on the monotonic
                       ///< clock since
  std::uint32_t subnet_id = 0;  ///< for people and exports; no decision reads it
  std::uint32_t xid = 0;  ///< of the REQUEST that caused the last change: tells a retransmission
  Place place;            ///< where its client was when it last said so
  Sequence sequence = 0;  ///< of its last change; a reply that promises this lease waits for it
};

/// How long after its end an address is kept from other clients: 2% of the lifetime, at least 10 s,
/// at most 10 min (RFC 2131 3.3: a server may record more than it grants).
[[nodiscard]] constexpr Duration grace_of(Duration lifetime) {
  const Duration share = lifetime / 50;
  if (share < Duration::seconds(10)) return Duration::seconds(10);
  return share > Duration::seconds(600) ? Duration::seconds(600) : share;
}

/// When the lease, or the decline, ends by the wall clock: for ordering free addresses.
[[nodiscard]] constexpr WallTime ended_at(const Lease& lease) {
  return lease.state == LeaseState::released ? lease.started : lease.started + lease.lifetime;
}

/// From when on the address may go to another client: a released one at once, a declined one after
/// its probation, an active one after its grace.
[[nodiscard]] constexpr Instant free_for_others_at(const Lease& lease) {
  switch (lease.state) {
    case LeaseState::active:
      return lease.expires_at + grace_of(lease.lifetime);
    case LeaseState::released:
      return Instant::from_nanoseconds(INT64_MIN);
    case LeaseState::declined:
      return lease.expires_at;
  }
  __builtin_unreachable();
}

}  // namespace lessor::lease
