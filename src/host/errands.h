#pragma once
// The server's errands: a process that was started before the server shut itself in, and runs the
// few programs that it was told of then, for nothing else. The two speak by records over a socket
// pair. Must not know: DHCP, what the programs are for.

#include "base/time.h"
#include "host/hand.h"
#include "runtime/privileges.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::host {

/// All that it may ever do.
struct ErrandPlan {
  std::vector<std::string> programs;          ///< absolute paths
  std::optional<runtime::Account> account;    ///< whom they run as; nothing: who we are
  Duration patience = Duration::seconds(60);  ///< how long each may take
  std::size_t most_at_once = 8;
};

/// Whether all programs of the plan can be run by its account, and be changed by nobody who should
/// not. The error names the first that cannot, and what to do.
[[nodiscard]] runtime::Result<void> check_programs(const ErrandPlan& plan);

/// Octets of one errand: its argument and its environment.
inline constexpr std::size_t kMaxErrand = 16'384;
/// Errands that wait for others to end; more are refused.
inline constexpr std::size_t kMaxWaitingErrands = 4'096;

/// What came of an errand, a line.
struct ErrandReport {
  bool is_failure = false;  ///< it could not be run, or ended otherwise than with 0; else its words
  std::string text;
  friend bool operator==(const ErrandReport&, const ErrandReport&) = default;
};

/// The server's end. One thread gives errands, one (perhaps another) takes reports.
class Errands {
 public:
  /// Starts the process. Call it before privileges are dropped and before any thread starts.
  /// Errors: a program that is none which only root and the account may change, or that the account
  /// may not run; no process.
  [[nodiscard]] static runtime::Result<Errands> start(const ErrandPlan& plan);
  Errands(Errands&&) noexcept = default;
  Errands& operator=(Errands&&) noexcept = default;
  /// Lets go: what runs goes on to its end, what waits is begun for as long as one may take.
  ~Errands() = default;

  /// Whether the plan had it.
  [[nodiscard]] bool knows(const std::string& program) const;
  /// Has a program of the plan run with one argument and these variables, in a clean environment,
  /// when fewer than most_at_once run. Never waits. Names of [A-Z0-9_]; what is not printable ASCII
  /// in values is the caller's to keep out. The error says why it will not be run: too many wait,
  /// it is too long, unknown, or the process has ended.
  [[nodiscard]] std::expected<void, std::string> give(const std::string& program,
                                                      const std::string& argument,
                                                      const std::vector<HookVariable>& variables);

  /// Readable when reports wait.
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  /// What programs said and how they ended that came since; does not block. Nothing
  /// of those that said nothing and ended with 0. Error: the process has ended, no program is run
  /// any more.
  [[nodiscard]] runtime::Result<std::vector<ErrandReport>> take_reports();

  [[nodiscard]] int pid() const { return pid_; }

 private:
  Errands() = default;
  std::vector<std::string> programs_;
  runtime::FileDescriptor socket_;
  int pid_ = -1;
};

}  // namespace lessor::host
