#include "runtime/namespaces.h"

#include "runtime/file_descriptor.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace lessor::runtime {
namespace {

constexpr std::array kPassedOn{SIGINT, SIGTERM, SIGHUP};
volatile sig_atomic_t first_process = 0;

void pass_on(int number) {
  if (first_process > 0) ::kill(first_process, number);
}

SystemError not_allowed() {
  const bool root = ::geteuid() == 0;
  return last_error("make namespaces",
                    root ? "this container forbids it: give it CAP_SYS_ADMIN (docker: --privileged)"
                         : "run it with sudo, or let users make namespaces: sysctl "
                           "kernel.unprivileged_userns_clone=1 (Debian), "
                           "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)");
}

Result<void> write_file(const char* path, const std::string& text) {
  const FileDescriptor file(::open(path, O_WRONLY | O_CLOEXEC));
  const bool written =
      file.is_open() && ::write(file.get(), text.data(), text.size()) == ssize_t(text.size());
  if (!written) return std::unexpected(last_error(std::string("write ") + path));
  return {};
}

/// Becomes root inside a new user namespace (user_namespaces(7)).
Result<void> map_root(uid_t uid, gid_t gid) {
  if (auto r = write_file("/proc/self/setgroups", "deny"); !r) return r;
  if (auto r = write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1"); !r) return r;
  return write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

/// Moves this process into new namespaces; process ids count anew from its next child on.
Result<void> move() {
  constexpr int kWorld = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS;
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  // Not root, or root without the right to, as in some containers: a user namespace brings it.
  if (uid != 0 || ::unshare(kWorld) != 0) {
    if (::unshare(kWorld | CLONE_NEWUSER) != 0) return std::unexpected(not_allowed());
    if (auto mapped = map_root(uid, gid); !mapped) return mapped;
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return std::unexpected(not_allowed());
  }
  return {};
}

/// In the first process of the namespaces. `alive` is a pipe whose other end only the parent holds.
int be_first(const std::function<int()>& play, const FileDescriptor& alive) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pollfd parent{.fd = alive.get(), .events = 0, .revents = 0};
  if (::poll(&parent, 1, 0) != 0) return 1;  // it ended before prctl() came
  for (const int number : kPassedOn) ::signal(number, SIG_DFL);
  // Our own view of processes. Where a container hides parts of /proc this is refused; then the
  // view from outside has to do.
  (void)::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  return play();
}

/// While it lives, signals to us go on to the first process.
class SignalsPassedOn {
 public:
  explicit SignalsPassedOn(int pid) {
    first_process = pid;
    struct sigaction action{};
    action.sa_handler = pass_on;
    for (std::size_t i = 0; i < kPassedOn.size(); ++i) {
      ::sigaction(kPassedOn[i], &action, &before_[i]);
    }
  }
  ~SignalsPassedOn() {
    for (std::size_t i = 0; i < kPassedOn.size(); ++i) {
      ::sigaction(kPassedOn[i], &before_[i], nullptr);
    }
    first_process = 0;
  }
  SignalsPassedOn(const SignalsPassedOn&) = delete;
  SignalsPassedOn& operator=(const SignalsPassedOn&) = delete;

 private:
  std::array<struct sigaction, kPassedOn.size()> before_{};
};

}  // namespace

Result<int> run_in_new_namespaces(const std::function<int()>& play) {
  if (auto moved = move(); !moved) return std::unexpected(moved.error());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(last_error("make a pipe"));
  FileDescriptor read(ends[0]);
  FileDescriptor write(ends[1]);
  const int pid = ::fork();
  if (pid < 0) return std::unexpected(last_error("start a process"));
  if (pid == 0) {
    write.reset();
    ::_exit(be_first(play, read));
  }
  const SignalsPassedOn passing(pid);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return std::unexpected(
      refusal("play to the end", "ended by signal " + std::to_string(WTERMSIG(status))));
}

}  // namespace lessor::runtime
