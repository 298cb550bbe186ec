#include "runtime/link_admin.h"

#include "base/bytes.h"
#include "runtime/file_descriptor.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace lessor::runtime {

Result<void> bring_up(const std::string& name) {
  const std::string attempted = "bring the interface " + name + " up";
  const FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return std::unexpected(last_error(attempted));
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return std::unexpected(refusal(attempted, "no name"));
  copy_bytes(std::as_writable_bytes(std::span(request.ifr_name)), as_bytes(name));
  if (ioctl(fd.get(), SIOCGIFFLAGS, &request) != 0) return std::unexpected(last_error(attempted));
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) {
    return std::unexpected(last_error(attempted, "run as root, or give the program CAP_NET_ADMIN"));
  }
  return {};
}

}  // namespace lessor::runtime
