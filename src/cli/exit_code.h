#pragma once
// The exit codes of every subcommand.

namespace lessor::cli {

/// What a script may rely on.
enum class ExitCode : int {
  done = 0,
  failed = 1,
  usage = 2,      ///< the command line makes no sense, or names what does not exist yet
  no_answer = 3,  ///< nobody answered: no server runs where we asked
};

[[nodiscard]] constexpr int to_int(ExitCode code) { return static_cast<int>(code); }

}  // namespace lessor::cli
