#pragma once
// `lessor status` for people.

#include "control/status.h"

#include <string>

namespace lessor::cli {

/// Server, interfaces with why each is or is not served, pools, flushes, and every counter that is
/// not zero.
[[nodiscard]] std::string status_text(const control::Status& status);

}  // namespace lessor::cli
