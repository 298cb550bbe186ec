#pragma once
// The commands that read and end leases: Kea's lease4-get, lease4-get-all and lease4-get-page, and
// our own release and clear-declined.

#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

/// {"ip-address": A} -> the lease, or result 3.
[[nodiscard]] Answer lease4_get(Target& target, const std::string& arguments);
/// {} or {"subnets": [ID, ...]} -> {"leases": [...]}; refused when there are too many for one
/// answer.
[[nodiscard]] Answer lease4_get_all(Target& target, const std::string& arguments);
/// {"from": A or "start", "limit": N} -> the N lowest leases above A, by address. Each page walks
/// the whole table, slice by slice: for tools that know nothing else.
[[nodiscard]] Answer lease4_get_page(Target& target, const std::string& arguments);
/// {"cursor": C} -> some leases, in no order, and the cursor to go on with: for large tables.
[[nodiscard]] Answer lease_walk(Target& target, const std::string& arguments);
/// {"ip-address": A}: ends its lease.
[[nodiscard]] Answer lease_release(Target& target, const std::string& arguments);
/// {} or {"ip-address": A}: ends the probation of declined addresses.
[[nodiscard]] Answer clear_declined(Target& target, const std::string& arguments);

}  // namespace lessor::control
