#pragma once
// Kea's commands that show and change the reservations of the running configuration. Subnet id 0 is
// the global scope.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

/// {"reservation": {"subnet-id": ID, and the keys of a reservation}}
[[nodiscard]] Answer reservation_add(Target& target, const Arguments& arguments);
/// As reservation_add(): takes the place of the one with its identifier
[[nodiscard]] Answer reservation_update(Target& target, const Arguments& arguments);
/// {"subnet-id": ID} with {"ip-address": A} or {"identifier-type": T, "identifier": I}
[[nodiscard]] Answer reservation_del(Target& target, const Arguments& arguments);
/// As reservation_del() -> the reservation
[[nodiscard]] Answer reservation_get(Target& target, const Arguments& arguments);
/// {"subnet-id": ID} -> {"hosts": [...]}
[[nodiscard]] Answer reservation_get_all(Target& target, const Arguments& arguments);
/// {"ip-address": A}, {"subnet-id": ID} if only those of one subnet are wanted
[[nodiscard]] Answer reservation_get_by_address(Target& target, const Arguments& arguments);
/// {"hostname": N}, likewise
[[nodiscard]] Answer reservation_get_by_hostname(Target& target, const Arguments& arguments);
/// {"identifier-type": T, "identifier": I}, likewise
[[nodiscard]] Answer reservation_get_by_id(Target& target, const Arguments& arguments);
/// {"limit": N, "from": F, "subnet-id": ID} -> {"count", "hosts", "next": {"from", "source-index"}}
[[nodiscard]] Answer reservation_get_page(Target& target, const Arguments& arguments);

}  // namespace lessor::control
