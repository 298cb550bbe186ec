// Making a local socket to listen on, and saying clearly why not.

#include "runtime/unix_listener.h"

#include "runtime/unix_address.h"

#include <cerrno>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>

namespace lessor::runtime {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0750;
constexpr mode_t kSocketMode = 0660;
constexpr int kBacklog = 64;

std::string attempt(const std::string& path) { return "listen on " + path; }

/// A folder in which a stranger could replace the socket by one of his own is no place for it.
Result<void> check_folder(const std::string& path) {
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return std::unexpected(last_error("make the folder " + folder.string()));
  }
  struct stat facts{};
  if (stat(folder.c_str(), &facts) != 0) return std::unexpected(last_error(attempt(path)));
  if (!S_ISDIR(facts.st_mode)) {
    return std::unexpected(refusal(attempt(path), folder.string() + " is not a folder"));
  }
  if ((facts.st_mode & S_IWOTH) != 0) {
    return std::unexpected(refusal(attempt(path),
                                   "everybody may write to the folder " + folder.string(),
                                   "use one of its own, such as /run/lessor, mode 0750"));
  }
  return {};
}

std::string listener_of(int connected) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(connected, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid == 0) {
    return "another server";
  }
  return "another server (pid " + std::to_string(peer.pid) + ")";
}

/// Removes what an ended server left at `path`.
Result<void> remove_stale(const std::string& path) {
  struct stat facts{};
  if (lstat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT) return {};
    return std::unexpected(last_error(attempt(path)));
  }
  if (!S_ISSOCK(facts.st_mode)) {
    return std::unexpected(refusal(attempt(path), "there is a file of that name that is no socket",
                                   "remove it or choose another path"));
  }
  const auto connected = connect_unix(path);
  if (connected) {
    return std::unexpected(refusal(attempt(path), listener_of(connected->get()) + " listens there",
                                   "stop it, or give this one another path"));
  }
  if (connected.error().number == EAGAIN) {  // its queue of connections is full: it lives
    return std::unexpected(refusal(attempt(path), "another server listens there"));
  }
  if (connected.error().number != ECONNREFUSED) return std::unexpected(connected.error());
  if (unlink(path.c_str()) != 0) {
    return std::unexpected(last_error("remove the old socket " + path));
  }
  return {};
}

}  // namespace

Result<FileDescriptor> listen_unix(const std::string& path) {
  const auto address = unix_address(path);
  if (!address) return std::unexpected(address.error());
  if (const auto folder = check_folder(path); !folder) return std::unexpected(folder.error());
  if (const auto free = remove_stale(path); !free) return std::unexpected(free.error());
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return std::unexpected(last_error("open a local socket"));
  // The file is born with the socket's mode, less the umask: never open to others for a moment.
  (void)fchmod(fd.get(), kSocketMode);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    const bool denied = errno == EACCES;
    return std::unexpected(last_error(
        attempt(path), denied ? "its folder has to belong to our user, or to root alone" : ""));
  }
  if (chmod(path.c_str(), kSocketMode) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return std::unexpected(last_error(attempt(path)));
  }
  return fd;
}

}  // namespace lessor::runtime
