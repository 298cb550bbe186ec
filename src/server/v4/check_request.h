#pragma once
// What makes a well-formed request unusable: addresses that no host can have, a sender that cannot
// be whom it says. Pure. Must not know: leases, subnets.

#include "net/datagram.h"
#include "net/interfaces.h"
#include "server/v4/reason.h"
#include "wire/v4/request.h"

namespace lessor::server::v4 {

/// Why not to listen; `none` when nothing is wrong. `option`: the option to blame, 0 when none.
struct Flaw {
  Reason reason = Reason::none;
  wire::OptionCode option = 0;
};
[[nodiscard]] Flaw check_request(const wire::Request& request, const net::Datagram& in,
                                 const net::InterfaceTable& interfaces);

/// The reason that stands for what read_request() found.
[[nodiscard]] Flaw flaw_of(wire::RequestError error);

}  // namespace lessor::server::v4
