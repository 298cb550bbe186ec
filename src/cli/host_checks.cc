#include "cli/host_checks.h"

#include "host/errands.h"
#include "runtime/own_files.h"

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

/// Which of the files has them is not known: of a configuration of several each may.
std::vector<config::Problem> find_open_passwords(const config::Loaded& loaded) {
  const bool has_one = std::ranges::any_of(loaded.http_sockets, [](const auto& socket) {
    return std::ranges::any_of(socket.users,
                               [](const auto& user) { return !user.password.empty(); });
  });
  std::vector<config::Problem> notes;
  if (!has_one) return notes;
  for (const std::string& file : loaded.files) {
    const std::string wide = runtime::find_wide_mode(file);
    if (wide.empty()) continue;
    notes.push_back({.file = file,
                     .path = "Dhcp4.control-sockets",
                     .message = "a password is in the configuration, and " + wide +
                                ": chmod 0640 it, or name a password-file",
                     .hint = {}});
  }
  return notes;
}

std::optional<std::string> find_unfit_program(const config::ServerConfig& config) {
  const auto account = runtime::choose_account(std::nullopt);
  if (!account) return runtime::to_string(account.error());
  const auto fit =
      host::check_programs({.programs = programs_of(config), .account = account->become});
  return fit ? std::nullopt : std::optional(runtime::to_string(fit.error()));
}

}  // namespace lessor::cli
