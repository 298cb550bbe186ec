#pragma once
// Kea's commands that this server does not have, and why: for the answer to them, and for
// docs/kea-compatibility.md. Must not know: those that it has.

#include "config/schema.h"

#include <span>
#include <string_view>

namespace lessor::control {

/// Commands that begin with `prefix` (be it a whole name).
struct LackingCommands {
  std::string_view prefix;
  config::State state = config::State::not_yet;
  std::string_view note;  ///< what they would do or why they are not here, and what to do instead
};

/// All rows; of two that fit a name the longer prefix counts.
[[nodiscard]] std::span<const LackingCommands> lacking_commands();

/// The row of a command; nullptr when it is none of Kea's that we know of.
[[nodiscard]] const LackingCommands* find_lacking(std::string_view name);

}  // namespace lessor::control
