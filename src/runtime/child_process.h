#pragma once
// A child process that cannot outlive its owner: its output on a pipe, ended and reaped when the
// owner lets go. For single-threaded callers: what runs between fork and exec is ordinary code.

#include "base/time.h"
#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <functional>
#include <optional>
#include <vector>

namespace lessor::runtime {

/// What a child reads, and where it lives.
struct Surroundings {
  std::string input;  ///< its standard input, at most a pipe's worth (64 KiB)
  int host = -1;      ///< process descriptor of a TestHost, whose namespaces it joins
};

/// One child. Its standard output and error are one pipe.
class ChildProcess {
 public:
  /// Starts the program words[0] (looked up in PATH unless it has a slash) with these arguments.
  /// It gets a process group of its own, so that Ctrl-C reaches us first. A program that is not
  /// there is seen by wait(): 127.
  [[nodiscard]] static Result<ChildProcess> start(const std::vector<std::string>& words,
                                                  const Surroundings& surroundings = {});
  /// Runs `body` in the child; what it returns is the exit code.
  [[nodiscard]] static Result<ChildProcess> start(const std::function<int()>& body,
                                                  const Surroundings& surroundings = {});
  ChildProcess(ChildProcess&&) = default;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  /// Ends the child by SIGKILL when it still runs, and reaps it.
  ~ChildProcess();

  [[nodiscard]] int pid() const { return pid_; }
  /// A process descriptor (pidfd): readable when the child has ended.
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }
  /// The reading end of its output; does not block.
  [[nodiscard]] int output() const { return output_.get(); }

  void signal(int number) const;
  /// Waits for the end: the exit code, or 128 + the signal that ended it; nothing when `patience`
  /// is over first.
  [[nodiscard]] std::optional<int> wait(Duration patience);

 private:
  ChildProcess(int pid, FileDescriptor output) : pid_(pid), output_(std::move(output)) {}
  int pid_ = -1;
  FileDescriptor descriptor_;
  FileDescriptor output_;
  std::optional<int> code_;
};

/// How a program ended and all that it said.
struct Finished {
  int code = 0;
  std::string output;
};
/// Runs a program to its end, or ends it when `patience` is over (code 128 + 9).
[[nodiscard]] Result<Finished> run_program(const std::vector<std::string>& words,
                                           const Surroundings& surroundings = {},
                                           Duration patience = Duration::seconds(10));

/// Runs `body` in a child to its end. It returns an errno, 0 for success.
[[nodiscard]] Result<void> run_function(const std::function<int()>& body,
                                        const Surroundings& surroundings,
                                        const std::string& attempted);

/// Waits until `fd` has something to read, or its end; false when `patience` is over.
[[nodiscard]] bool wait_readable(int fd, Duration patience);

}  // namespace lessor::runtime
