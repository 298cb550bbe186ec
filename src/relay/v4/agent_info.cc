#include "relay/v4/agent_info.h"

#include "wire/v4/option_cursor.h"

namespace lessor::relay::v4 {
namespace {

// Sub-options that only a relay writes (RFC 3993, RFC 4243, RFC 5010, RFC 6925).
constexpr wire::OptionCode kSubscriberId = 6;
constexpr wire::OptionCode kVendorSpecific = 9;
constexpr wire::OptionCode kFlags = 10;
constexpr wire::OptionCode kRelayId = 12;

/// RFC 5010 2: the first bit of the flags is "unicast".
constexpr std::uint8_t kUnicastFlag = 0x80;

/// Writes a length octet before what `body` writes, be it 255 octets at most.
template <typename Body>
void write_counted(ByteWriter& out, Body&& body) {
  const MutableBytes length = out.claim(1);
  const std::size_t before = out.size();
  body();
  const std::size_t size = out.size() - before;
  if (!out.ok()) return;
  // The room is that of one option 82, so that nothing in it can be longer.
  store_u8(length.data(), static_cast<std::uint8_t>(size));
}

void write_template(wire::OptionCode code, const AgentTemplate& one, const TemplateValues& values,
                    ByteWriter& out) {
  if (one.empty()) return;
  out.u8(code);
  write_counted(out, [&] { one.write(values, out); });
}

void write_address(wire::OptionCode code, net::Ip4 address, ByteWriter& out) {
  if (address.is_zero()) return;
  out.u8(code);
  out.u8(4);
  out.be32(address.value);
}

/// RFC 4243 3: enterprise number, length, data; one after the other in a single sub-option.
void write_vendors(const std::vector<VendorInfo>& vendors, const TemplateValues& values,
                   ByteWriter& out) {
  if (vendors.empty()) return;
  out.u8(kVendorSpecific);
  write_counted(out, [&] {
    for (const VendorInfo& vendor : vendors) {
      out.be32(vendor.enterprise);
      write_counted(out, [&] { vendor.data.write(values, out); });
    }
  });
}

}  // namespace

void write_agent_info(const AgentInfo& info, const TemplateValues& values, const InfoFacts& facts,
                      ByteWriter& out) {
  write_template(wire::kRelayCircuitId, info.circuit_id, values, out);
  write_template(wire::kRelayRemoteId, info.remote_id, values, out);
  write_address(wire::kRelayLinkSelection, facts.link_selection, out);
  write_template(kSubscriberId, info.subscriber_id, values, out);
  write_vendors(info.vendors, values, out);
  if (info.flags) {
    out.u8(kFlags);
    out.u8(1);
    out.u8(facts.unicast ? kUnicastFlag : std::uint8_t{0});
  }
  write_address(wire::kRelayServerIdOverride, facts.server_id_override, out);
  write_template(kRelayId, info.relay_id, values, out);
  if (facts.source_port) {
    out.u8(wire::kRelaySourcePort);
    out.u8(0);
  }
}

bool names_client(const AgentInfo& info) {
  bool named = false;
  for_each_template(info, [&](const AgentTemplate& one) { named = named || one.names_client(); });
  return named;
}

std::optional<Bytes> find_sub_option(Bytes info, std::uint8_t code) {
  wire::OptionCursor cursor(info, wire::OptionCursor::Grammar::sub_options);
  for (wire::RawOption option; cursor.next(option);) {
    if (option.state != wire::RawOption::State::whole) return std::nullopt;
    if (option.code == code) return option.value;
  }
  return std::nullopt;
}

}  // namespace lessor::relay::v4
