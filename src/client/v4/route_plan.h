#pragma once
// The routes of a lease: which of them a host takes, and in which order. Must not know: anything
// else that a lease brings.

#include "client/v4/host_plan.h"

namespace lessor::client::v4 {

/// Fills plan.settings.routes and tells what was refused. Precondition: plan.settings.address is
/// what goes on the interface.
void plan_routes(const Lease& lease, const HostRules& rules, HostPlan& plan);

/// The protected prefix that `destination` lies inside of; nothing when it may be taken. The
/// default route lies inside of none.
[[nodiscard]] std::optional<net::Prefix4> protector_of(const HostRules& rules,
                                                       net::Prefix4 destination);

/// RFC 791 3.2: what an address's class says of its network, /8, /16 or /24.
[[nodiscard]] net::Prefix4 classful_network(net::Ip4 address);

}  // namespace lessor::client::v4
