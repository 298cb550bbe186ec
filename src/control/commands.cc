#include "control/commands.h"

#include "base/text.h"
#include "control/class_commands.h"
#include "control/kea_commands.h"
#include "control/lease_changes.h"
#include "control/lease_commands.h"
#include "control/network_commands.h"
#include "control/object_scan.h"
#include "control/reservation_commands.h"
#include "control/secrets.h"
#include "control/server_commands.h"
#include "control/statistic_commands.h"
#include "control/subnet_commands.h"

#include <algorithm>
#include <array>

namespace lessor::control {
namespace {

Answer failed(Trouble trouble) { return {Result::error, std::move(trouble), {}}; }

Answer list_commands(Target&, const Arguments&) {
  std::string names;
  for (const Command& command : commands()) {
    names.append(names.empty() ? "" : ", ").append(quote(command.name));
  }
  return {Result::ok, {}, "[" + names + "]"};
}

constexpr Access kRead = Access::read;
constexpr Access kWrite = Access::write;
constexpr Needs kAlone = Needs::nothing;
constexpr Needs kTold = Needs::arguments;

constexpr std::array kCommands = {
    Command{"build-report", kRead, kAlone, build_report, "which program this is"},
    Command{"class-add", kWrite, kTold, class_add, "adds a class, evaluated last"},
    Command{"class-del", kWrite, kTold, class_del, "removes the class `name`"},
    Command{"class-get", kRead, kTold, class_get, "the class `name`"},
    Command{"class-list", kRead, kAlone, class_list, "the names of all classes"},
    Command{"class-update", kWrite, kTold, class_update, "replaces the class of this name"},
    Command{"config-get", kRead, kAlone, config_get,
            "the configuration in force as JSON, comments left out, `user-context` kept"},
    Command{"config-hash-get", kRead, kAlone, config_hash_get,
            "SHA-256 of what config-get answers"},
    Command{"config-reload", kWrite, kAlone, config_reload,
            "reads the file again; when it has an error nothing changes"},
    Command{"config-set", kWrite, kTold, config_set,
            "takes this configuration instead of the running one; the file stays as it is"},
    Command{"config-test", kRead, kTold, config_test, "checks a configuration and changes nothing"},
    Command{"config-write", kWrite, kAlone, config_write,
            "writes the configuration in force to the file that the server was started with, or to "
            "`filename` beside it, whole or not at all"},
    Command{"dhcp-disable", kWrite, kAlone, dhcp_disable,
            "answers nobody for `max-period` seconds, or until dhcp-enable of the same `origin`"},
    Command{"dhcp-enable", kWrite, kAlone, dhcp_enable, "ends what dhcp-disable began"},
    Command{"interface-list", kRead, kAlone, interface_list,
            "the host's interfaces, and which are served"},
    Command{"lease4-add", kWrite, kTold, lease4_add,
            "records a lease; `fqdn-fwd` and `fqdn-rev` are refused"},
    Command{"lease4-del", kWrite, kTold, lease4_del, "forgets a lease"},
    Command{"lease4-get", kRead, kTold, lease4_get,
            "the lease of `ip-address`, or of an identifier in a subnet"},
    Command{"lease4-get-all", kRead, kAlone, lease4_get_all,
            "all leases, or those of `subnets`; at most 200,000"},
    Command{"lease4-get-by-client-id", kRead, kTold, lease4_get_by_client_id,
            "the leases of a client identifier"},
    Command{"lease4-get-by-hostname", kRead, kTold, lease4_get_by_hostname,
            "the leases of a host name, upper and lower case alike"},
    Command{"lease4-get-by-hw-address", kRead, kTold, lease4_get_by_hw_address,
            "the leases of a hardware address"},
    Command{"lease4-get-by-state", kRead, kTold, lease4_get_by_state,
            "the leases that are valid (0), declined (1), expired (2) or released (3)"},
    Command{"lease4-get-page", kRead, kTold, lease4_get_page, "`limit` leases above `from`"},
    Command{"lease4-update", kWrite, kTold, lease4_update,
            "records a lease in place of the one that is there, or with `force-create` of none"},
    Command{"lease4-wipe", kWrite, kAlone, lease4_wipe, "forgets all leases of one or all subnets"},
    Command{"lease4-write", kWrite, kTold, lease4_write,
            "writes all leases in Kea's form to a file in the lease folder"},
    Command{"leases-reclaim", kWrite, kAlone, leases_reclaim,
            "works off what has expired; `remove` has no effect"},
    Command{"lessor-clear-declined", kWrite, kAlone, clear_declined,
            "ends the time out of use of declined addresses, or of `ip-address`"},
    Command{"lessor-force-renew", kWrite, kAlone, force_renew,
            "asks the client of `ip-address` or of an identifier, those of `subnet-id`, or all, to "
            "renew now"},
    Command{"lessor-lease-release", kWrite, kTold, lease_release, "ends the lease of `ip-address`"},
    Command{"lessor-lease-walk", kRead, kTold, lease_walk,
            "some leases from `cursor` on, in no order: for large tables"},
    Command{"lessor-status", kRead, kAlone, status_get, "as status-get"},
    Command{"list-commands", kRead, kAlone, list_commands, "the names of all commands"},
    Command{"network4-add", kWrite, kTold, network4_add, "adds a shared network"},
    Command{"network4-del", kWrite, kTold, network4_del,
            "removes the shared network `name`; its subnets stand alone, or go with it "
            "(`subnets-action`)"},
    Command{"network4-get", kRead, kTold, network4_get, "the shared network `name`"},
    Command{"network4-list", kRead, kAlone, network4_list, "the names of all shared networks"},
    Command{"network4-subnet-add", kWrite, kTold, network4_subnet_add,
            "moves the subnet `id` into the shared network `name`"},
    Command{"network4-subnet-del", kWrite, kTold, network4_subnet_del, "moves it out again"},
    Command{"reservation-add", kWrite, kTold, reservation_add, "adds a reservation"},
    Command{"reservation-del", kWrite, kTold, reservation_del, "removes a reservation"},
    Command{"reservation-get", kRead, kTold, reservation_get,
            "the reservation of an address or identifier in `subnet-id`"},
    Command{"reservation-get-all", kRead, kTold, reservation_get_all,
            "all reservations of `subnet-id` (0: the global ones)"},
    Command{"reservation-get-by-address", kRead, kTold, reservation_get_by_address,
            "the reservations of an address"},
    Command{"reservation-get-by-hostname", kRead, kTold, reservation_get_by_hostname,
            "the reservations of a host name"},
    Command{"reservation-get-by-id", kRead, kTold, reservation_get_by_id,
            "the reservations of an identifier, in all subnets"},
    Command{"reservation-get-page", kRead, kTold, reservation_get_page,
            "`limit` reservations from the place `from` on"},
    Command{"reservation-update", kWrite, kTold, reservation_update,
            "replaces the reservation of this identifier"},
    Command{"server-tag-get", kRead, kAlone, server_tag_get, "`server-tag` of the configuration"},
    Command{"shutdown", kWrite, kAlone, shutdown, "stops the server, with `exit-value`"},
    Command{"stat-lease4-get", kRead, kAlone, stat_lease4_get, "how full each subnet is"},
    Command{"statistic-get", kRead, kTold, statistic_get, "the present value of the one `name`"},
    Command{"statistic-get-all", kRead, kAlone, statistic_get_all,
            "all statistics, their present values"},
    Command{"statistic-global-get-all", kRead, kAlone, statistic_global_get_all,
            "those that are not a subnet's"},
    Command{"statistic-remove", kWrite, kTold, statistic_remove,
            "hides one until it changes again, which then counts from 0"},
    Command{"statistic-remove-all", kWrite, kAlone, statistic_remove_all, "hides all likewise"},
    Command{"statistic-reset", kWrite, kTold, statistic_reset,
            "one counts from 0 again; what says how things are (addresses in use) stays"},
    Command{"statistic-reset-all", kWrite, kAlone, statistic_reset_all, "all count from 0 again"},
    Command{"status-get", kRead, kAlone, status_get,
            "Kea's keys, and interfaces, pools, counters, flushes and reloads"},
    Command{"subnet4-add", kWrite, kTold, subnet4_add, "adds a subnet"},
    Command{"subnet4-del", kWrite, kTold, subnet4_del, "removes the subnet `id`; its leases stay"},
    Command{"subnet4-delta-add", kWrite, kTold, subnet4_delta_add,
            "sets some keys of a subnet; of pools and options the ones named"},
    Command{"subnet4-delta-del", kWrite, kTold, subnet4_delta_del,
            "takes some keys of a subnet away; of pools and options the ones named"},
    Command{"subnet4-get", kRead, kTold, subnet4_get, "the subnet `id` or `subnet`, as configured"},
    Command{"subnet4-list", kRead, kAlone, subnet4_list, "ids and prefixes of all subnets"},
    Command{"subnet4-select-test", kRead, kTold, subnet4_select_test,
            "which subnet a client would be on, and by which rule"},
    Command{"subnet4-update", kWrite, kTold, subnet4_update, "replaces the subnet of this id"},
    Command{"version-get", kRead, kAlone, version_get, "the version"},
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
  const auto arguments =
      Arguments::read(request->arguments.empty() ? "{}" : request->arguments, request->command);
  if (!arguments) return failed(arguments.error());
  Answer answer = found->handler(target, *arguments);
  if (granted == Access::read && found->handler == config_get) {
    answer.arguments = hide_passwords(answer.arguments);
  }
  return answer;
}

Answer execute_one(Target& target, std::string_view text, Access granted) {
  const ObjectScan scan = scan_object(text);
  if (scan.state == ObjectScan::State::complete) {
    return execute(target, text.substr(0, scan.end), granted);
  }
  return failed(scan.state == ObjectScan::State::refused ? std::string(scan.error)
                                                         : "the command is not whole");
}

}  // namespace lessor::control
