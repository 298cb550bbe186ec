#include "craft/exchange/lease_text.h"

#include "base/text.h"
#include "craft/packet/notation.h"
#include "craft/packet/time_text.h"
#include "wire/v4/option_text.h"

#include <algorithm>
#include <array>
#include <functional>

namespace lessor::craft {
namespace {

using wire::OptionCode;
using Told = std::expected<void, std::string>;

constexpr std::string_view kHeading =
    "# A DHCP lease as its client knows it; lessor send -i IF renew --lease FILE goes on from it\n";
constexpr std::array<std::string_view, 3> kStates{"active", "released", "declined"};

/// Options of a REQUEST that belong to it alone (RFC 2131 table 5), or to a relay.
constexpr std::array kNotRepeated{wire::kOptionDhcpMessageType, wire::kOptionDhcpRequestedAddress,
                                  wire::kOptionDhcpServerIdentifier, wire::kOptionDhcpAgentOptions,
                                  wire::kOptionDhcpMessage};
/// Options of an ACK that are facts of the lease already.
constexpr std::array kOwnKeys{wire::kOptionDhcpMessageType,   wire::kOptionDhcpServerIdentifier,
                              wire::kOptionDhcpLeaseTime,     wire::kOptionDhcpRenewalTime,
                              wire::kOptionDhcpRebindingTime, wire::kOptionDhcpAgentOptions};

/// Text that a comment would end, or blanks would be lost of, is hexadecimal.
std::string option_line(OptionCode code, Bytes value) {
  std::string text = wire::print_option(code, value);
  const std::string line = "= " + text;
  if (without_comment(line) != line) text = "0x" + to_hex(value);
  return "option." + wire::option_name(code) + " = " + text;
}

/// What the client said and will say again, as lines.
std::vector<std::string> repeated_lines(const Heard& request) {
  std::vector<std::string> lines;
  const net::Mac& source = request.source_mac;
  const Bytes client = request.event.client.bytes();
  if (!equal_bytes(source.octets, client)) lines.push_back("eth.src = " + net::to_string(source));
  for (const std::string_view path : {"vlan.id", "flags"}) {
    const auto content = request.field(path);
    if (!content) continue;
    const bool zero = std::ranges::all_of(*content, [](std::byte b) { return b == std::byte{}; });
    if (zero) continue;
    const std::uint64_t value = load_be16(content->data());
    const std::uint64_t shown = path == "vlan.id" ? value & 0x0fffU : value;
    lines.push_back(std::string(path) + " = " + std::to_string(shown));
  }
  for (const auto& [code, value] : request.options()) {
    if (std::ranges::find(kNotRepeated, code) == kNotRepeated.end()) {
      lines.push_back(option_line(code, value));
    }
  }
  // What crafted messages usually say, and this client does not.
  for (const OptionCode code :
       {wire::kOptionDhcpClientIdentifier, wire::kOptionDhcpParameterRequestList}) {
    if (!request.option(code)) lines.push_back("without " + wire::option_name(code));
  }
  return lines;
}

// --- Reading ------------------------------------------------------------------------------------

std::unexpected<std::string> no_value(std::string_view text, std::string_view wanted) {
  return std::unexpected("'" + sanitise(as_bytes(text), 64) + "' is no " + std::string(wanted));
}

Told read_state(ClientLease& lease, std::string_view text) {
  const auto* const found = std::ranges::find(kStates, text);
  if (found == kStates.end()) return no_value(text, "state: active, released or declined");
  lease.state = static_cast<ClientLease::State>(found - kStates.begin());
  return {};
}
Told read_address(net::Ip4& into, std::string_view text) {
  const auto address = net::parse_ip4(text);
  if (!address) return no_value(text, "IPv4 address");
  into = *address;
  return {};
}
Told read_time(std::optional<Duration>& into, std::string_view text) {
  const auto time = parse_duration(text);
  if (!time) return std::unexpected(time.error());
  into = *time;
  return {};
}
Told read_got_at(ClientLease& lease, std::string_view text) {
  lease.got_at = parse_time(text);
  if (!lease.got_at) return no_value(text, "time; write 2026-11-25T13:45:35.123456789Z");
  return {};
}
Told read_chaddr(ClientLease& lease, std::string_view text) {
  const auto octets = from_hex(text);
  if (!octets || octets->size() > lease.client.octets.size()) {
    return no_value(text, "hardware address of at most 16 octets");
  }
  lease.client.octets = {};
  copy_bytes(lease.client.octets, *octets);
  lease.client.size = static_cast<std::uint8_t>(octets->size());
  return {};
}

struct Key {
  std::string_view name;
  Told (*read)(ClientLease& lease, std::string_view text);
};
constexpr std::array kKeys{
    Key{"state", read_state},
    Key{"address", [](ClientLease& l, std::string_view t) { return read_address(l.address, t); }},
    Key{"server",
        [](ClientLease& l, std::string_view t) { return read_address(l.server.emplace(), t); }},
    Key{"server-mac",
        [](ClientLease& l, std::string_view t) -> Told {
          l.server_mac = net::parse_mac(t);
          if (!l.server_mac) return no_value(t, "Ethernet address");
          return {};
        }},
    Key{"got-at", read_got_at},
    Key{"lease-time",
        [](ClientLease& l, std::string_view t) { return read_time(l.lease_time, t); }},
    Key{"t1", [](ClientLease& l, std::string_view t) { return read_time(l.renew_after, t); }},
    Key{"t2", [](ClientLease& l, std::string_view t) { return read_time(l.rebind_after, t); }},
    Key{"xid",
        [](ClientLease& l, std::string_view t) -> Told {
          const auto number = parse_number(t, UINT32_MAX);
          if (!number) return no_value(t, "number of 32 bits");
          l.xid = static_cast<std::uint32_t>(*number);
          return {};
        }},
    Key{"chaddr", read_chaddr},
    Key{"htype",
        [](ClientLease& l, std::string_view t) -> Told {
          const auto number = parse_number(t, UINT8_MAX);
          if (!number) return no_value(t, "hardware type from 0 to 255");
          l.client.type = static_cast<std::uint8_t>(*number);
          return {};
        }},
};

Told read_option(ClientLease& lease, std::string_view name, std::string_view text) {
  const auto code = wire::find_option_code(name);
  if (!code) {
    const auto near = wire::suggest_option_name(name);
    return std::unexpected("there is no option '" + sanitise(as_bytes(name), 64) + "'" +
                           (near ? "; did you mean " + std::string(*near) + "?" : ""));
  }
  auto value = wire::parse_option_text(*code, text);
  if (!value) return std::unexpected(std::string(name) + ": " + to_string(value.error()));
  lease.options.emplace_back(*code, std::move(*value));
  return {};
}

Told read_said(ClientLease& lease, std::string_view line) {
  Recipe recipe;  // so that a mistake is told here, with its line
  const auto added = add_line(recipe, line);
  if (added) lease.said.emplace_back(line);
  return added;
}

Told read_line(ClientLease& lease, std::string_view line) {
  if (line.starts_with("request.")) return read_said(lease, line.substr(line.find('.') + 1));
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return std::unexpected("there is no '='");
  const std::string_view key = trim(line.substr(0, equals));
  const std::string_view text = trim(line.substr(equals + 1));
  if (key.starts_with("option.")) return read_option(lease, key.substr(7), text);
  const auto* const found = std::ranges::find(kKeys, key, &Key::name);
  if (found != kKeys.end()) return found->read(lease, text);
  std::vector<std::string_view> names{"option.NAME", "request.FIELD"};
  for (const Key& one : kKeys) names.push_back(one.name);
  const auto near = nearest(key, names);
  return std::unexpected("a lease has no '" + sanitise(as_bytes(key), 32) + "'" +
                         (near ? "; did you mean " + std::string(*near) + "?" : ""));
}

}  // namespace

std::expected<ClientLease, std::string> lease_of(const Heard& ack, const Heard* request) {
  const DhcpEvent& event = ack.event;
  if (event.type != wire::MessageType::ack) {
    return std::unexpected("a lease comes from a DHCPACK, and this is " +
                           std::string(wire::to_string(event.type)));
  }
  const net::Ip4 address = event.yiaddr.is_zero() ? event.ciaddr : event.yiaddr;
  if (address.is_zero()) return std::unexpected("the DHCPACK grants no address: yiaddr is 0");
  ClientLease lease{.address = address,
                    .server = event.server(),
                    .server_mac = ack.source_mac,
                    .got_at = event.since_1970,
                    .lease_time = event.lease_time,
                    .renew_after = event.renewal_time,
                    .rebind_after = event.rebinding_time,
                    .xid = event.xid,
                    .client = event.client,
                    .said = {},
                    .options = {}};
  // RFC 2131 4.4.5: "T1 defaults to (0.5 * duration_of_lease). T2 defaults to (0.875 * ...)".
  if (lease.lease_time) {
    if (!lease.renew_after) lease.renew_after = *lease.lease_time / 2;
    if (!lease.rebind_after) lease.rebind_after = *lease.lease_time - *lease.lease_time / 8;
  }
  for (auto& [code, value] : ack.options()) {
    if (std::ranges::find(kOwnKeys, code) == kOwnKeys.end()) {
      lease.options.emplace_back(code, std::move(value));
    }
  }
  if (request != nullptr) lease.said = repeated_lines(*request);
  return lease;
}

std::string print_lease(const ClientLease& lease) {
  std::string text(kHeading);
  const auto add = [&text](std::string_view key, std::string_view value) {
    text.append(key).append(" = ").append(value) += '\n';
  };
  add("state", kStates[static_cast<std::size_t>(lease.state)]);
  add("address", net::to_string(lease.address));
  if (lease.server) add("server", net::to_string(*lease.server));
  if (lease.server_mac) add("server-mac", net::to_string(*lease.server_mac));
  if (lease.got_at) add("got-at", print_time(*lease.got_at));
  if (lease.lease_time) add("lease-time", to_string(*lease.lease_time));
  if (lease.renew_after) add("t1", to_string(*lease.renew_after));
  if (lease.rebind_after) add("t2", to_string(*lease.rebind_after));
  add("xid", "0x" + to_hex(std::array{std::byte(lease.xid >> 24), std::byte(lease.xid >> 16),
                                      std::byte(lease.xid >> 8), std::byte(lease.xid)}));
  add("htype", std::to_string(lease.client.type));
  add("chaddr", to_hex(lease.client.bytes(), ':'));
  text += "# What the client said and says again\n";
  for (const std::string& line : lease.said) text.append("request.").append(line) += '\n';
  text += "# What the server granted\n";
  for (const auto& [code, value] : lease.options) text += option_line(code, value) + '\n';
  return text;
}

std::expected<ClientLease, std::string> read_lease(std::string_view text) {
  ClientLease lease;
  std::size_t number = 0;
  for (const std::string_view whole : split(text, '\n')) {
    ++number;
    const std::string_view line = without_comment(whole);
    if (line.empty()) continue;
    const auto read = read_line(lease, line);
    if (!read) return std::unexpected("line " + std::to_string(number) + ": " + read.error());
  }
  if (lease.address.is_zero()) return std::unexpected("there is no line 'address = ...'");
  return lease;
}

}  // namespace lessor::craft
