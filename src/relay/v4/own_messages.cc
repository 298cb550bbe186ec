#include "relay/v4/own_messages.h"

#include "wire/v4/message_writer.h"

namespace lessor::relay::v4 {
namespace {

constexpr std::string_view kProbeClass = "lessor-relay-probe";

/// RFC 4388 6.1: a query says in option 55 what it wants to know.
constexpr std::array<std::byte, 2> kWanted{std::byte{wire::kOptionDhcpLeaseTime},
                                           std::byte{wire::kOptionDhcpAgentOptions}};
constexpr std::array<std::byte, 1> kMaskWanted{std::byte{wire::kOptionSubnetMask}};

wire::Header header_of(std::uint32_t xid, const Asker& asker) {
  wire::Header header{.op = wire::Op::request, .hops = 1, .xid = xid, .giaddr = asker.giaddr};
  copy_bytes(header.chaddr, asker.mac.octets);
  return header;
}

std::size_t finish(wire::MessageWriter& out, const Asker& asker) {
  if (!asker.info.empty()) out.option(wire::kOptionDhcpAgentOptions, asker.info);
  out.end();
  out.pad_to(wire::kMinMessageSize);
  return out.size();
}

std::uint8_t type_octet(wire::MessageType type) { return static_cast<std::uint8_t>(type); }

}  // namespace

std::size_t write_probe(const Probe& probe, const Asker& asker, MutableBytes slot) {
  if (probe.kind == ProbeKind::leasequery) {
    return write_query(probe.xid, asker.giaddr, asker, slot);
  }
  const bool inform = probe.kind == ProbeKind::inform;
  wire::Header header = header_of(probe.xid, asker);
  if (inform) header.ciaddr = asker.giaddr;  // R2131-T5-a: ciaddr is the asker's own
  wire::MessageWriter out(slot);
  out.header(header);
  out.option_u8(wire::kOptionDhcpMessageType,
                type_octet(inform ? wire::MessageType::inform : wire::MessageType::discover));
  out.option(wire::kOptionVendorClassIdentifier, as_bytes(kProbeClass));
  out.option(wire::kOptionDhcpParameterRequestList, kMaskWanted);
  return finish(out, asker);
}

std::size_t write_query(std::uint32_t xid, net::Ip4 address, const Asker& asker,
                        MutableBytes slot) {
  wire::Header header = header_of(xid, asker);
  header.htype = 0;
  header.hlen = 0;
  header.chaddr = {};
  header.ciaddr = address;
  wire::MessageWriter out(slot);
  out.header(header);
  out.option_u8(wire::kOptionDhcpMessageType, type_octet(wire::MessageType::leasequery));
  out.option(wire::kOptionDhcpParameterRequestList, kWanted);
  return finish(out, {.giaddr = asker.giaddr, .mac = {}, .info = {}});
}

}  // namespace lessor::relay::v4
