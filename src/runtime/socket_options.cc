#include "runtime/socket_options.h"

#include <array>
#include <cstdint>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <utility>

namespace lessor::runtime {
namespace {

void enlarge(int fd, int force, int polite, int bytes) {
  if (setsockopt(fd, SOL_SOCKET, force, &bytes, sizeof bytes) == 0) return;
  (void)setsockopt(fd, SOL_SOCKET, polite, &bytes, sizeof bytes);
}

}  // namespace

Result<void> set_option(int fd, int level, int option, int value, std::string attempted) {
  if (setsockopt(fd, level, option, &value, sizeof value) != 0) {
    return std::unexpected(last_error(std::move(attempted)));
  }
  return {};
}

void enlarge_receive_buffer(int fd, int bytes) { enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF, bytes); }

void enlarge_send_buffer(int fd, int bytes) { enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF, bytes); }

bool is_half_full(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return false;
  return memory[SK_MEMINFO_RMEM_ALLOC] > memory[SK_MEMINFO_RCVBUF] / 2;
}

}  // namespace lessor::runtime
