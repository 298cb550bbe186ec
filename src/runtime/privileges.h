#pragma once
// Giving up what the program does not need once its sockets and files are open: user, capabilities,
// and most system calls.

#include "runtime/landlock.h"
#include "runtime/system_call_filter.h"
#include "runtime/system_error.h"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace lessor::runtime {

/// The user whom the server and the relay become that are started by root.
inline constexpr const char* kServiceUser = "lessor";

/// A user of this host.
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Errors: there is no such user.
[[nodiscard]] Result<Account> find_account(const std::string& name);

/// Who we are now.
[[nodiscard]] Account current_account();

/// Whom to become.
struct ServiceAccount {
  std::optional<Account> become;  ///< nothing: stay who we are
  std::string remark;             ///< why root stays root; empty when there is nothing to say
};

/// The user `wanted`; without that, kServiceUser when we are root and may become it, else nobody
/// else. Errors: `wanted` does not exist, or becoming it takes rights that we do not have.
[[nodiscard]] Result<ServiceAccount> choose_account(const std::optional<std::string>& wanted);

/// What to keep.
struct PrivilegePlan {
  std::optional<std::string> user;  ///< become this user (name), with its own groups only
  /// Allow only the system calls that such a process makes. Ignored under a sanitizer, whose
  /// runtime makes others.
  bool filter_system_calls = true;
  SystemCalls system_calls = SystemCalls::server;
  /// Keep the use of these folders and of what every process needs, and of no others (confine_to).
  std::optional<std::vector<FolderRight>> folders = std::nullopt;
  TcpUse tcp = TcpUse::none;  ///< with `folders`
};

/// What keeps the process in bounds from now on, besides its user and capabilities.
struct Bounds {
  int landlock = 0;  ///< the version of Landlock in force; 0: none, or no folders were named
  bool system_calls = false;
};

/// Keeps CAP_NET_RAW and CAP_NET_BIND_SERVICE, for interfaces that come later, of those that we
/// have; drops every other capability and with them the means to get any back (no new privileges,
/// an empty bounding set). Then gives up folders and system calls. Call it before any thread
/// starts: capabilities belong to threads. Works without privilege too, where there is nothing to
/// drop. Errors: the user does not exist; changing to it needs root.
[[nodiscard]] Result<Bounds> drop_privileges(const PrivilegePlan& plan);

/// Goes on as `account` (nothing: as who we are) without any capability, and so does every program
/// that is run from here, even by root. For good.
[[nodiscard]] Result<void> become_powerless(const std::optional<Account>& account);

/// The user whom a process becomes that is root and keeps no files: kServiceUser where there is
/// one, else "nobody"; nothing when we are not root, or there is neither.
[[nodiscard]] std::optional<std::string> unprivileged_user();

/// Root goes on as the owner of `path`, so that what it makes there is its owner's. Anybody else
/// goes on as before; a path that is not there changes nothing.
[[nodiscard]] Result<void> become_owner_of(const std::string& path);

/// Raises the limit on open files as far as we may: every served interface takes two.
void raise_file_limit();

}  // namespace lessor::runtime
