#include "cli/followers/script.h"

#include "base/text.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_cursor.h"

#include <algorithm>

namespace lessor::cli {
namespace {

std::string identity_of(const lease::Lease& lease) {
  return to_hex(lease.hardware.bytes(), ':') + "/" + to_hex(lease.client_id);
}

using server::v4::EventKind;
using server::v4::LeaseEvent;
using Variables = std::vector<std::pair<std::string, std::string>>;

std::string harmless(Bytes name) {
  std::string text;
  for (const char c : as_text(name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    text += plain ? c : '_';
  }
  return text;
}

std::string hex_number(Bytes octets) {
  std::string text = to_hex(octets);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return "0x" + text;
}

/// Variables of one prefix.
class Writer {
 public:
  Writer(Variables& variables, std::string prefix)
      : variables_(variables), prefix_(std::move(prefix)) {}
  void put(std::string_view name, std::string value) {
    variables_.emplace_back(prefix_ + std::string(name), std::move(value));
  }
  void put(std::string_view name, std::uint64_t value) { put(name, std::to_string(value)); }
  void put(std::string_view name, net::Ip4 address) { put(name, net::to_string(address)); }
  /// With its type behind it; both empty where there is none.
  void put_hardware(const std::string& name, Bytes octets, std::uint8_t type) {
    put(name, to_hex(octets, ':'));
    put(name + "_TYPE", octets.empty() ? std::string() : std::to_string(type));
  }

 private:
  Variables& variables_;
  std::string prefix_;
};

std::string_view state_name(lease::LeaseState state) {
  switch (state) {
    case lease::LeaseState::active:
      return "default";
    case lease::LeaseState::declined:
      return "declined";
    case lease::LeaseState::released:
      return "released";
  }
  return "default";
}

void put_lease(Variables& variables, const std::string& prefix, const lease::Lease& lease) {
  Writer out(variables, prefix);
  out.put("_ADDRESS", lease.address);
  out.put("_CLTT", static_cast<std::uint64_t>(std::max<std::int64_t>(lease.started.seconds, 0)));
  out.put("_HOSTNAME", harmless(lease.hostname));
  out.put("_HWADDR", to_hex(lease.hardware.bytes(), ':'));
  out.put("_HWADDR_TYPE", lease.hardware.type);
  out.put("_STATE", std::string(state_name(lease.state)));
  out.put("_SUBNET_ID", lease.subnet_id);
  out.put("_VALID_LIFETIME", lease.lifetime.to_wire());
  out.put("_CLIENT_ID", to_hex(lease.client_id, ':'));
}

void put_lease(Variables& variables, const lease::Lease& lease) {
  put_lease(variables, "LEASE4", lease);
}

void put_header(Writer& out, const wire::MessageView& message) {
  out.put("_TYPE", std::string(wire::to_string(message.message_type())));
  out.put("_TXID", message.xid());
  out.put("_HOPS", message.hops());
  out.put("_SECS", message.secs());
  out.put("_FLAGS", message.flags());
  out.put("_CIADDR", message.ciaddr());
  out.put("_SIADDR", message.siaddr());
  out.put("_YIADDR", message.yiaddr());
  out.put("_GIADDR", message.giaddr());
  out.put("_RELAYED", message.giaddr().is_zero() ? "false" : "true");
  const net::HardwareAddress hardware = message.chaddr();
  out.put_hardware("_HWADDR", hardware.bytes(), hardware.type);
}

void put_relay_info(Writer& out, Bytes relay_info) {
  out.put("_OPTION_82", hex_number(relay_info));
  wire::OptionCursor cursor(relay_info, wire::OptionCursor::Grammar::sub_options);
  for (wire::RawOption sub; cursor.next(sub);) {
    if (sub.code == 1) out.put("_OPTION_82_SUB_OPTION_1", hex_number(sub.value));
    if (sub.code == 2) out.put("_OPTION_82_SUB_OPTION_2", hex_number(sub.value));
  }
}

void put_query(Variables& variables, const net::Datagram& query, const wire::MessageView& message,
               std::string_view interface) {
  Writer out(variables, "QUERY4");
  put_header(out, message);
  out.put("_LOCAL_ADDR", query.destination);
  out.put("_LOCAL_PORT", query.destination_port);
  out.put("_REMOTE_ADDR", query.source);
  out.put("_REMOTE_PORT", query.source_port);
  out.put("_IFACE_INDEX", query.interface);
  out.put("_IFACE_NAME", harmless(as_bytes(interface)));
  const auto known = [&](const net::Mac& mac) {
    return query.framed ? Bytes(mac.octets) : Bytes();
  };
  out.put_hardware("_LOCAL_HWADDR", known(query.destination_mac), 1);
  out.put_hardware("_REMOTE_HWADDR", known(query.source_mac), 1);
  if (const auto relay_info = message.option(wire::kOptionDhcpAgentOptions)) {
    put_relay_info(out, *relay_info);
  }
}

/// QUERY4_... of the event's message, none where there was none.
Variables query_of(const LeaseEvent& event, std::string_view interface) {
  static thread_local wire::ParseScratch room;
  Variables variables;
  if (!event.has_query) return variables;
  const net::Datagram query = event.query.datagram();
  const auto message = wire::MessageView::parse(query.payload, room);
  if (message) put_query(variables, query, *message, interface);
  return variables;
}

void put_client(Variables& variables, const LeaseEvent& event) {
  const lease::Lease lease = event.lease.lease();
  Writer out(variables, "PKT4");
  out.put("_CLIENT_ID", to_hex(lease.client_id, ':'));
  out.put_hardware("_HWADDR", lease.hardware.bytes(), lease.hardware.type);
}

/// Its client has moved to another lease.
bool is_given_up(const LeaseEvent& event) {
  return event.kind == EventKind::lease_ended && event.reason == server::v4::Reason::moved;
}

void put_sizes(Variables& variables, std::size_t leases, std::size_t deleted) {
  variables.emplace_back("LEASES4_SIZE", std::to_string(leases));
  variables.emplace_back("DELETED_LEASES4_SIZE", std::to_string(deleted));
}

}  // namespace

Script::Script(const config::ServerConfig& config) : program_(config.run_script->program) {
  for (const config::Subnet& subnet : config.subnets) subnets_[subnet.id] = subnet.prefix;
}

/// All empty where there is no such subnet any more.
void Script::put_subnet(Variables& variables, std::uint32_t id) const {
  const auto subnet = subnets_.find(id);
  const bool known = subnet != subnets_.end();
  const net::Prefix4 prefix = known ? subnet->second : net::Prefix4();
  Writer out(variables, "SUBNET4");
  out.put("_ID", known ? std::to_string(id) : std::string());
  out.put("_NAME", known ? net::to_string(prefix) : std::string());
  out.put("_PREFIX", known ? net::to_string(prefix.address) : std::string());
  out.put("_PREFIX_LEN", known ? std::to_string(prefix.length) : std::string());
}

Errand Script::errand(std::string_view hook_point, Variables variables) const {
  return {
      .program = program_, .argument = std::string(hook_point), .variables = std::move(variables)};
}

std::vector<Errand> Script::of_ack(const LeaseEvent& event, Variables query) {
  const lease::Lease lease = event.lease.lease();
  std::vector<Errand> errands;
  if (event.was_held) {
    Variables renewal = query;
    put_subnet(renewal, lease.subnet_id);
    put_client(renewal, event);
    put_lease(renewal, lease);
    errands.push_back(errand("lease4_renew", std::move(renewal)));
  }
  if (identity_of(lease) != former_client_) former_.clear();  // whose DHCPACK was never sent
  put_sizes(query, 1, former_.empty() ? 0 : 1);
  put_lease(query, "LEASES4_AT0", lease);
  query.insert(query.end(), former_.begin(), former_.end());
  former_.clear();
  errands.push_back(errand("leases4_committed", std::move(query)));
  return errands;
}

std::vector<Errand> Script::of_end(const LeaseEvent& event, Variables query) const {
  const lease::Lease lease = event.lease.lease();
  const bool declined = event.kind == EventKind::decline;
  Variables own = query;
  put_lease(own, lease);
  put_sizes(query, declined ? 1 : 0, declined ? 0 : 1);
  if (declined) {  // nobody's, for as long as the probation lasts
    const lease::Lease left{.address = lease.address,
                            .state = lease::LeaseState::declined,
                            .started = event.when,
                            .lifetime = event.lease_time,
                            .subnet_id = lease.subnet_id};
    put_lease(query, "LEASES4_AT0", left);
  } else {
    put_lease(query, "DELETED_LEASES4_AT0", lease);
  }
  std::vector<Errand> errands;
  errands.push_back(errand(declined ? "lease4_decline" : "lease4_release", std::move(own)));
  errands.push_back(errand("leases4_committed", std::move(query)));
  return errands;
}

std::vector<Errand> Script::errands_of(const LeaseEvent& event, std::string_view interface) {
  const EventKind kind = event.kind;
  if (kind == EventKind::ack) return of_ack(event, query_of(event, interface));
  if (kind == EventKind::release || kind == EventKind::decline) {
    return of_end(event, query_of(event, interface));
  }
  const lease::Lease lease = event.lease.lease();
  if (is_given_up(event)) {  // by a command it has no hook point
    former_.clear();
    former_client_ = identity_of(lease);
    put_lease(former_, "DELETED_LEASES4_AT0", lease);
  }
  if (kind != EventKind::lease_expired && kind != EventKind::decline_over) return {};
  Variables own;
  put_lease(own, lease);
  if (kind == EventKind::decline_over) return {errand("lease4_recover", std::move(own))};
  own.emplace_back("REMOVE_LEASE", "false");  // who had it last is remembered
  return {errand("lease4_expire", std::move(own))};
}

}  // namespace lessor::cli
