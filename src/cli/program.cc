#include "cli/program.h"

#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/demo.h"
#include "cli/leases.h"
#include "cli/serve.h"
#include "cli/version.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

namespace lessor::cli {
namespace {

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
    case Command::leases_repair:
      return run_leases(a.command, a.ask);
    case Command::status:
      return run_status(a.ask);
    case Command::demo:
      return static_cast<ExitCode>(run_demo(a.rest));
    case Command::version:
      return print_or_fail(std::string("lessor ") + kVersion + "\n");
  }
  return ExitCode::usage;
}

}  // namespace

int run_program(std::span<const char* const> words, const LogFactory& open_log) {
  // A reader that goes away (`lessor leases list | head`) is an error of write(), not a death.
  std::signal(SIGPIPE, SIG_IGN);
  const auto arguments = read_arguments(words);
  if (!arguments) {
    const Stop& stop = arguments.error();
    if (stop.code != ExitCode::done) std::fputs(stop.text.c_str(), stderr);
    return to_int(stop.code == ExitCode::done ? print_or_fail(stop.text) : stop.code);
  }
  try {
    return to_int(run(*arguments, open_log));
  } catch (const std::exception& e) {  // no memory, or a library's own
    complain(std::string("failed: ") + e.what());
    return to_int(ExitCode::failed);
  }
}

}  // namespace lessor::cli
