#include "runtime/unix_address.h"

#include "base/bytes.h"

#include <cerrno>
#include <span>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

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

Result<FileDescriptor> connect_unix(const std::string& path) {
  const auto address = unix_address(path);
  if (!address) return std::unexpected(address.error());
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return std::unexpected(last_error("open a local socket"));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    return std::unexpected(last_error("connect to " + path, connect_hint(errno)));
  }
  return fd;
}

}  // namespace lessor::runtime
