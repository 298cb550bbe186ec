#pragma once
// Kea's commands about statistics.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

/// {"name": N} -> {N: [[value, time]]}, or {} when there is none
[[nodiscard]] Answer statistic_get(Target& target, const Arguments& arguments);
[[nodiscard]] Answer statistic_get_all(Target& target, const Arguments& arguments);
/// All that are not a subnet's
[[nodiscard]] Answer statistic_global_get_all(Target& target, const Arguments& arguments);
/// {"name": N}
[[nodiscard]] Answer statistic_reset(Target& target, const Arguments& arguments);
[[nodiscard]] Answer statistic_reset_all(Target& target, const Arguments& arguments);
/// {"name": N}
[[nodiscard]] Answer statistic_remove(Target& target, const Arguments& arguments);
[[nodiscard]] Answer statistic_remove_all(Target& target, const Arguments& arguments);
/// {}, {"subnet-id": ID} or {"subnet-range": {"first-subnet-id", "last-subnet-id"}} -> a row a
/// subnet of how full it is
[[nodiscard]] Answer stat_lease4_get(Target& target, const Arguments& arguments);

}  // namespace lessor::control
