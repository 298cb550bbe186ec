#include "host/helper_process.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lessor::host {
namespace {

// Records that may wait; the kernel doubles it for its own bookkeeping.
constexpr int kSocketRoom = 1'048'576;

}  // namespace

runtime::Result<SocketPair> open_socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return std::unexpected(runtime::last_error("make a socket pair"));
  }
  for (const int end : ends) {
    (void)::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSocketRoom, sizeof kSocketRoom);
  }
  return SocketPair{runtime::FileDescriptor(ends[0]), runtime::FileDescriptor(ends[1])};
}

void settle_helper(const char* name, std::span<const int> kept) {
  ::prctl(PR_SET_NAME, name);
  (void)::setpgid(0, 0);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE}) {
    ::signal(number, SIG_IGN);
  }
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  (void)::chdir("/");
  // It speaks by records. Whoever reads what the main process prints must not wait for this one.
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = STDIN_FILENO; nowhere >= 0 && standard <= STDERR_FILENO; ++standard) {
    (void)::dup2(nowhere, standard);
  }
  constexpr int kFirst = 3;
  constexpr int kLast = 4'096;
  for (int fd = kFirst; fd < kLast; ++fd) {
    if (std::ranges::find(kept, fd) == kept.end()) ::close(fd);
  }
  (void)::syscall(SYS_close_range, kLast, ~0U, 0);
}

}  // namespace lessor::host
