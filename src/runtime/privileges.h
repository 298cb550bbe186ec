#pragma once
// Giving up what the program does not need once its sockets and files are open: user, capabilities,
// and most system calls.

#include "runtime/system_call_filter.h"
#include "runtime/system_error.h"

#include <optional>
#include <string>

namespace lessor::runtime {

/// What to keep.
struct PrivilegePlan {
  std::optional<std::string> user;  ///< become this user (name), with its own groups only
  /// Allow only the system calls that such a process makes. Ignored under a sanitizer, whose
  /// runtime makes others.
  bool filter_system_calls = true;
  SystemCalls system_calls = SystemCalls::server;
};

/// Keeps CAP_NET_RAW and CAP_NET_BIND_SERVICE, for interfaces that come later, of those that we
/// have; drops every other capability and with them the means to get any back (no new privileges,
/// an empty bounding set). Then filters system calls. Call it before any thread starts:
/// capabilities belong to threads. Works without privilege too, where there is nothing to drop.
/// Errors: the user does not exist; changing to it needs root.
[[nodiscard]] Result<void> drop_privileges(const PrivilegePlan& plan);

/// The user whom a process becomes that is root and need not be: "lessor" where there is one, else
/// "nobody"; nothing when we are not root, or there is neither.
[[nodiscard]] std::optional<std::string> unprivileged_user();

/// Raises the limit on open files as far as we may: every served interface takes two.
void raise_file_limit();

}  // namespace lessor::runtime
