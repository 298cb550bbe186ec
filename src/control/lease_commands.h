#pragma once
// The commands that show leases: Kea's lease4-get and its kin, and our own walk.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

#include <functional>

namespace lessor::control {

/// {"ip-address": A}, or {"identifier-type": T, "identifier": I, "subnet-id": S} with T
/// "hw-address" or "client-id" -> the lease, or result 3.
[[nodiscard]] Answer lease4_get(Target& target, const Arguments& arguments);
/// {} or {"subnets": [ID, ...]} -> {"leases": [...]}; refused when there are too many for one
/// answer.
[[nodiscard]] Answer lease4_get_all(Target& target, const Arguments& arguments);
/// {"client-id": I}
[[nodiscard]] Answer lease4_get_by_client_id(Target& target, const Arguments& arguments);
/// {"hostname": N}, upper and lower case alike
[[nodiscard]] Answer lease4_get_by_hostname(Target& target, const Arguments& arguments);
/// {"hw-address": H}
[[nodiscard]] Answer lease4_get_by_hw_address(Target& target, const Arguments& arguments);
/// {"state": 0 to 3}, {"subnet-id": S} if only those of one subnet are wanted
[[nodiscard]] Answer lease4_get_by_state(Target& target, const Arguments& arguments);
/// {"from": A or "start", "limit": N} -> the N lowest leases above A, by address. Each page walks
/// the whole table, slice by slice: for tools that know nothing else.
[[nodiscard]] Answer lease4_get_page(Target& target, const Arguments& arguments);
/// {"cursor": C} -> some leases, in no order, and the cursor to go on with: for large tables.
[[nodiscard]] Answer lease_walk(Target& target, const Arguments& arguments);

/// Calls visit(LeaseRow&) for every lease until it returns false. What is left of a lease that was
/// deleted is none. The error is a sentence.
[[nodiscard]] std::expected<void, Trouble> walk_leases(Target& target,
                                                       const std::function<bool(LeaseRow&)>& visit);
/// The lease that "ip-address" or an identifier names; nothing when there is none.
[[nodiscard]] std::expected<std::optional<LeaseRow>, Trouble> find_named_lease(
    Target& target, const Arguments& arguments);

}  // namespace lessor::control
