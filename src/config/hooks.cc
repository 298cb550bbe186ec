#include "config/hooks.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

struct Hook {
  std::string_view name;  ///< between "libdhcp_" and ".so"
  bool accepted = false;  ///< it changes nothing of what clients, peers or DNS get
  std::string_view note;
};

constexpr std::string_view kCommandsOnly =
    "it only adds commands; change this file and reload instead";
constexpr std::string_view kDatabase =
    "it reaches a SQL database; what is to be kept there is refused where the file says so";
constexpr std::string_view kPeers = "high availability; serve from one place";
constexpr std::string_view kIdentifier = "identifiers by expression; use hw-address or client-id";
constexpr std::string_view kNames = "DNS updates";
constexpr std::string_view kAudit = "a legal log; the log has one line for every lease event";

constexpr std::array kHooks = std::to_array<Hook>({
    {"bootp", false, "BOOTP; give its clients to another server"},
    {"cb_cmds", true, kCommandsOnly},
    {"class_cmds", true, kCommandsOnly},
    {"ddns_tuning", false, kNames},
    {"flex_id", false, kIdentifier},
    {"flex_option", false, "options by expression; use option-data"},
    {"forensic_log", false, kAudit},
    {"gss_tsig", false, kNames},
    {"ha", false, kPeers},
    {"host_cache", true, "it speeds up a database of reservations, and there is none"},
    {"host_cmds", true, kCommandsOnly},
    {"lease_cmds", true,
     "lease4-get, lease4-get-all and lease4-get-page are built in, and so is 'lessor leases'; its "
     "other commands are not there"},
    {"lease_query", false, "answering DHCPLEASEQUERY"},
    {"legal_log", false, kAudit},
    {"limits", false,
     "limits of client classes and subnets; Dhcp4.limits has those of clients, ports and relays"},
    {"mysql", true, kDatabase},
    {"mysql_cb", true, kDatabase},
    {"perfmon", true, "it only measures"},
    {"pgsql", true, kDatabase},
    {"pgsql_cb", true, kDatabase},
    {"ping_check", false, "asking by ICMP before an address is offered"},
    {"radius", false, "RADIUS"},
    {"rbac", false, "roles at the control socket; its file rights decide who may connect"},
    {"run_script", false, "running a program at lease events; watch the log instead"},
    {"stat_cmds", true, "'lessor status' and statistic-get-all tell what it would"},
    {"subnet_cmds", true, kCommandsOnly},
    {"user_chk", false, "a list of users; give them reservations"},
});

/// "/usr/lib/kea/hooks/libdhcp_lease_cmds.so" -> "lease_cmds"
std::string_view name_of(std::string_view path) {
  constexpr std::string_view kPrefix = "libdhcp_";
  constexpr std::string_view kSuffix = ".so";
  std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  if (name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
  return name;
}

void check_library(const Node& map, Report& report) {
  const auto library = map.find("library");
  if (!library) return report.error(map, "library is missing: write the file of the hook");
  const std::string* path = map.text("library");
  if (path == nullptr) return;
  const auto hook = std::ranges::find(kHooks, name_of(*path), &Hook::name);
  if (hook == kHooks.end()) {
    report.error(*library, "not implemented yet: hooks; nothing here stands for " + quote(*path));
  } else if (hook->accepted) {
    report.note(*library, "accepted without effect: " + std::string(hook->note));
  } else {
    report.error(*library, "not implemented yet: " + std::string(hook->note));
  }
}

}  // namespace

void check_hooks(const Node& global, Report& report) {
  const auto list = global.find("hooks-libraries");
  if (!list) return;
  for (const Node& map : list->maps()) check_library(map, report);
}

}  // namespace lessor::config
