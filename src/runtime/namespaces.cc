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
volatile sig_atomic_t signalled_child = 0;

void pass_on(int number) {
  if (signalled_child > 0) ::kill(signalled_child, number);
}

SystemError not_allowed() {
  const int number = errno;
  std::string hint =
      "run it with sudo, or let users make namespaces: sysctl kernel.unprivileged_userns_clone=1 "
      "(Debian), kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)";
  if (::geteuid() == 0) {
    hint = "this container forbids it: give it CAP_SYS_ADMIN (docker: --privileged)";
  }
  if (number == ENOSPC) hint = "there are too many: raise sysctl user.max_user_namespaces";
  return error_of(number, "make namespaces", hint);
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

/// While it lives, signals to us go on to a child.
class SignalsPassedOn {
 public:
  explicit SignalsPassedOn(int pid) {
    signalled_child = pid;
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
    signalled_child = 0;
  }
  SignalsPassedOn(const SignalsPassedOn&) = delete;
  SignalsPassedOn& operator=(const SignalsPassedOn&) = delete;

 private:
  std::array<struct sigaction, kPassedOn.size()> before_{};
};

/// A pipe whose writing end is the parent's alone tells its child whether it still lives.
struct Lifeline {
  FileDescriptor child_end;
  FileDescriptor parent_end;
};
Result<Lifeline> open_lifeline() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(last_error("make a pipe"));
  return Lifeline{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// In a new child: from now on it ends with its parent. False when that is already gone.
bool tie_to_parent(Lifeline& lifeline) {
  lifeline.parent_end.reset();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pollfd parent{.fd = lifeline.child_end.get(), .events = 0, .revents = 0};
  return ::poll(&parent, 1, 0) == 0;  // it could have ended before prctl() came
}

/// Waits for a child, signals passed on to it.
Result<int> wait_for(int pid) {
  const SignalsPassedOn passing(pid);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return std::unexpected(
      refusal("play to the end", "ended by signal " + std::to_string(WTERMSIG(status))));
}

/// In the first process of the namespaces.
int be_first(const std::function<int()>& play) {
  for (const int number : kPassedOn) ::signal(number, SIG_DFL);
  // Our own view of processes. Where a container hides parts of /proc this is refused; then the
  // view from outside has to do.
  (void)::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  return play();
}

/// In a process of its own: moves, and runs `play` in its first child there.
Result<int> move_and_play(const std::function<int()>& play) {
  if (auto moved = move(); !moved) return std::unexpected(moved.error());
  auto lifeline = open_lifeline();
  if (!lifeline) return std::unexpected(lifeline.error());
  const int pid = ::fork();
  if (pid < 0) return std::unexpected(last_error("start a process"));
  if (pid == 0) ::_exit(tie_to_parent(*lifeline) ? be_first(play) : 1);
  return wait_for(pid);
}

/// What went wrong, from the process that moved; empty when all went well.
std::string read_report(const FileDescriptor& from) {
  char text[1'024];
  const ssize_t size = ::read(from.get(), text, sizeof text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<int> run_in_new_namespaces(const std::function<int()>& play) {
  auto lifeline = open_lifeline();
  if (!lifeline) return std::unexpected(lifeline.error());
  auto report = open_lifeline();
  if (!report) return std::unexpected(report.error());
  const int pid = ::fork();
  if (pid < 0) return std::unexpected(last_error("start a process"));
  if (pid == 0) {
    if (!tie_to_parent(*lifeline)) ::_exit(1);
    const auto played = move_and_play(play);
    if (played) ::_exit(*played);
    const std::string why = played.error().reason + "\n" + played.error().hint;
    (void)!::write(report->parent_end.get(), why.data(), why.size());
    ::_exit(1);
  }
  report->parent_end.reset();
  auto played = wait_for(pid);
  const std::string why = read_report(report->child_end);
  if (why.empty()) return played;
  const std::size_t end = why.find('\n');
  return std::unexpected(refusal("make namespaces", why.substr(0, end), why.substr(end + 1)));
}

}  // namespace lessor::runtime
