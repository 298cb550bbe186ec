#pragma once
// The packet workbench's commands, each in a file of its own. `words` are those after the command's
// name; the exit code is the program's.

#include "cli/exit_code.h"

#include <span>

namespace lessor::cli {

/// `lessor craft TYPE ...`: a packet from words.
[[nodiscard]] ExitCode run_craft(std::span<const char* const> words);
/// `lessor fields LAYER`: a layer's fields.
[[nodiscard]] ExitCode run_fields(std::span<const char* const> words);
/// `lessor send -i IF TYPE ...`: crafted packets on an interface, and what comes back.
[[nodiscard]] ExitCode run_send(std::span<const char* const> words);
/// `lessor run FILE -i IF`: a file of packets and expectations.
[[nodiscard]] ExitCode run_file(std::span<const char* const> words);
/// `lessor watch IF`: live.
[[nodiscard]] ExitCode run_watch(std::span<const char* const> words);
/// `lessor show FILE`: from files.
[[nodiscard]] ExitCode run_show(std::span<const char* const> words);
/// `lessor options OPTION`: the option table.
[[nodiscard]] ExitCode run_options(std::span<const char* const> words);
/// `lessor completion SHELL`: the script that a shell loads.
[[nodiscard]] ExitCode run_completion(std::span<const char* const> words);

}  // namespace lessor::cli
