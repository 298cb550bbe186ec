#pragma once
// apply: carries out what was decided. The only door that changes anything. Must not know: why.

#include "net/outbox.h"
#include "server/v4/decision.h"
#include "server/v4/decline_meter.h"
#include "server/v4/herald.h"
#include "server/v4/ledger.h"
#include "server/v4/probes.h"

namespace lessor::server::v4 {

/// What apply() writes to.
struct Books {
  Ledger& ledger;
  DeclineMeter& declines;
  ProbeTable& probes;
  Herald& herald;
};

struct Applied {
  Reason failure = Reason::none;  ///< why it could not be done; then nothing was changed
  lease::Sequence wait_for = 0;   ///< what must be durable before the reply leaves
};

/// Carries out decision.effect. Checks first that every change fits (change log, tables), so that
/// a failure leaves all as it was. Events that are not the reply's own are told here.
[[nodiscard]] Applied apply(const Packet& packet, const Decision& decision, const World& world,
                            Books& books, net::Outbox& out);

/// Puts an address on probation that a stranger was seen to use. False when the disk is behind.
[[nodiscard]] bool set_in_use(net::Ip4 address, std::uint32_t subnet_id, Duration probation,
                              Ledger& ledger, Now now);

/// Ends a lease now: it is `released` from here on.
[[nodiscard]] lease::Sequence end_lease(const lease::Lease& lease, Ledger& ledger, Now now);

}  // namespace lessor::server::v4
