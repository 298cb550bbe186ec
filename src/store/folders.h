#pragma once
// Folders that a power failure does not take away: a name is durable only once the folder that it
// stands in was flushed. Must not know: what is kept there.

#include "lease/log.h"

#include <string>

namespace lessor::store {

/// Makes the names in `folder` durable.
[[nodiscard]] std::expected<void, lease::LogError> flush_folder(const std::string& folder);

/// Makes everything that a process now dead left in the kernel's memory about `folder` durable: its
/// files, and their names. What is read from there may be promised afterwards.
[[nodiscard]] std::expected<void, lease::LogError> flush_files(const std::string& folder);

/// Makes `folder` for its owner and his group (0750), and what is missing of the way to it; durable
/// when it returns. One that is there already is right.
[[nodiscard]] std::expected<void, lease::LogError> make_folder(const std::string& folder);

}  // namespace lessor::store
