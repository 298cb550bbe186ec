#include "client/v4/server_message.h"

#include "client/v4/lease.h"
#include "client/v4/limits.h"
#include "net/host_address.h"

namespace lessor::client::v4 {
namespace {

using Unusable = std::unexpected<Refused>;

std::optional<Duration> read_seconds(const wire::MessageView& message, wire::OptionCode code) {
  const auto value = message.option(code);
  if (!value || value->size() != 4) return std::nullopt;
  return Duration::from_wire(load_be32(value->data()));
}

/// Of the options that decide something, one with a length that its RFC does not allow.
std::optional<wire::OptionCode> find_bad_option(const wire::MessageView& message) {
  for (const wire::OptionCode code :
       {wire::kOptionDhcpLeaseTime, wire::kOptionDhcpRenewalTime, wire::kOptionDhcpRebindingTime}) {
    const auto value = message.option(code);
    if (value && value->size() != 4) return code;
  }
  const auto mask = message.option(wire::kOptionSubnetMask);
  if (mask && !mask_length(*mask)) return wire::kOptionSubnetMask;
  return std::nullopt;
}

/// The network and broadcast addresses of a subnet are nobody's (RFC 1122 3.2.1.3); RFC 3021 makes
/// an exception of /31.
bool is_reserved_in_subnet(net::Ip4 address, Bytes mask) {
  const auto length = mask_length(mask);
  if (!length || *length > 30) return false;
  const net::Prefix4 subnet{address, *length};
  return address == subnet.network() || address == subnet.last();
}

std::optional<Refused> check_lease(const wire::MessageView& message, const ServerMessage& facts) {
  if (const auto code = find_bad_option(message)) return Refused{Reason::bad_option, *code};
  if (!is_host_address(facts.address) || facts.address == facts.server) {
    return Refused{Reason::bad_address};
  }
  const auto mask = message.option(wire::kOptionSubnetMask);
  if (mask && is_reserved_in_subnet(facts.address, *mask)) return Refused{Reason::bad_address};
  if (!facts.lease_time || *facts.lease_time < kMinLeaseTime) return Refused{Reason::no_lease_time};
  return std::nullopt;
}

}  // namespace

std::optional<Refused> check_addressee(const wire::MessageView& message, const net::Mac& mac,
                                       Bytes client_id) {
  // R2131-3-a: a server's message has op 2, and option 53.
  const bool reply = message.op() == wire::Op::reply;
  if (!reply || message.message_type() == wire::MessageType::none) {
    return Refused{Reason::not_a_reply};
  }
  const net::HardwareAddress chaddr = message.chaddr();
  if (chaddr.type != wire::kHtypeEthernet || !equal_bytes(chaddr.bytes(), mac.octets)) {
    return Refused{Reason::other_client};
  }
  // R6842-3-b: a client identifier that is not ours makes it another's message.
  const auto echoed = message.option(wire::kOptionDhcpClientIdentifier);
  if (echoed && !equal_bytes(*echoed, client_id)) return Refused{Reason::other_client};
  return std::nullopt;
}

std::expected<ServerMessage, Refused> read_server_message(const wire::MessageView& message,
                                                          bool needs_address) {
  ServerMessage facts{.type = message.message_type(),
                      .xid = message.xid(),
                      .address = message.yiaddr(),
                      .lease_time = read_seconds(message, wire::kOptionDhcpLeaseTime),
                      .t1 = read_seconds(message, wire::kOptionDhcpRenewalTime),
                      .t2 = read_seconds(message, wire::kOptionDhcpRebindingTime),
                      .v6_only = read_seconds(message, wire::kOptionV6OnlyPreferred),
                      .rapid_commit = message.has(wire::kOptionRapidCommit),
                      .said = message.option(wire::kOptionDhcpMessage).value_or(Bytes())};
  // R2131-T3-e: option 54 is a MUST in all three.
  const auto server = message.option(wire::kOptionDhcpServerIdentifier);
  if (!server || server->size() != 4) return Unusable(Refused{Reason::bad_server_id});
  facts.server = {load_be32(server->data())};
  if (!is_host_address(facts.server)) return Unusable(Refused{Reason::bad_server_id});
  if (!needs_address) return facts;
  if (const auto refused = check_lease(message, facts)) return Unusable(*refused);
  return facts;
}

}  // namespace lessor::client::v4
