#include "config/hooks.h"

#include "base/text.h"
#include "config/schema_check.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

constexpr std::string_view kPrefix = "libdhcp_";
constexpr std::string_view kSuffix = ".so";

constexpr std::string_view kCommandsOnly =
    "it only adds commands; change this file and reload instead";
constexpr std::string_view kBuiltIn = "its commands are built in";
constexpr std::string_view kDatabase =
    "it reaches a SQL database; what is to be kept there is refused where the file says so";
constexpr std::string_view kPeers = "high availability; serve from one place";
constexpr std::string_view kNames = "DNS updates";
constexpr std::string_view kAudit =
    "an account of leases, in files or to syslog; databases are refused; see \"Hooks\"";

constexpr std::array kHooks = std::to_array<Hook>({
    {"bootp", State::implemented, "BOOTP clients are answered; see \"Hooks\""},
    {"cb_cmds", State::no_effect, kCommandsOnly},
    {"class_cmds", State::implemented, kBuiltIn},
    {"ddns_tuning", State::not_yet, kNames},
    {"flex_id", State::implemented, "identifier-expression, replace-client-id; see \"Hooks\""},
    {"flex_option", State::implemented, "options and sub-options by expression; see \"Hooks\""},
    {"forensic_log", State::implemented, kAudit},
    {"gss_tsig", State::not_yet, kNames},
    {"ha", State::not_yet, kPeers},
    {"host_cache", State::no_effect, "it speeds up a database of reservations, and there is none"},
    {"host_cmds", State::implemented, kBuiltIn},
    {"lease_cmds", State::implemented, kBuiltIn},
    {"lease_query", State::implemented,
     "requesters, advanced; active leasequery and TLS are not there yet; see \"Lease queries\""},
    {"legal_log", State::implemented, kAudit},
    {"limits", State::implemented,
     "rate-limit and address-limit of client classes and subnets; see \"Limits\""},
    {"mysql", State::no_effect, kDatabase},
    {"mysql_cb", State::no_effect, kDatabase},
    {"perfmon", State::no_effect, "it only measures"},
    {"pgsql", State::no_effect, kDatabase},
    {"pgsql_cb", State::no_effect, kDatabase},
    {"ping_check", State::implemented,
     "an address is asked for before it is offered; see \"Ping check\""},
    {"radius", State::not_yet, "RADIUS"},
    {"rbac", State::not_yet, "roles at the control socket; its file rights decide who may connect"},
    {"run_script", State::implemented, "a program run at lease events; see \"Hooks\""},
    {"stat_cmds", State::implemented, kBuiltIn},
    {"subnet_cmds", State::implemented, kBuiltIn},
    {"user_chk", State::not_yet, "a list of users; give them reservations"},
});

/// "/usr/lib/kea/hooks/libdhcp_lease_cmds.so" -> "lease_cmds"
std::string_view name_of(std::string_view path) {
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
  } else if (hook->state == State::no_effect) {
    report.note(*library, "accepted without effect: " + std::string(hook->note));
  } else if (hook->state != State::implemented) {
    report.error(*library, "not implemented yet: " + std::string(hook->note));
  }
}

}  // namespace

std::span<const Hook> hooks() { return kHooks; }

void for_each_hook(const Node& global, std::string_view name,
                   const std::function<void(const Node& library)>& fn) {
  const auto list = global.find("hooks-libraries");
  if (!list) return;
  for (const Node& map : list->maps()) {
    const std::string* path = map.text("library");
    if (path != nullptr && name_of(*path) == name) fn(map);
  }
}

void check_parameters(const Node& parameters, std::span<const HookParameter> known,
                      Report& report) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Node node = parameters.child(i);
    if (node.key() == "comment" || node.key() == "user-context") continue;
    const auto found = std::ranges::find(known, node.key(), &HookParameter::name);
    if (found == known.end()) {
      std::vector<std::string_view> names;
      for (const HookParameter& each : known) names.push_back(each.name);
      report.error_at_key(node, "unknown parameter of this hook",
                          std::string(nearest(node.key(), names).value_or("")));
    } else if (!has_type(found->type, node.value())) {
      report.error(node, "expected " + std::string(to_string(found->type)) + ", found " +
                             std::string(name_type(node.value())));
    }
  }
}

std::optional<std::int64_t> read_bounded(const Node& parameters, std::string_view key,
                                         Bounds bounds, Report& report) {
  const auto value = parameters.integer(key);
  if (!value || (bounds.least <= *value && *value <= bounds.most)) return value;
  report.error(*parameters.find(key), std::to_string(*value) + " is out of bounds: from " +
                                          std::to_string(bounds.least) + " to " +
                                          std::to_string(bounds.most));
  return std::nullopt;
}

void read_context(const Node& scope, const HookContext& wanted, bool is_loaded, Report& report,
                  const std::function<void(const Node& map)>& fn) {
  const auto context = scope.find("user-context");
  const auto map = context ? context->find(wanted.key) : std::nullopt;
  if (!map) return;
  if (!is_loaded) {
    return report.note(*map, "without effect: the hook " + std::string(kPrefix) +
                                 std::string(wanted.hook) + std::string(kSuffix) +
                                 " is not loaded");
  }
  if (map->value().as_map() == nullptr) {
    return report.error(*map, "expected a map: " + std::string(wanted.example));
  }
  fn(*map);
}

void check_hooks(const Node& global, Report& report) {
  const auto list = global.find("hooks-libraries");
  if (!list) return;
  for (const Node& map : list->maps()) check_library(map, report);
}

}  // namespace lessor::config
