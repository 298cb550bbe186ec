#include "config/describe.h"

#include "base/text.h"
#include "config/holder_limits.h"
#include "config/reservations.h"
#include "wire/v4/option_text.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

/// Reservations told one by one; a subnet with more shows their number.
constexpr std::size_t kMaxShownReservations = 5;
/// Excluded addresses told one by one.
constexpr std::size_t kMaxShownExcluded = 6;
/// What a long option or name is cut at: one line stays one line.
constexpr std::size_t kMaxShownValue = 160;

/// One line of printable characters, in which backslashes are what they are in the file.
std::string as_written(std::string_view value) {
  std::string text;
  for (const char c : value.substr(0, kMaxShownValue)) {
    text += c == '\\' ? std::string(1, c) : sanitise(as_bytes(std::string_view(&c, 1)));
  }
  return value.size() > kMaxShownValue ? text + "..." : text;
}

/// Lines of "label value", indented, the labels in one column.
class Lines {
 public:
  void title(std::string_view text) { out_ += std::string(text) + "\n"; }
  void add(std::string_view label, std::string_view value) {
    constexpr std::size_t kColumn = 14;
    std::string line = "  " + std::string(label);
    line.resize(std::max(line.size() + 1, kColumn + 2), ' ');
    out_ += line + as_written(value) + "\n";
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string count(std::uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string join(const std::vector<std::string>& parts, std::string_view separator = ", ") {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : std::string(separator)) + part;
  return text;
}

std::string describe_interfaces(const InterfacePolicy& policy) {
  std::vector<std::string> names;
  for (const InterfacePolicy::Listed& listed : policy.listed) {
    names.push_back(listed.name +
                    (listed.address ? " (with " + to_string(*listed.address) + ")" : ""));
  }
  std::string text;
  switch (policy.mode) {
    case InterfacePolicy::Mode::by_subnet:
      text = "each that has an address in one of the subnets";
      break;
    case InterfacePolicy::Mode::all:
      text = names.empty() ? "all" : "all, and " + join(names);
      break;
    case InterfacePolicy::Mode::listed:
      text = names.empty() ? "none" : join(names);
      break;
  }
  switch (policy.sockets) {
    case InterfacePolicy::Sockets::raw:
      break;
    case InterfacePolicy::Sockets::xdp:
      text += "; received by AF_XDP";
      break;
    case InterfacePolicy::Sockets::udp:
      text += "; UDP sockets, for relayed clients only";
      break;
  }
  if (policy.use_routing) text += "; replies by the kernel's routes";
  return text;
}

std::string describe_lifetimes(const Lifetimes& lifetimes) {
  std::string text = to_string(lifetimes.valid);
  const bool bounded =
      lifetimes.min_valid != lifetimes.valid || lifetimes.max_valid != lifetimes.valid;
  if (bounded) {
    text += " (clients may ask for " + to_string(lifetimes.min_valid) + " to " +
            to_string(lifetimes.max_valid) + ")";
  }
  return text;
}

std::string describe_share(std::uint32_t permille) {
  std::string text = std::to_string(permille / 10);
  if (permille % 10 != 0) text += "." + std::to_string(permille % 10);
  return text + "%";
}

/// Empty when neither is sent: the client then takes RFC 2131's halves and eighths by itself.
/// A fixed timer that is not less than the lease time is never sent (RFC 2131 4.4.5).
std::string describe_timers(const Timers& timers, Duration valid) {
  std::vector<std::string> parts;
  const auto add = [&](const std::string& name, std::optional<Duration> fixed, Duration bound,
                       std::uint32_t share) {
    if (fixed) {
      parts.push_back(name + " " + to_string(*fixed) +
                      (*fixed < bound ? "" : " (too long, not sent)"));
    } else if (timers.calculate_tee_times) {
      parts.push_back(name + " " + describe_share(share) + " of the lease time");
    }
  };
  const bool t2_sent = timers.rebind && *timers.rebind < valid;
  add("T1", timers.renew, t2_sent ? *timers.rebind : valid, timers.t1_permille);
  add("T2", timers.rebind, valid, timers.t2_permille);
  return join(parts);
}

/// How an option differs from those that who asks for them gets.
std::string describe_sending(const ConfiguredOption& option) {
  return std::string(option.always_send ? " [always sent]" : "") +
         (option.never_send ? " [never sent]" : "") +
         (option.guard.empty() ? "" : " [to some classes]");
}

void add_options(Lines& lines, std::string_view label, const OptionSet& options) {
  std::string_view shown = label;
  for (const ConfiguredOption& option : options.all()) {
    const std::string value = wire::print_option(option.code, option.value);
    lines.add(shown, wire::option_name(option.code) + " (" + std::to_string(option.code) + ")" +
                         (value.empty() ? "" : ": " + value) + describe_sending(option));
    shown = "";
  }
  for (const VendorOption& vendor : options.vendor()) {
    lines.add(shown, "vendor-" + std::to_string(vendor.enterprise) + " (" +
                         std::to_string(vendor.option.code) + "): " +
                         to_hex(vendor.option.value, ':') + describe_sending(vendor.option));
    shown = "";
  }
}

void add_boot_fields(Lines& lines, const BootFields& boot) {
  if (!boot.next_server.is_zero()) lines.add("next-server", to_string(boot.next_server));
  if (!boot.server_hostname.empty()) lines.add("server name", boot.server_hostname);
  if (!boot.boot_file_name.empty()) lines.add("boot file", boot.boot_file_name);
}

std::string describe_pool(const Pool& pool) {
  const std::uint64_t size = pool.range.size() - pool.excluded.size();
  std::string text = to_string(pool.range) + ", " + count(size, "address", "addresses");
  if (pool.excluded.empty()) return text;
  std::vector<std::string> shown;
  for (const net::Ip4 address : pool.excluded) {
    if (shown.size() < kMaxShownExcluded) shown.push_back(to_string(address));
  }
  text += " (without " + join(shown);
  if (pool.excluded.size() > shown.size()) {
    text += " and " + std::to_string(pool.excluded.size() - shown.size()) + " more";
  }
  return text + ")";
}

std::string join_classes(const std::vector<ClassId>& ids, const ServerConfig& config) {
  std::vector<std::string> names;
  for (const ClassId id : ids) {
    names.push_back(sanitise(as_bytes(config.classes.names[id]), kMaxShownValue));
  }
  return join(names);
}

std::string describe_caching(const LeaseCaching& caching) {
  std::string text =
      "serve again up to " + describe_share(caching.millionths / 1'000) + " of their time";
  if (!caching.max_age.is_infinite()) text += ", and " + to_string(caching.max_age);
  return text;
}

void add_class_lists(Lines& lines, std::string_view indent, const std::vector<ClassId>& guard,
                     const std::vector<ClassId>& additional, const ServerConfig& config) {
  const std::string in(indent);
  if (!guard.empty()) lines.add(in + "for", "clients in " + join_classes(guard, config));
  if (!additional.empty()) {
    lines.add(in + "also", "evaluates " + join_classes(additional, config));
  }
}

/// Of all clients of a class or a subnet.
void add_group_limits(Lines& lines, const GroupLimits& limits) {
  if (limits.leases) lines.add("all leases", "at most " + std::to_string(*limits.leases));
  if (limits.rate) lines.add("all messages", "at most " + to_string(*limits.rate));
}

void add_class(Lines& lines, const ClientClass& each) {
  std::string text = each.is_template() ? "by template" : each.test ? "by test" : "without test";
  if (each.needs_host) text += ", once the reservation is known";
  if (each.only_additional) text += ", additional only";
  lines.title("Class " + sanitise(as_bytes(each.name), kMaxShownValue));
  lines.add("members", text);
  if (each.lifetimes) lines.add("lease time", describe_lifetimes(*each.lifetimes));
  add_group_limits(lines, each.limits);
  add_options(lines, "options", each.options);
  add_boot_fields(lines, each.boot);
}

std::string describe_identifier(const Reservation& reservation) {
  std::string octets = to_hex(reservation.identifier, ':');
  if (reservation.is_prefix) return octets + ":*";
  if (reservation.identifier_type == IdentifierType::hw_address) return octets;
  return std::string(name_of(reservation.identifier_type)) + " " + octets;
}

void add_reservations(Lines& lines, const std::vector<Reservation>& reservations) {
  const std::size_t total = reservations.size();
  if (total > kMaxShownReservations) {
    return lines.add("reserved", count(total, "reservation", "reservations"));
  }
  std::string_view label = "reserved";
  for (const Reservation& reservation : reservations) {
    std::string text = describe_identifier(reservation);
    if (reservation.address) text += " gets " + to_string(*reservation.address);
    if (!reservation.hostname.empty()) text += ", named " + reservation.hostname;
    if (!reservation.options.empty()) {
      text += ", " + count(reservation.options.all().size(), "option", "options") + " of its own";
    }
    lines.add(label, text);
    label = "";
  }
}

constexpr std::array<std::string_view, kHolders> kHolderNames{"client", "port", "relay"};

/// "3 a port, 300 a relay"; empty without limits.
std::string describe_lease_limits(const LeaseLimits& limits) {
  std::vector<std::string> parts;
  for (std::size_t holder = 0; holder < kHolders; ++holder) {
    if (limits[holder] == 0) continue;
    parts.push_back(std::to_string(limits[holder]) + " a " + std::string(kHolderNames[holder]));
  }
  return join(parts);
}

void add_rates(Lines& lines, const MessageRates& rates) {
  std::string_view label = "rates";
  for (std::size_t holder = 0; holder < kHolders; ++holder) {
    if (rates[holder].messages == 0) continue;
    lines.add(label, "a " + std::string(kHolderNames[holder]) + ": " + to_string(rates[holder]));
    label = "";
  }
}

std::string describe_ping_check(const PingCheck& check) {
  return count(check.requests, "question", "questions") + " of " +
         std::to_string(check.timeout.to_milliseconds()) +
         " ms before an address is offered, but not to who had it in the last " +
         to_string(check.trusted);
}

/// Empty where they are like all others.
std::string describe_random_macs(const RandomMacs& random) {
  std::vector<std::string> parts;
  if (!random.longest.is_infinite()) parts.push_back("leases of " + to_string(random.longest));
  if (random.limits_leases()) {
    parts.push_back("at most " + describe_share(random.share_permille) +
                    " of the addresses while " + describe_share(random.threshold_permille) +
                    " are in use");
  }
  return join(parts);
}

void add_network(Lines& lines, const SharedNetwork& network, const ServerConfig& config) {
  lines.title("Network " + sanitise(as_bytes(network.name), kMaxShownValue));
  std::vector<std::string> subnets;
  for (const std::uint32_t i : network.subnets)
    subnets.push_back(to_string(config.subnets[i].prefix));
  lines.add("subnets", subnets.empty() ? "none" : join(subnets));
  add_class_lists(lines, "", network.guard, network.additional_classes, config);
  add_options(lines, "options", network.options);
}

void add_subnet(Lines& lines, const Subnet& subnet, const ServerConfig& config) {
  lines.title("Subnet " + to_string(subnet.prefix) +
              (subnet.id_given ? ", id " + std::to_string(subnet.id) : ""));
  if (const SharedNetwork* network = config.network_of(subnet)) lines.add("network", network->name);
  if (!subnet.interface.empty()) lines.add("interface", subnet.interface);
  std::vector<std::string> relays;
  for (const net::Ip4 relay : subnet.relays) relays.push_back(to_string(relay));
  if (!relays.empty()) lines.add("relays", join(relays));
  std::string_view label = "pool";
  for (const Pool& pool : subnet.pools) {
    lines.add(label, describe_pool(pool));
    add_class_lists(lines, "  ", pool.guard, pool.additional_classes, config);
    add_options(lines, "  its options", pool.options);
    label = "";
  }
  if (subnet.pools.empty()) lines.add("pool", "none: reservations and INFORM only");
  add_class_lists(lines, "", subnet.guard, subnet.additional_classes, config);
  if (!subnet.reservations_in_subnet && !subnet.reservations.empty()) {
    lines.add("reserved", "switched off");
  } else {
    add_reservations(lines, subnet.reservations);
  }
  if (subnet.reservations_global) lines.add("", "by the global reservations, too");
  lines.add("lease time", describe_lifetimes(subnet.lifetimes));
  const std::string timers = describe_timers(subnet.timers, subnet.lifetimes.valid);
  if (!timers.empty()) lines.add("timers", timers);
  const std::string limits = describe_lease_limits(subnet.lease_limits);
  if (!limits.empty()) lines.add("leases", "at most " + limits);
  add_group_limits(lines, subnet.limits);
  add_options(lines, "options", subnet.options);
  add_boot_fields(lines, subnet.boot);
  if (subnet.allocator == Allocator::random) lines.add("gives", "any free address, by chance");
  if (subnet.short_lease_permille <= 1'000) {
    lines.add("short leases", "from " + describe_share(subnet.short_lease_permille) + " in use on");
  }
  if (subnet.stores_extended_info) lines.add("keeps", "what relays say of clients");
  if (subnet.caching.is_on()) lines.add("leases", describe_caching(subnet.caching));
  if (subnet.offer_lifetime != Duration()) {
    lines.add("offers", "make leases for " + to_string(subnet.offer_lifetime));
  }
  if (subnet.authoritative) lines.add("authority", "unknown clients get a DHCPNAK");
  if (!subnet.match_client_id) lines.add("clients", "known by hardware address only");
  if (subnet.ping_check) lines.add("ping", describe_ping_check(*subnet.ping_check));
  const std::string random = describe_random_macs(subnet.random_macs);
  if (!random.empty()) lines.add("random MACs", random);
  if (subnet.probe_new_addresses) lines.add("probe", "by ARP, before an address's first offer");
}

void add_control_sockets(Lines& lines, const ServerConfig& config,
                         const std::vector<HttpControlSocket>& http_sockets) {
  for (const ControlSocket& socket : config.control_sockets) lines.add("control", socket.path);
  for (const HttpControlSocket& socket : http_sockets) {
    std::string proof = socket.users.empty() ? "" : count(socket.users.size(), "user", "users");
    if (socket.tls && socket.tls->cert_required) {
      proof += proof.empty() ? "by certificate" : ", by certificate too";
    }
    lines.add("control", url_of(socket) + " (" + proof + ")");
  }
}

/// What is not as everybody has it.
void add_habits(Lines& lines, const ServerConfig& config) {
  const ServerConfig usual;
  if (!config.echo_client_id) lines.add("client-id", "not sent back (RFC 6842 off)");
  if (config.decline_probation_period != usual.decline_probation_period) {
    lines.add("declined", "addresses rest for " + to_string(config.decline_probation_period));
  }
  if (config.stash_agent_options)
    lines.add("relays", "remembered for clients that renew past them");
  if (!config.other_servers.detect) lines.add("others", "other servers are not looked for");
  const std::size_t known =
      config.other_servers.addresses.size() + config.other_servers.macs.size();
  if (known > 0) lines.add("others", count(known, "known server", "known servers"));
  add_rates(lines, config.message_rates);
  if (config.flex_id) {
    lines.add("flex-id", config.flex_id->replaces_client_id ? "by an expression, also for option 61"
                                                            : "by an expression");
  }
  if (config.lease_queries) {
    const std::size_t asking = config.lease_queries->requesters.size();
    lines.add("queries", "about leases, by " + count(asking, "requester", "requesters"));
  }
  if (config.identifier_order != usual.identifier_order) {
    std::vector<std::string> names;
    for (const IdentifierType type : config.identifier_order) {
      names.emplace_back(name_of(type));
    }
    lines.add("reservations", names.empty() ? "by nothing" : "by " + join(names, ", then by "));
  }
}

}  // namespace

std::string describe(const ServerConfig& config,
                     const std::vector<HttpControlSocket>& http_sockets) {
  Lines lines;
  lines.title("Server (" + sanitise(as_bytes(config.source), kMaxShownValue) + ")");
  lines.add("interfaces", describe_interfaces(config.interfaces));
  lines.add("leases in", config.lease_database.folder);
  add_control_sockets(lines, config, http_sockets);
  for (const Logger& logger : config.loggers) {
    lines.add("log", logger.name + " " + logger.severity +
                         (logger.outputs.empty() ? "" : " to " + join(logger.outputs)));
  }
  add_options(lines, "options", config.options);
  add_reservations(lines, config.reservations);
  add_habits(lines, config);
  if (config.subnets.empty()) lines.add("subnets", "none: nobody is served");
  for (const ClientClass& each : config.classes.classes) add_class(lines, each);
  for (const SharedNetwork& network : config.networks) add_network(lines, network, config);
  for (const Subnet& subnet : config.subnets) add_subnet(lines, subnet, config);
  return lines.take();
}

}  // namespace lessor::config
