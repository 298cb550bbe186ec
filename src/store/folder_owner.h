#pragma once
// Whose a lease folder is: made for the server's own user, taken over from root or given back to
// it, and closed to everybody else. Must not know: what is in the files.

#include "lease/log.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace lessor::store {

/// Who will serve a folder.
struct FolderOwner {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;  ///< for people
  /// Whose folder is taken over, besides root's: the server's own user, when root serves now.
  std::vector<uid_t> from;
};

/// Called before anything in `folder` is opened, by root where the owner is to change. Makes the
/// folder where there is none. Gives it and the files of a lease store in it to `owner`, follows no
/// link, touches nothing else, and takes from others the right to read and write them. Nobody
/// else can get at the folder meanwhile, so that nothing can be put in the place of what was
/// looked at. Leaves a folder alone that a server uses; opening it then says so. Returns what was
/// done, or should be, a line each. Errors: the folder is somebody else's; other things are in it;
/// something in it is no ordinary file; the system refused.
[[nodiscard]] std::expected<std::vector<std::string>, lease::LogError> prepare_lease_folder(
    const std::string& folder, const FolderOwner& owner);

}  // namespace lessor::store
