#pragma once
// Files and sockets that root makes for the user whom it becomes, where that user could not make
// them; and what that user can make, made by it. Must not know: what is in them.

#include "runtime/privileges.h"

#include <functional>
#include <string>

namespace lessor::runtime {

/// Whether only root can put something into `folder`: nobody can then exchange what root handles
/// there.
[[nodiscard]] bool is_roots_alone(const std::string& folder);

/// Makes the folder of the socket `path` where there is none: root's, for `account`'s group to
/// pass. What goes wrong shows when the socket is made.
void make_socket_folder(const std::string& path, const Account& account);

/// Gives the socket `path` that root made to `account`. Only where is_roots_alone().
void give_socket(const std::string& path, const Account& account);

/// Root's preparation of the log file `path` for `account`: made where only root can make it, and
/// given away. What goes wrong shows when it is opened.
void prepare_log_file(const std::string& path, const Account& account);

/// Does `act` as `account` (files only), then is who it was. Root, one thread.
[[nodiscard]] Result<void> act_as(const Account& account, const std::function<void()>& act);

/// "others may read PATH (mode 0644)" when more than its owner and group can; else empty.
[[nodiscard]] std::string find_wide_mode(const std::string& path);

}  // namespace lessor::runtime
