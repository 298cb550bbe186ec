#include "host/hand_records.h"

#include "base/text.h"
#include "host/state_files.h"
#include "net/frame.h"
#include "net/host_address.h"

#include <algorithm>

namespace lessor::host {
namespace {

constexpr std::uint32_t kNoMtu = 0;
constexpr std::uint32_t kMinMtu = 576;  // RFC 791: what every host must take
constexpr std::uint32_t kMaxMtu = 65'535;
constexpr std::uint32_t kLocalTable = 255;  // Linux: this host's own addresses

bool is_name_character(char c) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || c == '-' || c == '.' || c == '_';
}

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

bool is_interface_name(std::string_view name) {
  const auto fits = [](char c) { return is_printable(c) && c != ' ' && c != '/'; };
  return !name.empty() && name.size() <= kMaxInterfaceName && name != "." && name != ".." &&
         std::ranges::all_of(name, fits);
}

/// Text with its length before it. Too long a text makes the writer fail.
void put_text(ByteWriter& out, std::string_view text) {
  if (text.size() > UINT16_MAX) (void)out.claim(SIZE_MAX);
  out.be16(static_cast<std::uint16_t>(text.size()));
  out.bytes(as_bytes(text));
}
std::string take_text(ByteReader& in) {
  const std::size_t size = in.be16();
  return std::string(as_text(in.bytes(size)));
}

void put_prefix(ByteWriter& out, net::Prefix4 prefix) {
  out.be32(prefix.address.value);
  out.u8(prefix.length);
}
net::Prefix4 take_prefix(ByteReader& in) {
  const net::Ip4 address{in.be32()};
  return {address, in.u8()};
}

void put_settings(ByteWriter& out, const net::HostSettings& s) {
  put_prefix(out, s.address);
  out.be32(s.broadcast.value);
  out.be32(s.lifetime.to_wire());
  out.be32(s.mtu.value_or(kNoMtu));
  out.be32(s.metric);
  out.be32(s.table);
  out.be16(static_cast<std::uint16_t>(s.routes.size()));
  for (const net::HostRoute& route : s.routes) {
    put_prefix(out, route.destination);
    out.be32(route.gateway.value);
  }
  out.be16(static_cast<std::uint16_t>(s.name_servers.size()));
  for (const net::Ip4 server : s.name_servers) out.be32(server.value);
  out.be16(static_cast<std::uint16_t>(s.search.size()));
  for (const std::string& name : s.search) put_text(out, name);
  put_text(out, s.domain);
  put_text(out, s.hostname);
}

/// Counts are checked before anything is made of them; a false count ends as a short record.
net::HostSettings take_settings(ByteReader& in) {
  net::HostSettings s;
  s.address = take_prefix(in);
  s.broadcast = net::Ip4{in.be32()};
  s.lifetime = Duration::from_wire(in.be32());
  const std::uint32_t mtu = in.be32();
  if (mtu != kNoMtu) s.mtu = mtu;
  s.metric = in.be32();
  s.table = in.be32();
  for (std::size_t left = in.be16(); left > 0 && in.ok(); --left) {
    const net::Prefix4 destination = take_prefix(in);
    s.routes.push_back({.destination = destination, .gateway = net::Ip4{in.be32()}});
  }
  for (std::size_t left = in.be16(); left > 0 && in.ok(); --left) {
    s.name_servers.push_back(net::Ip4{in.be32()});
  }
  for (std::size_t left = in.be16(); left > 0 && in.ok(); --left) s.search.push_back(take_text(in));
  s.domain = take_text(in);
  s.hostname = take_text(in);
  return s;
}

void put_variables(ByteWriter& out, const std::vector<HookVariable>& variables) {
  out.be16(static_cast<std::uint16_t>(variables.size()));
  for (const HookVariable& variable : variables) {
    put_text(out, variable.name);
    put_text(out, variable.value);
  }
}
std::vector<HookVariable> take_variables(ByteReader& in) {
  std::vector<HookVariable> variables;
  for (std::size_t left = in.be16(); left > 0 && in.ok(); --left) {
    std::string name = take_text(in);
    variables.push_back({.name = std::move(name), .value = take_text(in)});
  }
  return variables;
}

std::optional<OrderKind> order_kind(std::uint8_t number) {
  constexpr auto kLast = static_cast<std::uint8_t>(OrderKind::finish);
  if (number == 0 || number > kLast) return std::nullopt;
  return static_cast<OrderKind>(number);
}

void put_body(ByteWriter& out, const Order& order) {
  switch (order.kind) {
    case OrderKind::configure:
      put_text(out, order.interface);
      return put_settings(out, order.settings);
    case OrderKind::deconfigure:
      return put_text(out, order.interface);
    case OrderKind::run_hook:
      put_text(out, order.interface);
      return put_variables(out, order.variables);
    case OrderKind::write_file:
      put_text(out, order.name);
      return put_text(out, order.text);
    case OrderKind::remove_file:
      return put_text(out, order.name);
    case OrderKind::set_mac:
      put_text(out, order.interface);
      return out.bytes(order.mac.octets);
    case OrderKind::finish:
      return out.u8(static_cast<std::uint8_t>(order.farewell));
  }
}

void take_body(ByteReader& in, Order& order) {
  switch (order.kind) {
    case OrderKind::configure:
      order.interface = take_text(in);
      order.settings = take_settings(in);
      return;
    case OrderKind::deconfigure:
      order.interface = take_text(in);
      return;
    case OrderKind::run_hook:
      order.interface = take_text(in);
      order.variables = take_variables(in);
      return;
    case OrderKind::write_file:
      order.name = take_text(in);
      order.text = take_text(in);
      return;
    case OrderKind::remove_file:
      order.name = take_text(in);
      return;
    case OrderKind::set_mac:
      order.interface = take_text(in);
      copy_bytes(order.mac.octets, in.bytes(order.mac.octets.size()));
      return;
    case OrderKind::finish:
      order.farewell = in.u8() == 0 ? Farewell::put_back : Farewell::leave;
      return;
  }
}

std::optional<std::string> find_mac_nonsense(const net::Mac& mac) {
  if (is_group(mac) || mac == net::Mac{}) {
    return "no hardware address of a host: " + net::to_string(mac);
  }
  return std::nullopt;
}

std::optional<std::string> find_file_nonsense(const Order& order) {
  if (!is_plain_file_name(order.name))
    return "no plain file name: " + sanitise(as_bytes(order.name));
  if (order.text.size() > kMaxLeaseFile) return "a lease file that is too long";
  return std::nullopt;
}

/// What is wrong with an order that was whole.
std::optional<std::string> find_order_nonsense(const Order& order) {
  auto interface = [&]() -> std::optional<std::string> {
    if (is_interface_name(order.interface)) return std::nullopt;
    return "no name of an interface: " + sanitise(as_bytes(order.interface), 32);
  }();
  switch (order.kind) {
    case OrderKind::configure:
      return interface ? interface : find_nonsense(order.settings);
    case OrderKind::deconfigure:
    case OrderKind::run_hook:
      return interface;
    case OrderKind::write_file:
    case OrderKind::remove_file:
      return find_file_nonsense(order);
    case OrderKind::set_mac:
      return interface ? interface : find_mac_nonsense(order.mac);
    case OrderKind::finish:
      return std::nullopt;
  }
  return "no order";
}

/// Wholly inside this network, loopback, multicast or what is reserved. What contains one of them
/// and more, as the default route does, leads elsewhere too.
bool leads_nowhere(net::Prefix4 destination) {
  constexpr net::Prefix4 kNowhere[] = {
      {{0x0000'0000}, 8}, {{0x7f00'0000}, 8}, {{0xe000'0000}, 4}, {{0xf000'0000}, 4}};
  return std::ranges::any_of(kNowhere, [&](net::Prefix4 prefix) {
    return destination.length >= prefix.length && prefix.contains(destination.address);
  });
}

std::optional<std::string> find_route_nonsense(const net::HostRoute& route) {
  const std::string text = net::to_string(route.destination);
  const net::Prefix4 destination = route.destination;
  if (destination.length > 32) return "a route with a prefix longer than 32";
  if (destination.network() != destination.address) return "a route with host bits: " + text;
  if (leads_nowhere(destination)) return "a route to no host's address: " + text;
  if (!route.gateway.is_zero() && !is_host_address(route.gateway)) {
    return "a gateway with no host's address: " + net::to_string(route.gateway);
  }
  return std::nullopt;
}

std::optional<std::string> find_mtu_nonsense(std::optional<std::uint32_t> mtu) {
  if (!mtu || (*mtu >= kMinMtu && *mtu <= kMaxMtu)) return std::nullopt;
  return "an MTU of " + std::to_string(*mtu) + ": it must be 576 to 65535";
}

std::optional<std::string> find_address_nonsense(const net::HostSettings& s) {
  if (s.address == net::Prefix4{}) {
    if (s.routes.empty()) return find_mtu_nonsense(s.mtu);
    return "routes without an address";
  }
  if (s.address.length == 0 || s.address.length > 32) return "an address without a prefix length";
  if (!is_host_address(s.address.address)) {
    return "no host's address: " + net::to_string(s.address.address);
  }
  const bool broadcast_fits =
      s.broadcast.is_zero() || s.broadcast == net::kIp4Broadcast || s.address.contains(s.broadcast);
  if (!broadcast_fits) {
    return "a broadcast address of another network: " + net::to_string(s.broadcast);
  }
  if (s.lifetime < Duration::seconds(1)) return "an address without a lifetime";
  return find_mtu_nonsense(s.mtu);
}

}  // namespace

bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= net::kMaxHostName && name.front() != '-' &&
         std::ranges::all_of(name, is_name_character);
}

std::optional<std::string> find_nonsense(const net::HostSettings& s) {
  if (auto wrong = find_address_nonsense(s)) return wrong;
  if (s.table == kLocalTable) return "routes in the kernel's own table";
  if (s.routes.size() > net::kMaxHostRoutes) return "more than 64 routes";
  if (s.name_servers.size() > net::kMaxNameServers) return "more than 16 name servers";
  if (s.search.size() > net::kMaxSearchNames) return "more than 32 search domains";
  for (const net::HostRoute& route : s.routes) {
    if (auto wrong = find_route_nonsense(route)) return wrong;
  }
  for (const net::Ip4 server : s.name_servers) {
    const std::uint32_t first = server.value >> 24;
    if (first == 0 || first >= 224) return "no name server's address: " + net::to_string(server);
  }
  std::vector<std::string_view> names(s.search.begin(), s.search.end());
  if (!s.domain.empty()) names.emplace_back(s.domain);
  if (!s.hostname.empty()) names.emplace_back(s.hostname);
  for (const std::string_view name : names) {
    if (!is_host_name(name)) return "no name: " + sanitise(as_bytes(name), 64);
  }
  return std::nullopt;
}

