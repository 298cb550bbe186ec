#include "host/program.h"

#include "base/text.h"
#include "runtime/child_process.h"
#include "runtime/clock.h"
#include "runtime/own_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/stat.h>

namespace lessor::host {
namespace {

namespace fs = std::filesystem;
using runtime::ChildProcess;
using runtime::FileDescriptor;
using runtime::read_clock;
using runtime::refusal;
using runtime::Result;

// Pieces of output taken a turn, so that a flood cannot put off the deadline.
constexpr int kMaxReads = 16;
constexpr int kNotStarted = 125;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// In the child. What it could not do is told by `failure`, which a started program does not have.
int execute(const ProgramPlan& plan, int failure) {
  std::vector<std::string> words = plan.words;
  std::vector<std::string> environment{std::string("PATH=") + kProgramPath};
  for (const HookVariable& v : plan.variables) environment.push_back(v.name + "=" + v.value);
  (void)::umask(022);
  ::execve(words.front().c_str(), pointers_to(words).data(), pointers_to(environment).data());
  const int number = errno;
  (void)!::write(failure, &number, sizeof number);
  return kNotStarted;
}

/// Milliseconds for poll(), rounded up.
int until(Instant deadline) {
  const auto left = (deadline - read_clock().mono).to_milliseconds();
  return static_cast<int>(std::clamp<std::int64_t>(left + 1, 0, 60'000));
}

class Watch {
 public:
  Watch(ChildProcess& child, int hurry_fd, LineCutter& lines)
      : child_(child), hurry_fd_(hurry_fd), lines_(lines) {}

  /// Reads output until the program has ended; false when the deadline or the hurry came first.
  bool run(Instant deadline) {
    while (read_clock().mono < deadline) {
      pollfd fds[] = {{.fd = child_.descriptor(), .events = POLLIN, .revents = 0},
                      {.fd = output_open_ ? child_.output() : -1, .events = POLLIN, .revents = 0},
                      {.fd = hurry_fd_, .events = POLLRDHUP, .revents = 0}};
      const int ready = ::poll(fds, 3, until(deadline));
      if (ready < 0 && errno != EINTR) return false;
      if (ready <= 0) continue;
      if (fds[1].revents != 0) read_output();
      if (fds[0].revents != 0) {
        read_output();  // what it said last
        return true;
      }
      if (fds[2].revents != 0) return false;
    }
    return false;
  }
  void stop_hurrying() { hurry_fd_ = -1; }

 private:
  void read_output() {
    char buffer[4'096];
    for (int reads = 0; reads < kMaxReads && output_open_; ++reads) {
      const ssize_t got = ::read(child_.output(), buffer, sizeof buffer);
      if (got < 0) return;
      output_open_ = got > 0;
      lines_.take({buffer, static_cast<std::size_t>(got)});
    }
  }
  ChildProcess& child_;
  int hurry_fd_;
  LineCutter& lines_;
  bool output_open_ = true;
};

void end_group(ChildProcess& child, Watch& watch) {
  (void)::kill(-child.pid(), SIGTERM);
  watch.stop_hurrying();
  (void)watch.run(read_clock().mono + kTermGrace);
  // Before it is reaped, while its number is surely its own.
  (void)::kill(-child.pid(), SIGKILL);
  (void)child.wait(Duration::seconds(1));
}

Result<int> started_code(int failure, int code, const std::string& path) {
  int number = 0;
  if (::read(failure, &number, sizeof number) != sizeof number) return code;
  const char* hint = number == EACCES ? "make it executable: chmod +x" : "";
  if (number == ENOEXEC) hint = "a script begins with #!/bin/sh";
  return std::unexpected(runtime::error_of(number, "run " + path, hint));
}

}  // namespace

void LineCutter::tell() {
  if (lines_ < kMaxOutputLines) on_line_(line_);
  dropped_ = dropped_ || lines_ >= kMaxOutputLines;
  ++lines_;
  line_.clear();
}

void LineCutter::take(std::string_view piece) {
  for (const char c : piece) {
    if (c == '\n') {
      tell();
    } else if (line_.size() < kMaxOutputLine) {
      line_ += c;
    } else {
      dropped_ = true;
    }
  }
}

void LineCutter::end() {
  if (!line_.empty()) tell();
  if (dropped_) on_line_("(it said more than is kept)");
}

Result<int> run_to_its_end(const ProgramPlan& plan,
                           const std::function<void(const std::string&)>& on_line) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return std::unexpected(runtime::last_error("make a pipe"));
  }
  const FileDescriptor failure(ends[0]);
  FileDescriptor childs_end(ends[1]);
  auto child = ChildProcess::start([&] { return execute(plan, childs_end.get()); },
                                   {.input = plan.input, .host = -1});
  childs_end.reset();
  if (!child) return std::unexpected(child.error());
  LineCutter lines(on_line);
  Watch watch(*child, plan.hurry_fd, lines);
  if (!watch.run(read_clock().mono + plan.patience)) {
    end_group(*child, watch);
    lines.end();
    return std::unexpected(refusal("run " + plan.words.front() + " to its end",
                                   "it was stopped after " + to_string(plan.patience)));
  }
  lines.end();
  return started_code(failure.get(), child->wait(Duration::seconds(1)).value_or(kNotStarted),
                      plan.words.front());
}

std::optional<std::string> find_program(const std::string& name, std::string_view folders) {
  for (const std::string_view folder : split(folders, ':')) {
    std::string path = std::string(folder) + "/" + name;
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

namespace {

/// Whoever may write a folder may put another program in this one's place. Where its group may,
/// that is a group of administrators (/usr/local on some hosts). In a user namespace the host's
/// root has another number.
Result<void> check_folders(const fs::path& path, const std::string& attempted,
                           const std::optional<runtime::Account>& account) {
  struct stat root{};
  if (::stat("/", &root) != 0) return std::unexpected(runtime::last_error(attempted));
  for (fs::path folder = path.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    struct stat facts{};
    if (::stat(folder.c_str(), &facts) != 0) return std::unexpected(runtime::last_error(attempted));
    const bool trusted = facts.st_uid == root.st_uid || facts.st_uid == ::geteuid() ||
                         (account && facts.st_uid == account->uid);
    const bool open = (facts.st_mode & S_IWOTH) != 0 && (facts.st_mode & S_ISVTX) == 0;
    if (!trusted || open) {
      return std::unexpected(refusal(attempted, "others may write its folder " + folder.string(),
                                     "chown root and chmod o-w that folder"));
    }
    if (folder == folder.root_path()) break;
  }
  return {};
}

/// A script is read by its interpreter, too.
bool is_script(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 2> mark{};
  return file.is_open() && ::read(file.get(), mark.data(), mark.size()) == 2 && mark[0] == '#' &&
         mark[1] == '!';
}

/// Root may run what the user whom it becomes may not.
Result<void> check_right(const std::string& path, const runtime::Account& account) {
  const int needed = is_script(path) ? R_OK | X_OK : X_OK;
  int number = 0;
  const auto acted = runtime::act_as(account, [&] {
    if (::faccessat(AT_FDCWD, path.c_str(), needed, AT_EACCESS) != 0) number = errno;
  });
  if (!acted || number == 0) return acted;
  return std::unexpected(runtime::error_of(number, "run " + path + " as user " + account.name,
                                           "chmod o+rx it, and o+x the folders above it"));
}

}  // namespace

Result<void> check_hook(const std::string& path, const std::optional<runtime::Account>& account) {
  const std::string attempted = "use the hook program " + path;
  if (!path.starts_with('/')) {
    return std::unexpected(refusal(attempted, "its path does not begin with /"));
  }
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return std::unexpected(runtime::last_error(attempted));
  if (!S_ISREG(facts.st_mode)) return std::unexpected(refusal(attempted, "it is no file"));
  const bool owned =
      facts.st_uid == 0 || facts.st_uid == ::geteuid() || (account && facts.st_uid == account->uid);
  if (!owned || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return std::unexpected(
        refusal(attempted, "others may write it", "chown root " + path + " && chmod go-w " + path));
  }
  if ((facts.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
    return std::unexpected(refusal(attempted, "it is not executable", "chmod +x " + path));
  }
  if (!account && ::access(path.c_str(), X_OK) != 0) {
    return std::unexpected(runtime::last_error(attempted));
  }
  std::error_code failed;
  for (const fs::path& each : {fs::path(path), fs::canonical(path, failed)}) {
    if (auto checked = check_folders(each, attempted, account); !checked) return checked;
  }
  return account ? check_right(path, *account) : Result<void>();
}

}  // namespace lessor::host
