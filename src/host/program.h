#pragma once
// Running another program for the hand: no shell, an environment of given variables only, no longer
// than allowed, no more output than bounded. Must not know: what the program is for.

#include "base/time.h"
#include "host/hand.h"
#include "runtime/privileges.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lessor::host {

/// What every program finds as PATH, and where programs named without a folder are looked for.
inline constexpr const char* kProgramPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
inline constexpr std::size_t kMaxOutputLines = 64;
inline constexpr std::size_t kMaxOutputLine = 240;
/// From SIGTERM to SIGKILL.
inline constexpr Duration kTermGrace = Duration::seconds(2);

struct ProgramPlan {
  std::vector<std::string> words;       ///< the program's path, and its arguments
  std::vector<HookVariable> variables;  ///< its environment, PATH apart
  std::string input;                    ///< its standard input; at most 64 KiB
  Duration patience = Duration::seconds(10);
  int hurry_fd = -1;  ///< when this hangs up, the program is ended at once
};

/// Runs it to its end: the exit code, or 128 + the signal that ended it. It and its children share
/// a process group, which is ended by SIGTERM and SIGKILL when `patience` is over (an error then);
/// what it started and left behind in time lives on. Each line of its output (and error output)
/// goes to `on_line`, what is beyond the bounds is read and thrown away, which a last line says.
/// Errors: it could not be started, with errno; it took too long.
[[nodiscard]] runtime::Result<int> run_to_its_end(
    const ProgramPlan& plan, const std::function<void(const std::string&)>& on_line);

/// The program's full path, from kProgramPath or the folders given; nothing when it is not here.
[[nodiscard]] std::optional<std::string> find_program(const std::string& name,
                                                      std::string_view folders = kProgramPath);

/// Whether the hook is a program that nobody but root, us and `account` can have written or put in
/// its place, and that we, and `account`, can run. Root where there is an account; one thread then.
[[nodiscard]] runtime::Result<void> check_hook(
    const std::string& path, const std::optional<runtime::Account>& account = std::nullopt);

/// Lines from pieces of output, bounded. Call end() once for what had no newline.
class LineCutter {
 public:
  using OnLine = std::function<void(const std::string&)>;
  explicit LineCutter(const OnLine& on_line) : on_line_(on_line) {}
  void take(std::string_view piece);
  void end();

 private:
  void tell();
  const OnLine& on_line_;
  std::string line_;
  std::size_t lines_ = 0;
  bool dropped_ = false;
};

}  // namespace lessor::host