std::optional<std::string> find_nonsense(const std::vector<HookVariable>& variables,
                                         std::string_view prefix) {
  if (variables.size() > kMaxHookVariables) return "more than 256 variables";
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::size_t total = 0;
  for (const HookVariable& variable : variables) {
    const std::string& name = variable.name;
    if (!name.starts_with(prefix) || name.size() == prefix.size() ||
        !std::ranges::all_of(name, fits)) {
      return "no variable's name: " + sanitise(as_bytes(name), 64) + " (they begin with " +
             std::string(prefix) + ", of A-Z, 0-9 and _)";
    }
    if (!std::ranges::all_of(variable.value, is_printable)) {
      return "the value of " + name + " is not printable ASCII";
    }
    total += name.size() + variable.value.size() + 2;
  }
  if (total > kMaxHookEnvironment) return "more than 32768 octets of variables";
  return std::nullopt;
}

std::optional<Record> write_order(const Order& order) {
  Record room(kMaxRecord);
  ByteWriter out(room);
  out.u8(kRecordVersion);
  out.u8(static_cast<std::uint8_t>(order.kind));
  out.be32(order.ticket);
  put_body(out, order);
  if (!out.ok()) return std::nullopt;
  room.resize(out.size());
  return room;
}

std::expected<Order, std::string> read_order(Bytes record) {
  ByteReader in(record);
  const std::uint8_t version = in.u8();
  if (in.ok() && version != kRecordVersion) {
    return std::unexpected("a record of version " + std::to_string(version));
  }
  const auto kind = order_kind(in.u8());
  Order order;
  order.ticket = in.be32();
  if (!in.ok()) return std::unexpected("a record that is too short");
  if (!kind) return std::unexpected("a record of an unknown kind");
  order.kind = *kind;
  take_body(in, order);
  if (!in.ok()) return std::unexpected("a record that is too short");
  if (!in.finished()) return std::unexpected("a record with more behind its end");
  if (auto wrong = find_order_nonsense(order)) return std::unexpected(std::move(*wrong));
  return order;
}

Record write_report(const Report& report) {
  const std::string text = sanitise(as_bytes(report.text), kMaxReportText / 4);
  Record room(kMaxReportText * 2);
  ByteWriter out(room);
  out.u8(kRecordVersion);
  out.u8(static_cast<std::uint8_t>(report.kind));
  out.be32(report.ticket);
  out.be32(static_cast<std::uint32_t>(report.code));
  put_text(out, std::string_view(report.interface).substr(0, kMaxInterfaceName));
  put_text(out, text);
  room.resize(out.size());
  return room;
}

std::optional<Report> read_report(Bytes record) {
  ByteReader in(record);
  const std::uint8_t version = in.u8();
  const std::uint8_t kind = in.u8();
  Report report;
  report.ticket = in.be32();
  report.code = static_cast<int>(in.be32());
  report.interface = take_text(in);
  report.text = take_text(in);
  const bool known = version == kRecordVersion && kind <= static_cast<int>(ReportKind::failed);
  if (!in.finished() || !known) return std::nullopt;
  report.kind = static_cast<ReportKind>(kind);
  return report;
}

}  // namespace lessor::host
