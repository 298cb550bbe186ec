#include "store/disk_room.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lessor::store {
namespace {

constexpr off_t kRoom = 1 << 20;

}  // namespace

std::expected<void, lease::LogError> check_disk_room(const std::string& folder) {
  const std::string path = folder + "/room";
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  // posix_fallocate() counts quotas and reserves too, which statvfs() does not tell of.
  const int error = descriptor < 0 ? errno : ::posix_fallocate(descriptor, 0, kRoom);
  if (descriptor >= 0) ::close(descriptor);
  (void)::unlink(path.c_str());
  // Where files cannot be extended like this, nothing is known.
  if (error == 0 || error == EOPNOTSUPP || error == EINVAL) return {};
  return std::unexpected(
      lease::LogError{"cannot write to " + folder + ": " + std::strerror(error) +
                      (error == ENOSPC ? "; a megabyte has to be free to start" : "")});
}

}  // namespace lessor::store
