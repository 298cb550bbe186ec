#include "cli/program.h"

#include "cli/arguments.h"
#include "cli/bench/commands.h"
#include "cli/client/commands.h"
#include "cli/console.h"
#include "cli/demo.h"
#include "cli/leases.h"
#include "cli/relay/commands.h"
#include "cli/serve.h"
#include "cli/version.h"
#include "cli/workbench/commands.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace lessor::cli {
namespace {

using Words = std::span<const char* const>;

/// The commands that read their words themselves.
struct OwnWords {
  std::string_view name;
  ExitCode (*run)(Words words);
};
constexpr OwnWords kOwnWords[] = {
    {"demo", [](Words words) { return static_cast<ExitCode>(run_demo(words)); }},
    {"client", run_client},
    {"craft", run_craft},
    {"send", run_send},
    {"run", run_file},
    {"watch", run_watch},
    {"show", run_show},
    {"options", run_options},
    {"fields", run_fields},
    {"completion", run_completion},
    {"relay", run_relay},
    {"bench", run_bench},
};

ExitCode run_by_name(std::string_view name, Words words) {
  const auto* const found = std::ranges::find(kOwnWords, name, &OwnWords::name);
  return found == std::end(kOwnWords) ? ExitCode::usage : found->run(words);
}

ExitCode run(const Arguments& a, const LogFactory& open_log) {
  switch (a.command) {
    case Command::serve:
      return run_serve(a.serve, open_log);
    case Command::check:
      return run_check(a.check_file);
    case Command::leases_list:
    case Command::leases_get:
    case Command::leases_export:
    case Command::leases_release:
    case Command::leases_clear_declined:
    case Command::leases_renew:
    case Command::leases_repair:
      return run_leases(a.command, a.ask);
    case Command::status:
      return run_status(a.ask);
    case Command::version:
      return print_or_fail(std::string("lessor ") + kVersion + "\n");
    case Command::by_name:
      return run_by_name(a.name, a.rest);
  }
  return ExitCode::usage;
}

/// Who starts us may have closed standard input, output or error. The next file or socket would
/// take that place, and what we print would go into it: into a store's log, or onto the wire.
void fill_standard_places() {
  int fd = 0;
  while (fd >= STDIN_FILENO && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR);
  if (fd > STDERR_FILENO) ::close(fd);
}

}  // namespace

int run_program(std::span<const char* const> words, const LogFactory& open_log) {
  fill_standard_places();
  // A reader that goes away (`lessor leases list | head`) is an error of write(), not a death.
  std::signal(SIGPIPE, SIG_IGN);
  const auto arguments = read_arguments(words);
  if (!arguments) return to_int(print_stop(arguments.error()));
  try {
    return to_int(run(*arguments, open_log));
  } catch (const std::exception& e) {  // no memory, or a library's own
    complain(std::string("failed: ") + e.what());
    return to_int(ExitCode::failed);
  }
}

}  // namespace lessor::cli
