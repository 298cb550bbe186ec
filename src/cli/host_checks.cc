#include "cli/host_checks.h"

#include "host/errands.h"

#include <algorithm>

namespace lessor::cli {

std::vector<std::string> programs_of(const config::ServerConfig& config) {
  std::vector<std::string> programs;
  const auto add = [&](const std::string& program) {
    if (!program.empty() && std::ranges::count(programs, program) == 0) programs.push_back(program);
  };
  if (config.legal_log) {
    add(config.legal_log->prerotate);
    add(config.legal_log->postrotate);
  }
  if (config.run_script) add(config.run_script->program);
  return programs;
}

std::optional<std::string> find_unfit_program(const config::ServerConfig& config) {
  const auto account = runtime::choose_account(std::nullopt);
  if (!account) return runtime::to_string(account.error());
  const auto fit =
      host::check_programs({.programs = programs_of(config), .account = account->become});
  return fit ? std::nullopt : std::optional(runtime::to_string(fit.error()));
}

}  // namespace lessor::cli
