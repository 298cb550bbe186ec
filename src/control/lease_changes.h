#pragma once
// The commands that change leases: Kea's lease4-add, -del, -update, -wipe and -write, and our own
// release and clear-declined. What is changed is on the disk when they answer.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

/// {"ip-address", "hw-address"} and any of subnet-id, client-id, valid-lft, expire, hostname,
/// state: refused where somebody has the address.
[[nodiscard]] Answer lease4_add(Target& target, const Arguments& arguments);
/// The same for an address that has a lease, or with "force-create": true for any.
[[nodiscard]] Answer lease4_update(Target& target, const Arguments& arguments);
/// As lease4_get() names one: it is forgotten.
[[nodiscard]] Answer lease4_del(Target& target, const Arguments& arguments);
/// {"subnet-id": ID}, or {} for all subnets: their leases are forgotten.
[[nodiscard]] Answer lease4_wipe(Target& target, const Arguments& arguments);
/// {"filename": NAME}: all leases as a file of Kea's in the lease folder.
[[nodiscard]] Answer lease4_write(Target& target, const Arguments& arguments);

/// {"ip-address": A}: ends its lease.
[[nodiscard]] Answer lease_release(Target& target, const Arguments& arguments);
/// {} for all leases, {"subnet-id": ID}, or as lease4_get() names one: their clients are asked to
/// renew now (FORCERENEW, RFC 3203).
[[nodiscard]] Answer force_renew(Target& target, const Arguments& arguments);
/// {} or {"ip-address": A}: ends the probation of declined addresses.
[[nodiscard]] Answer clear_declined(Target& target, const Arguments& arguments);

}  // namespace lessor::control
