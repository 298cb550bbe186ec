#include "store/folder_lock.h"

#include "base/text.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lessor::store {
namespace {

using lease::LogError;

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  const auto pid = parse_number(trim({text.data(), size > 0 ? static_cast<std::size_t>(size) : 0}));
  return pid ? "process " + std::to_string(*pid) : "another process";
}

}  // namespace

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::expected<FolderLock, LogError> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  FolderLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (lock.descriptor_ < 0) {
    const int error = errno;
    // Also said to root, who has given up the right to others' files by now.
    const char* hint = error == EACCES ? "; the folder has to belong to the server's own user" : "";
    return std::unexpected(LogError{"cannot open " + path + ": " + std::strerror(error) + hint});
  }
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return std::unexpected(LogError{"cannot lock " + path + ": " + std::strerror(errno)});
    return std::unexpected(LogError{"the lease store in " + folder + " is in use by " +
                                    holder_of(lock.descriptor_) + "; a folder serves one server"});
  }
  // The id is for people; the lock does not depend on it.
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.descriptor_, 0) != 0 ||
      ::pwrite(lock.descriptor_, pid.data(), pid.size(), 0) < 0)
    return std::unexpected(LogError{"cannot write " + path + ": " + std::strerror(errno)});
  return lock;
}

}  // namespace lessor::store
