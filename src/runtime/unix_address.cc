#include "runtime/unix_address.h"

#include "base/bytes.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <span>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

/// How long connect() may wait; what is written later must not.
bool set_blocking(int fd, bool blocking, Duration longest) {
  const std::int64_t milliseconds = std::min<std::int64_t>(longest.to_milliseconds() + 1, INT_MAX);
  const timeval limit{.tv_sec = milliseconds / 1'000, .tv_usec = milliseconds % 1'000 * 1'000};
  const int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
         fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) == 0;
}

std::string connect_hint(int number) {
  switch (number) {
    case ENOENT:
    case ECONNREFUSED:
      return "is the server running?";
    case EACCES:
      return "run as root, or as a member of the group that owns the socket";
    case EAGAIN:
      return "the server is busy: try again";
    default:
      return "";
  }
}

}  // namespace

Result<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return std::unexpected(refusal("use the socket path '" + path + "'",
                                   "it must have 1 to 107 octets", "choose a shorter one"));
  }
  copy_bytes(std::as_writable_bytes(std::span(address.sun_path)), as_bytes(path));
  return address;
}

Result<FileDescriptor> connect_unix(const std::string& path, Duration patience) {
  const auto address = unix_address(path);
  if (!address) return std::unexpected(address.error());
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return std::unexpected(last_error("open a local socket"));
  const bool waits = patience > Duration() && set_blocking(fd.get(), true, patience);
  const int connected =
      connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  if (connected != 0) {
    return std::unexpected(last_error("connect to " + path, connect_hint(errno)));
  }
  if (waits && !set_blocking(fd.get(), false, {})) {
    return std::unexpected(last_error("connect to " + path));
  }
  return fd;
}

}  // namespace lessor::runtime
