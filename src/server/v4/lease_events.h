#pragma once
// What happened to leases, for whoever keeps an account of it or acts on it: the lease, and what
// was said on the wire. Made only where the configuration asks for it. Must not know: who reads
// them, text formats, files.

#include "expression/class_set.h"
#include "lease/change_log.h"
#include "net/outbox.h"
#include "server/v4/events.h"
#include "server/v4/kept_datagram.h"

namespace lessor::server::v4 {

/// One event of a lease. Nothing of it is true before `sequence` is durable.
struct LeaseEvent {
  EventKind kind = EventKind::ack;  ///< ack, release, decline, and what came without a message
  Reason reason = Reason::none;
  /// ack: its client held this lease already; lease_set: there was a lease before.
  bool was_held = false;
  bool has_query = false;  ///< a message brought it about, which is in `query`
  std::uint16_t reply_size = 0;
  WallTime when;
  Duration lease_time;           ///< ack: as told to the client; decline: the probation
  lease::Sequence sequence = 0;  ///< up to here changes must be durable
  lease::LeaseChange lease;      ///< as it is after an ack or lease_set, as it was before all else
  expression::ClassSet classes;  ///< of the query
  KeptDatagram<kLeaseQueryLimit> query;
  std::array<std::byte, net::kMaxPayload> reply_octets;  ///< the first reply_size mean something

  [[nodiscard]] Bytes reply() const { return Bytes(reply_octets).first(reply_size); }
};

/// Lease events on their way to the thread of those who follow them.
using LeaseEventRing = RecordRing<LeaseEvent>;

}  // namespace lessor::server::v4
