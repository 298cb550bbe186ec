#include "runtime/service_manager.h"

#include "runtime/file_descriptor.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

namespace lessor::runtime {
namespace {

/// Of the process, as $NOTIFY_SOCKET is.
FileDescriptor& connection() {
  static FileDescriptor fd;
  return fd;
}

void tell(const std::string& text) {
  const int fd = connection().get();
  const bool told = connection().is_open() && ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) ==
                                                  static_cast<ssize_t>(text.size());
  if (!told) (void)sd_notify(0, text.c_str());
}

}  // namespace

void connect_service_manager() {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  const std::string_view name = path == nullptr ? "" : path;
  sockaddr_un address{};
  // sd_notify(3): a path, or '@' for an abstract socket; what else there is, sd_notify() knows.
  const bool known = name.starts_with('/') || name.starts_with('@');
  if (!known || name.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::ranges::copy(name, address.sun_path);
  const bool abstract = name.starts_with('@');
  if (abstract) address.sun_path[0] = '\0';
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1));
  FileDescriptor fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  if (fd.is_open() && ::connect(fd.get(), to, size) == 0) connection() = std::move(fd);
}

void notify_ready(const std::string& status) { tell("READY=1\nSTATUS=" + status); }

void notify_reloading() {
  // sd_notify(3): the time at which the reload began, by which systemd matches it to its request.
  timespec now{};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() { tell("STOPPING=1"); }

void notify_status(const std::string& status) { tell("STATUS=" + status); }

}  // namespace lessor::runtime
