#pragma once
// What is recorded of a client's lease: who it is, where, by what name, for how long. Pure.

#include "lease/extras.h"
#include "server/v4/decision.h"

namespace lessor::server::v4 {

/// The lease of `address` that a client is granted for `granted`, or offered; `before` is the
/// record of that address. Its octets are borrowed from the packet, the configuration and `extras`.
[[nodiscard]] lease::Lease new_lease(const Packet& packet, const World& world, net::Ip4 address,
                                     Duration granted, const std::optional<lease::Lease>& before,
                                     lease::ExtrasWriter& extras);

}  // namespace lessor::server::v4
