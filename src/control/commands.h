#pragma once
// The table of commands: what each is called, whether it writes, what does it. Must not know:
// sockets.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

#include <span>

namespace lessor::control {

/// Whether a command changes anything; what somebody may do.
enum class Access { read, write };
/// Whether a command's "arguments" must be there.
enum class Needs { nothing, arguments };

/// One row of the table. `arguments` is an empty map when the key was absent.
struct Command {
  std::string_view name;
  Access access;
  Needs needs;
  Answer (*handler)(Target& target, const Arguments& arguments);
  std::string_view summary;  ///< what it does, for docs/kea-compatibility.md
};

/// All commands, sorted by name.
[[nodiscard]] std::span<const Command> commands();

/// Reads one command, does it when it changes no more than `granted` allows, and gives the answer.
/// Never fails: trouble is an answer too.
[[nodiscard]] Answer execute(Target& target, std::string_view request, Access granted);

/// The same for the first JSON object in `text`, as it came from a client.
[[nodiscard]] Answer execute_one(Target& target, std::string_view text, Access granted);

}  // namespace lessor::control
