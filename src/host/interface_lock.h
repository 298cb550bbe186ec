#pragma once
// One lessor client an interface: a lock that ends with its holders, however they end. Must not
// know: other programs.

#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <optional>
#include <string>

namespace lessor::host {

/// The lock's file: of the interface's name in our network namespace, since /run is often shared
/// by several.
[[nodiscard]] std::string lock_path(const std::string& folder, const std::string& interface);
/// Takes it, and writes our process number there. The error names who has it.
[[nodiscard]] runtime::Result<runtime::FileDescriptor> lock_interface(const std::string& folder,
                                                                      const std::string& interface);
/// The process number of who has it (0: not known); nothing when it is free.
[[nodiscard]] std::optional<int> find_lock_holder(const std::string& folder,
                                                  const std::string& interface);

}  // namespace lessor::host
