#include "config/load.h"

#include "base/hash.h"
#include "config/flex_id.h"
#include "config/flex_options.h"
#include "config/holder_limits.h"
#include "config/hooks.h"
#include "config/json_reader.h"
#include "config/lease_queries.h"
#include "config/legal_log.h"
#include "config/node.h"
#include "config/option_data.h"
#include "config/parameters.h"
#include "config/ping_check.h"
#include "config/reservations.h"
#include "config/run_script.h"
#include "config/schema_check.h"
#include "config/services.h"
#include "config/subnets.h"

#include <algorithm>
#include <bitset>
#include <filesystem>
#include <utility>

namespace lessor::config {
namespace {

bool is_compatible(const Node& global, std::string_view key) {
  const auto compatibility = global.find("compatibility");
  return compatibility && compatibility->boolean(key).value_or(false);
}

/// Of which types some reservation is.
std::bitset<kIdentifierTypes> find_used_types(const ServerConfig& config) {
  std::bitset<kIdentifierTypes> used;
  const auto note = [&used](const std::vector<Reservation>& all) {
    for (const Reservation& each : all) used.set(static_cast<std::size_t>(each.identifier_type));
  };
  note(config.reservations);
  for (const Subnet& subnet : config.subnets) note(subnet.reservations);
  return used;
}

/// A reservation by an identifier that is never looked up would be silently ignored.
void note_unused_identifiers(const Node& global, const ServerConfig& config, Report& report) {
  const auto used = find_used_types(config);
  const auto order = global.find("host-reservation-identifiers");
  const Node& place = order ? *order : global;
  for (std::size_t i = 0; i < kIdentifierTypes; ++i) {
    const auto type = static_cast<IdentifierType>(i);
    if (!used[i]) continue;
    const std::string these = "the reservations by " + std::string(name_of(type));
    if (std::ranges::find(config.identifier_order, type) == config.identifier_order.end()) {
      report.note(place, these + " are never looked up: it is not in " +
                             (order ? "this list" : "host-reservation-identifiers"));
    } else if (type == IdentifierType::flex_id && !config.flex_id) {
      report.note(place, these + " are never looked up: the hook libdhcp_flex_id.so is missing");
    }
  }
}

/// Global reservations count in subnets that say so.
void note_unused_global(const Node& global, const ServerConfig& config, Report& report) {
  const auto list = global.find("reservations");
  if (!list || config.reservations.empty() || config.early_global_lookup) return;
  const bool used = std::ranges::any_of(config.subnets, &Subnet::reservations_global);
  if (!used) report.note(*list, "never looked up: set reservations-global to true");
}

/// Reads what clients are known by, and the reservations that are not of one subnet.
void read_hosts(const Node& global, ServerConfig& config, ClassNames& classes, Report& report) {
  config.identifier_order = read_identifier_order(global, report);
  config.early_global_lookup = global.boolean("early-global-reservations-lookup").value_or(false);
  config.flex_id = read_flex_id(global, classes, report);
  for_each_hook(global, "bootp", [&](const Node&) { config.answers_bootp = true; });
  if (config.early_global_lookup || config.flex_id || config.answers_bootp) classes.require();
  const bool unique = global.boolean("ip-reservations-unique").value_or(true);
  config.reservations = read_reservations(global, {std::nullopt, unique}, classes, report);
}

std::vector<net::Ip4> addresses_of(const std::vector<Reservation>& reservations) {
  std::vector<net::Ip4> addresses;
  for (const Reservation& each : reservations) {
    if (each.address) addresses.push_back(*each.address);
  }
  std::ranges::sort(addresses);
  return addresses;
}

/// A subnet or network that names an interface which the list leaves out is served to relayed
/// clients only.
void note_unserved_interface(const Node& scope, const InterfacePolicy& policy, Report& report) {
  const std::string* name = scope.text("interface");
  if (name == nullptr || name->empty()) return;
  const auto& listed = policy.listed;
  if (std::ranges::find(listed, *name, &InterfacePolicy::Listed::name) != listed.end()) return;
  report.note_of(*scope.find("interface"), "", quote(*name),
                 " is not in interfaces-config: no client on it is served");
}

void note_unserved_interfaces(const Node& global, const ServerConfig& config, Report& report) {
  const InterfacePolicy& policy = config.interfaces;
  if (policy.mode != InterfacePolicy::Mode::listed || policy.listed.empty()) return;
  const auto note_subnets = [&](const Node& scope) {
    const auto subnets = scope.find("subnet4");
    if (!subnets) return;
    for (const Node& subnet : subnets->maps()) note_unserved_interface(subnet, policy, report);
  };
  note_subnets(global);
  const auto networks = global.find("shared-networks");
  if (!networks) return;
  for (const Node& network : networks->maps()) {
    note_unserved_interface(network, policy, report);
    note_subnets(network);
  }
}

/// Client classes are compared as they are written: what programs make of a packet cannot be.
std::uint64_t class_print(const Node& global) {
  std::string text;
  for (const std::string_view key : {"client-classes", "option-def"}) {
    if (const auto node = global.find(key)) text += to_json(node->value());
  }
  for_each_hook(global, "flex_option",
                [&](const Node& library) { text += to_json(library.value()); });
  return quick_hash(as_bytes(text));
}

/// force-renew and force-renew-rate.
void read_force_renew(const Node& global, ServerConfig& config, Report& report) {
  const std::string* word = global.text("force-renew");
  if (word != nullptr && *word == "on-request") config.force_renew = ForceRenew::on_request;
  if (word != nullptr && *word == "automatic") config.force_renew = ForceRenew::automatic;
  const auto rate = global.integer("force-renew-rate");
  if (rate) config.force_renew_rate = static_cast<std::uint32_t>(*rate);
  if (rate && *rate != 100 && config.force_renew == ForceRenew::off) {
    report.note(*global.find("force-renew-rate"), "without effect: force-renew is off");
  }
}

ServerConfig read_global(const Node& global, const Environment& host,
                         std::vector<ControlSocket> sockets, Report& report) {
  ServerConfig config;
  Parameters parameters = read_parameters(global, {}, report);
  parameters.ping_check = read_ping_hook(global, report);
  config.lifetimes = parameters.lifetimes.resolved();
  config.timers = parameters.timers;
  config.boot = parameters.boot;
  config.authoritative = parameters.authoritative;
  config.echo_client_id = global.boolean("echo-client-id").value_or(config.echo_client_id);
  if (const auto seconds = global.integer("decline-probation-period")) {
    config.decline_probation_period = Duration::seconds(*seconds);
  }
  config.stash_agent_options = global.boolean("stash-agent-options").value_or(false);
  config.ignore_server_identifier = is_compatible(global, "ignore-dhcp-server-identifier");
  config.ignore_link_selection = is_compatible(global, "ignore-rai-link-selection");
  OptionDefs definitions;
  definitions.read(global, false, report);
  ClassNames classes(definitions);
  config.options = read_option_data(global, definitions, classes, report);
  config.interfaces = read_interfaces(global, report);
  config.lease_database = read_lease_database(global, report);
  config.control_sockets = std::move(sockets);
  config.loggers = read_loggers(global, report);
  config.other_servers = read_other_servers(global, report);
  config.message_rates = read_message_rates(global, report);
  check_hooks(global, report);
  config.lease_queries = read_lease_queries(global, report);
  classes.read_definitions(global, report);
  read_hosts(global, config, classes, report);
  const Surroundings around{
      .classes = &classes,
      .parameters = parameters,
      .options = &config.options,
      .exclude_first_last_24 = is_compatible(global, "exclude-first-last-24"),
      .unique_reserved_addresses = global.boolean("ip-reservations-unique").value_or(true),
      .globally_reserved = addresses_of(config.reservations),
      .host = &host};
  Links links = read_links(global, around, report);
  config.networks = std::move(links.networks);
  config.subnets = std::move(links.subnets);
  config.flex_options = read_flex_options(global, classes, report);
  config.legal_log = read_legal_log(global, classes, report);
  config.run_script = read_run_script(global, report);
  config.class_print = class_print(global);
  read_force_renew(global, config, report);
  config.ipv6_only = classes.have_ipv6_only();
  classes.note_unasked_vendor_options(global, report);
  classes.note_withheld_options(global, report);
  config.vendor_options = classes.have_vendor_options();
  config.classes = classes.take(global, report);
  note_unused_identifiers(global, config, report);
  note_unused_global(global, config, report);
  note_unserved_interfaces(global, config, report);
  return config;
}

/// A server that has shut itself out of all other places would hear "Permission denied" and no
/// more.
std::expected<std::string, std::string> read_allowed(const std::string& file,
                                                     const Environment& host) {
  if (host.readable.empty()) return read_disk_file(file);
  std::error_code failed;
  const std::string real = std::filesystem::weakly_canonical(file, failed);
  const bool allowed = std::ranges::any_of(host.readable, [&](const std::string& place) {
    std::error_code unresolved;
    return is_within(real, std::filesystem::weakly_canonical(place, unresolved));
  });
  if (allowed) return read_disk_file(file);
  return std::unexpected(
      "it lies outside of what the server kept the right to read when it started: that takes a "
      "restart");
}

std::expected<Loaded, std::vector<Problem>> load(std::string text, std::string file_name,
                                                 const Environment& host,
                                                 const ReadFile& read_file) {
  std::string source = file_name;
  auto document = read_document(std::move(text), std::move(file_name), read_file);
  if (!document) return std::unexpected(std::move(document.error()));
  Report report(document->sources);
  const Node root(document->root);
  check_schema(root, report);
  Loaded loaded;
  const auto global = root.find("Dhcp4");
  if (global && global->value().as_map() != nullptr) {
    ControlSockets sockets = read_control_sockets(*global, report);
    loaded.config = read_global(*global, host, std::move(sockets.local), report);
    loaded.http_sockets = std::move(sockets.http);
  } else if (!global && document->root.as_map() != nullptr) {
    report.error(root, "Dhcp4 is missing: write {\"Dhcp4\": {\"subnet4\": [...]}}");
  }
  if (report.has_errors()) return std::unexpected(report.take_errors());
  loaded.config.source = std::move(source);
  loaded.config.text = to_json(document->root);
  loaded.config.build_indexes();
  for (std::uint32_t file = 0; file < document->sources.count(); ++file) {
    loaded.files.push_back(document->sources.name(file));
  }
  loaded.notes = report.take_notes();
  return loaded;
}

}  // namespace

std::expected<Loaded, std::vector<Problem>> load_text(std::string_view text, std::string file_name,
                                                      const Environment& host) {
  const ReadFile refuse = [](const std::string&) -> std::expected<std::string, std::string> {
    return std::unexpected("only files may include files");
  };
  return load(std::string(text), std::move(file_name), host, refuse);
}

std::expected<Loaded, std::vector<Problem>> load_file(const std::string& path,
                                                      const Environment& host) {
  const ReadFile read = [&host](const std::string& file) { return read_allowed(file, host); };
  auto text = read(path);
  if (!text) {
    return std::unexpected(std::vector<Problem>{
        {path, 0, 0, "", "cannot read the configuration: " + text.error(), ""}});
  }
  return load(std::move(*text), path, host, read);
}

bool is_within(const std::string& path, const std::string& place) {
  if (!path.starts_with(place)) return false;
  return path.size() == place.size() || place.ends_with('/') || path[place.size()] == '/';
}

}  // namespace lessor::config
