#include "cli/client/daemon.h"

#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

using runtime::FileDescriptor;

/// The code that comes over the pipe, else that with which the process ended.
ExitCode await_report(int pipe, int pid) {
  unsigned char code = 0;
  ssize_t got = -1;
  do {
    got = ::read(pipe, &code, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 1) return static_cast<ExitCode>(code);
  int status = 0;
  (void)waitpid(pid, &status, 0);
  const int ended = WIFEXITED(status) ? WEXITSTATUS(status) : to_int(ExitCode::failed);
  return ended == 0 ? ExitCode::failed : static_cast<ExitCode>(ended);
}

[[noreturn]] void run_child(
    FileDescriptor pipe, FileDescriptor nowhere,
    const std::function<ExitCode(const std::function<void(ExitCode)>& report)>& body) {
  (void)setsid();
  const auto report = [&](ExitCode code) {
    const auto octet = static_cast<unsigned char>(to_int(code));
    (void)!::write(pipe.get(), &octet, 1);
    pipe.reset();
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      (void)dup2(nowhere.get(), standard);
    }
    nowhere.reset();
  };
  const ExitCode code = body(report);
  std::_Exit(to_int(code));
}

}  // namespace

std::expected<ExitCode, std::string> run_in_background(
    const std::function<ExitCode(const std::function<void(ExitCode)>& report)>& body) {
  std::array<int, 2> ends{};
  FileDescriptor nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nowhere.is_open() || pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(to_string(runtime::last_error("go to the background")));
  }
  FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const int pid = fork();
  if (pid < 0) return std::unexpected(to_string(runtime::last_error("go to the background")));
  if (pid == 0) {
    reading.reset();
    run_child(std::move(writing), std::move(nowhere), body);
  }
  writing.reset();
  return await_report(reading.get(), pid);
}

}  // namespace lessor::cli
