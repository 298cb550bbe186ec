#pragma once
// Bringing an interface up. Must not know: why.

#include "runtime/system_error.h"

#include <string>

namespace lessor::runtime {

/// `ip link set NAME up`. Errors: EPERM without CAP_NET_ADMIN, ENODEV.
[[nodiscard]] Result<void> bring_up(const std::string& name);

}  // namespace lessor::runtime
