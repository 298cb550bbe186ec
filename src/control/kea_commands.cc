#include "control/kea_commands.h"

#include <array>

namespace lessor::control {
namespace {

using enum config::State;

constexpr std::string_view kIpv6 = "DHCPv6";
constexpr std::string_view kSharedQueue =
    "the allocator shared-flq, which keeps its queue in a SQL database; flq needs no command";

constexpr std::array kLacking = std::to_array<LackingCommands>({
    {"cache-", refused, "it works on a cache before a SQL database; reservations are in memory"},
    {"config-backend-pull", refused, "configurations in a SQL database; use config-reload"},
    {"extended-info4-upgrade", refused, "it upgrades Kea's stored leases; there are none here"},
    {"extended-info6-upgrade", refused, kIpv6},
    {"gss-tsig-", refused, "DNS updates, by another server"},
    {"ha-", not_yet, "high availability; serve from one place"},
    {"interface-add", not_yet, "serving one more interface; interfaces-config and config-reload"},
    {"interface-redetect", refused, "interfaces are followed as they come and go"},
    {"kea-lfc-start", refused, "it cleans Kea's lease file; the lease store folds itself"},
    {"lease4-resend-ddns", refused, "DNS updates"},
    {"lease6-", not_yet, kIpv6},
    {"network6-", not_yet, kIpv6},
    {"perfmon-", refused, "it steers what Kea measures; 'lessor status' tells what we count"},
    {"remote-", refused, "configurations in a SQL database; write the file and config-reload"},
    {"sflq-pool4-", refused, kSharedQueue},
    {"sflq-pool6-", refused, kIpv6},
    {"stat-lease6-get", not_yet, kIpv6},
    {"statistic-sample-", refused, "only the present value of each statistic is kept"},
    {"subnet4o6-select-test", not_yet, "DHCPv4 over DHCPv6"},
    {"subnet6-", not_yet, kIpv6},
});

}  // namespace

std::span<const LackingCommands> lacking_commands() { return kLacking; }

const LackingCommands* find_lacking(std::string_view name) {
  const LackingCommands* found = nullptr;
  for (const LackingCommands& row : kLacking) {
    const bool fits = name.starts_with(row.prefix);
    if (fits && (found == nullptr || row.prefix.size() > found->prefix.size())) found = &row;
  }
  return found;
}

}  // namespace lessor::control
