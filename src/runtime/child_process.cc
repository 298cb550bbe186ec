#include "runtime/child_process.h"

#include "runtime/clock.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace lessor::runtime {
namespace {

constexpr int kNoProgram = 127;  // as shells say it
constexpr int kNoPlace = 126;    // the namespaces could not be joined

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> open_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(last_error("make a pipe"));
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// A pipe that already holds `text` and then ends.
Result<FileDescriptor> open_input(const std::string& text) {
  auto pipe = open_pipe();
  if (!pipe) return std::unexpected(pipe.error());
  ::fcntl(pipe->write.get(), F_SETFL, O_NONBLOCK);
  const ssize_t written = ::write(pipe->write.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    return std::unexpected(refusal("hand text to a program", "it is longer than a pipe holds"));
  }
  return std::move(pipe->read);
}

/// In the child: from here on it is a process of its own.
void settle(int input, int output, int host) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    // Ignoring discards what was sent to the group that it has just left.
    ::signal(number, SIG_IGN);
    ::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (host >= 0 && ::setns(host, CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS) != 0) {
    ::_exit(kNoPlace);
  }
}

int execute(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  return kNoProgram;
}

/// Milliseconds for poll() until `deadline`, rounded up; -1 for never.
int until(Instant deadline) {
  if (deadline.is_never()) return -1;
  const auto left = (deadline - read_clock().mono).to_nanoseconds();
  return left <= 0 ? 0 : static_cast<int>(std::min<std::int64_t>(left / 1'000'000 + 1, 1'000'000));
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::function<int()>& body,
                                         const Surroundings& surroundings) {
  auto input = open_input(surroundings.input);
  if (!input) return std::unexpected(input.error());
  auto output = open_pipe();
  if (!output) return std::unexpected(output.error());
  const int pid = ::fork();
  if (pid < 0) return std::unexpected(last_error("start a process"));
  if (pid == 0) {
    settle(input->get(), output->write.get(), surroundings.host);
    ::_exit(body());
  }
  ::fcntl(output->read.get(), F_SETFL, O_NONBLOCK);
  ChildProcess child(pid, std::move(output->read));
  child.descriptor_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!child.descriptor_.is_open()) {
    return std::unexpected(last_error("follow a process", "Linux 5.8 or newer is needed"));
  }
  return child;
}

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& words,
                                         const Surroundings& surroundings) {
  return start([&words] { return execute(words); }, surroundings);
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(output_, other.output_);
  std::swap(code_, other.code_);
  return *this;
}

ChildProcess::~ChildProcess() {
  // A moved-from child has no descriptor; a reaped one has a code.
  if (!descriptor_.is_open() || code_) return;
  signal(SIGKILL);
  (void)wait(Duration::infinite());
}

void ChildProcess::signal(int number) const {
  if (!code_) ::syscall(SYS_pidfd_send_signal, descriptor_.get(), number, nullptr, 0);
}

std::optional<int> ChildProcess::wait(Duration patience) {
  if (code_) return code_;
  int status = 0;
  if (!wait_readable(descriptor_.get(), patience) || ::waitpid(pid_, &status, 0) != pid_) {
    return std::nullopt;
  }
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return code_;
}

Result<Finished> run_program(const std::vector<std::string>& words,
                             const Surroundings& surroundings, Duration patience) {
  auto child = ChildProcess::start(words, surroundings);
  if (!child) return std::unexpected(child.error());
  const Instant deadline = read_clock().mono + patience;
  Finished finished;
  char buffer[4'096];
  for (;;) {
    const ssize_t got = ::read(child->output(), buffer, sizeof buffer);
    if (got == 0) break;
    if (got > 0) {
      finished.output.append(buffer, static_cast<std::size_t>(got));
      continue;
    }
    if (!wait_readable(child->output(), deadline - read_clock().mono)) break;
  }
  if (!child->wait(deadline - read_clock().mono)) child->signal(SIGKILL);
  finished.code = child->wait(Duration::infinite()).value_or(kNoProgram);
  if (finished.code == kNoProgram && finished.output.empty()) {
    return std::unexpected(refusal("run " + words[0], "there is no such program here"));
  }
  return finished;
}

Result<void> run_function(const std::function<int()>& body, const Surroundings& surroundings,
                          const std::string& attempted) {
  auto child = ChildProcess::start(body, surroundings);
  if (!child) return std::unexpected(child.error());
  const auto number = child->wait(Duration::seconds(10));
  if (!number) return std::unexpected(refusal(attempted, "it does not finish"));
  if (*number != 0) return std::unexpected(error_of(*number, attempted));
  return {};
}

bool wait_readable(int fd, Duration patience) {
  const Instant deadline = read_clock().mono + patience;
  pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&readable, 1, until(deadline));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace lessor::runtime
