#include "cli/other_servers.h"

#include "runtime/clock.h"
#include "runtime/discover_probe.h"
#include "server/v4/other_servers.h"
#include "wire/v4/message_writer.h"

#include <array>
#include <cerrno>

namespace lessor::cli {
namespace {

/// Servers that probe an address first take up to a second to offer it.
constexpr Duration kPatience = Duration::milliseconds(1'500);

/// A DISCOVER from this interface's own MAC: a server that knows no stranger may know us.
std::size_t write_discover(const net::Mac& mac, std::uint32_t xid, MutableBytes room) {
  wire::Header header;
  header.op = wire::Op::request;
  header.xid = xid;
  header.flags = wire::kBroadcastFlag;
  net::HardwareAddress hardware;
  hardware.size = 6;
  copy_bytes(hardware.octets, mac.octets);
  header.set_hardware_address(hardware);
  wire::MessageWriter writer(room);
  writer.header(header);
  writer.option_u8(wire::kOptionDhcpMessageType,
                   static_cast<std::uint8_t>(wire::MessageType::discover));
  constexpr std::array kWanted = {std::byte{wire::kOptionSubnetMask},
                                  std::byte{wire::kOptionRouters}};
  writer.option(wire::kOptionDhcpParameterRequestList, kWanted);
  writer.end();
  writer.pad_to(wire::kMinMessageSize);
  return writer.size();
}

/// Nothing can be asked through an interface that is not up.
std::string explain_silence(const net::Interface& interface) {
  return interface.name +
         (interface.admin_up ? " has no carrier: nothing is plugged in"
                             : " is down: bring it up with ip link set " + interface.name + " up") +
         ". Until then nobody can ask whether another DHCP server is there; with --alongside it is "
         "not asked, and " +
         interface.name + " is served as soon as it is up";
}

}  // namespace

std::optional<net::Ip4> read_offer(Bytes reply, std::uint32_t xid) {
  const auto message = server::v4::read_server_message(reply);
  if (!message || message->xid != xid) return std::nullopt;
  if (message->sign != server::v4::ServerSign::offer) return std::nullopt;
  return message->server;
}

std::expected<std::optional<std::string>, std::string> find_other_server(
    const net::Interface& interface) {
  if (!interface.up) return std::unexpected(explain_silence(interface));
  std::array<std::byte, wire::kMinMaxMessageSize> room{};
  const auto xid = static_cast<std::uint32_t>(runtime::random_seed());
  const std::size_t size = write_discover(interface.mac, xid, room);
  const auto replies = runtime::probe_for_servers(interface, Bytes(room).first(size), kPatience);
  // A link that has just lost its carrier; the kernel tells of the loss up to a second later.
  if (!replies && replies.error().number == ENOBUFS) {
    return std::unexpected(explain_silence(interface));
  }
  if (!replies) return std::unexpected(runtime::to_string(replies.error()));
  for (const runtime::ProbeReply& reply : *replies) {
    const auto server = read_offer(reply.payload, xid);
    if (!server) continue;
    const net::Ip4 address = server->is_zero() ? reply.source : *server;
    return net::to_string(address) + " (" + net::to_string(reply.source_mac) + ")";
  }
  return std::nullopt;
}

}  // namespace lessor::cli
