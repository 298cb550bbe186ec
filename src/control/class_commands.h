#pragma once
// Kea's commands that show and change the client classes of the running configuration.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

/// -> {"client-classes": [{"name"}, ...]}, in their order
[[nodiscard]] Answer class_list(Target& target, const Arguments& arguments);
/// {"name": N} -> {"client-classes": [the class]}
[[nodiscard]] Answer class_get(Target& target, const Arguments& arguments);
/// {"client-classes": [one class]}: it is evaluated last
[[nodiscard]] Answer class_add(Target& target, const Arguments& arguments);
/// {"client-classes": [one class]}: takes the place of the one with its name
[[nodiscard]] Answer class_update(Target& target, const Arguments& arguments);
/// {"name": N}
[[nodiscard]] Answer class_del(Target& target, const Arguments& arguments);

}  // namespace lessor::control
