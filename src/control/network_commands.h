#pragma once
// Kea's commands that show and change the shared networks of the running configuration.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

/// -> {"shared-networks": [{"name"}, ...]}
[[nodiscard]] Answer network4_list(Target& target, const Arguments& arguments);
/// {"name": N} -> {"shared-networks": [the network]}
[[nodiscard]] Answer network4_get(Target& target, const Arguments& arguments);
/// {"shared-networks": [one network]}
[[nodiscard]] Answer network4_add(Target& target, const Arguments& arguments);
/// {"name": N}; "subnets-action": "keep" (the default) or "delete"
[[nodiscard]] Answer network4_del(Target& target, const Arguments& arguments);
/// {"name": N, "id": ID}: a subnet that stands alone moves in
[[nodiscard]] Answer network4_subnet_add(Target& target, const Arguments& arguments);
/// {"name": N, "id": ID}: the subnet stands alone again
[[nodiscard]] Answer network4_subnet_del(Target& target, const Arguments& arguments);

}  // namespace lessor::control
