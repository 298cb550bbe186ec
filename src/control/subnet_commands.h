#pragma once
// Kea's commands that show and change the subnets of the running configuration.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

/// -> {"subnets": [{"id", "subnet", "shared-network-name"}, ...]}
[[nodiscard]] Answer subnet4_list(Target& target, const Arguments& arguments);
/// {"id": ID} or {"subnet": PREFIX} -> {"subnets": [the subnet]}
[[nodiscard]] Answer subnet4_get(Target& target, const Arguments& arguments);
/// {"subnet4": [one subnet]}
[[nodiscard]] Answer subnet4_add(Target& target, const Arguments& arguments);
/// {"id": ID}; its leases stay
[[nodiscard]] Answer subnet4_del(Target& target, const Arguments& arguments);
/// {"subnet4": [one subnet]}: takes the place of the one with its id
[[nodiscard]] Answer subnet4_update(Target& target, const Arguments& arguments);
/// {"subnet4": [some keys]}: sets these; of pools and option-data, the elements named
[[nodiscard]] Answer subnet4_delta_add(Target& target, const Arguments& arguments);
/// {"subnet4": [some keys]}: takes these away; of pools and option-data, the elements named
[[nodiscard]] Answer subnet4_delta_del(Target& target, const Arguments& arguments);

}  // namespace lessor::control
