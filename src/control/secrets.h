#pragma once
// What of a configuration those do not see who may only look.

#include <string>
#include <string_view>

namespace lessor::control {

/// `json` with "*****" in place of every password. As it is when it is no JSON.
[[nodiscard]] std::string hide_passwords(std::string_view json);

}  // namespace lessor::control
