#include "control/commands.h"

#include "base/text.h"
#include "control/kea_commands.h"
#include "control/lease_commands.h"

#include <algorithm>
#include <array>

namespace lessor::control {
namespace {

Answer failed(Trouble trouble) { return {Result::error, std::move(trouble), {}}; }

Answer list_commands(Target&, const std::string&) {
  std::string names;
  for (const Command& command : commands()) {
    names.append(names.empty() ? "" : ", ").append(quote(command.name));
  }
  return {Result::ok, {}, "[" + names + "]"};
}

Answer version_get(Target& target, const std::string&) {
  const auto status = target.status();
  if (!status) return failed(status.error());
  return {Result::ok, status->version,
          R"({"extended": )" + quote("lessor " + status->version) + "}"};
}

Answer status_get(Target& target, const std::string&) {
  const auto status = target.status();
  if (!status) return failed(status.error());
  return {Result::ok, {}, to_json(*status)};
}

Answer statistic_get_all(Target& target, const std::string&) {
  const auto statistics = target.statistics();
  if (!statistics) return failed(statistics.error());
  return {Result::ok, {}, to_json(*statistics, target.wall_time())};
}

Answer config_get(Target& target, const std::string&) {
  return {Result::ok, {}, target.config_json()};
}

Answer config_test(Target& target, const std::string& arguments) {
  auto tested = target.test_config(arguments);
  if (!tested) return failed(std::move(tested.error()));
  return {Result::ok, std::move(*tested), {}};
}

Answer config_reload(Target& target, const std::string&) {
  auto reloaded = target.reload();
  if (!reloaded) return failed(std::move(reloaded.error()));
  return {Result::ok, std::move(*reloaded), {}};
}

Answer leases_reclaim(Target& target, const std::string&) {
  const auto count = target.reclaim();
  if (!count) return failed(count.error());
  return {Result::ok,
          "Reclamation of expired leases is complete: " + std::to_string(*count) + " leases.",
          {}};
}

Answer shutdown(Target& target, const std::string& arguments) {
  const auto code = read_exit_value(arguments);
  if (!code) return failed(code.error());
  target.shutdown(*code);
  return {Result::ok, "Shutting down.", {}};
}

constexpr std::array kCommands = {
    Command{"config-get", Access::read, Needs::nothing, config_get,
            "the configuration in force as JSON, comments left out, `user-context` kept"},
    Command{"config-reload", Access::write, Needs::nothing, config_reload,
            "reads the file again; when it has an error nothing changes"},
    Command{"config-test", Access::read, Needs::arguments, config_test,
            "checks a configuration and changes nothing"},
    Command{"lease4-get", Access::read, Needs::arguments, lease4_get, "the lease of `ip-address`"},
    Command{"lease4-get-all", Access::read, Needs::nothing, lease4_get_all,
            "all leases, or those of `subnets`; at most 200,000"},
    Command{"lease4-get-page", Access::read, Needs::arguments, lease4_get_page,
            "`limit` leases above `from`"},
    Command{"leases-reclaim", Access::write, Needs::nothing, leases_reclaim,
            "works off what has expired; `remove` has no effect"},
    Command{"lessor-clear-declined", Access::write, Needs::nothing, clear_declined,
            "ends the time out of use of declined addresses, or of `ip-address`"},
    Command{"lessor-lease-release", Access::write, Needs::arguments, lease_release,
            "ends the lease of `ip-address`"},
    Command{"lessor-lease-walk", Access::read, Needs::arguments, lease_walk,
            "some leases from `cursor` on, in no order: for large tables"},
    Command{"lessor-status", Access::read, Needs::nothing, status_get, "as status-get"},
    Command{"list-commands", Access::read, Needs::nothing, list_commands,
            "the names of all commands"},
    Command{"shutdown", Access::write, Needs::nothing, shutdown,
            "stops the server, with `exit-value`"},
    Command{"statistic-get-all", Access::read, Needs::nothing, statistic_get_all,
            "all statistics, their present values"},
    Command{"status-get", Access::read, Needs::nothing, status_get,
            "Kea's keys, and interfaces, pools, counters, flushes and reloads"},
    Command{"version-get", Access::read, Needs::nothing, version_get, "the version"},
};
static_assert(std::ranges::is_sorted(kCommands, {}, &Command::name));

Answer unknown(const std::string& name) {
  std::array<std::string_view, kCommands.size()> names;
  std::ranges::transform(kCommands, names.begin(), &Command::name);
  std::string text = "'" + sanitise(as_bytes(name), 64) + "' command not supported.";
  if (const LackingCommands* lacking = find_lacking(name)) {
    text += " " + std::string(config::to_string(lacking->state)) + ": " +
            std::string(lacking->note) + ".";
  }
  if (const auto near = nearest(name, names)) text.append(" Did you mean '").append(*near) += "'?";
  return {Result::unsupported, std::move(text), {}};
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

Answer execute(Target& target, std::string_view text, Access granted) {
  const auto request = read_request(text);
  if (!request) return failed(request.error());
  const auto found = std::ranges::find(kCommands, request->command, &Command::name);
  if (found == kCommands.end()) return unknown(request->command);
  if (found->access == Access::write && granted != Access::write) {
    return failed("'" + request->command + "' changes the server: ask as root, or as its own user");
  }
  if (found->needs == Needs::arguments && request->arguments.empty()) {
    return failed("'" + request->command + "' needs \"arguments\"");
  }
  return found->handler(target, request->arguments.empty() ? "{}" : request->arguments);
}

}  // namespace lessor::control
