#include "client/v4/messages.h"

#include "client/v4/forcerenew.h"
#include "net/outbox.h"
#include "wire/v4/message_writer.h"

#include <algorithm>
#include <array>

namespace lessor::client::v4 {
namespace {

using wire::MessageType;
using wire::OptionCode;

/// DECLINE and RELEASE stand in a column of their own in RFC 2131 table 5: R2131-T5-d.
bool gives_back(MessageType type) {
  return type == MessageType::decline || type == MessageType::release;
}

wire::Header header_of(const Settings& settings, const Sender& sender, const Outline& outline) {
  // R2131-T5-e: hops, yiaddr, siaddr and giaddr are 0 in every message of a client's.
  wire::Header header{.op = wire::Op::request, .xid = outline.xid, .ciaddr = outline.ciaddr};
  net::HardwareAddress chaddr{.size = 6};
  copy_bytes(chaddr.octets, sender.mac.octets);
  header.set_hardware_address(chaddr);
  if (gives_back(outline.type)) return header;  // R2131-T5-d: secs 0, flags 0
  header.secs =
      static_cast<std::uint16_t>(std::min<std::int64_t>(outline.secs.to_seconds(), 0xffff));
  // R2131-4.1-j: "a client that can receive unicast ... SHOULD clear the BROADCAST bit"; one with
  // an address in use always can.
  if (settings.broadcast && outline.ciaddr.is_zero()) header.flags = wire::kBroadcastFlag;
  return header;
}

/// Adds options unless the operator said something else for them.
class Writer {
 public:
  Writer(const Settings& settings, wire::MessageWriter& out) : settings_(settings), out_(out) {}

  void octets(OptionCode code, Bytes value) {
    if (!value.empty() && !is_overruled(code)) out_.option(code, value);
  }
  void text(OptionCode code, std::string_view value) { octets(code, as_bytes(value)); }
  void address(OptionCode code, std::optional<net::Ip4> value) {
    if (value && !is_overruled(code)) out_.option_ip4(code, *value);
  }

  /// RFC 2131 table 5: what DISCOVER, REQUEST and INFORM say beside the addresses.
  void wishes(const Outline& outline, const Sender& sender) {
    const bool informs = outline.type == MessageType::inform;
    // R2131-T5-a: 51 MUST NOT in DHCPINFORM.
    if (settings_.lease_time && !informs && !is_overruled(wire::kOptionDhcpLeaseTime)) {
      out_.option_u32(wire::kOptionDhcpLeaseTime, settings_.lease_time->to_wire());
    }
    if (!is_overruled(wire::kOptionDhcpMaxMessageSize)) {
      out_.option_u16(wire::kOptionDhcpMaxMessageSize, max_message_size(sender));
    }
    octets(wire::kOptionVendorClassIdentifier, settings_.vendor_class);
    octets(wire::kOptionUserClass, settings_.user_class);
    name();
    // RFC 4039 3.1: in DHCPDISCOVER alone.
    if (settings_.rapid_commit && outline.type == MessageType::discover) {
      out_.option(wire::kOptionRapidCommit, {});
    }
    if (settings_.hmac_md5 != nullptr && !informs) {
      out_.option(wire::kOptionForcerenewNonceCapable, wire::kForcerenewAlgorithms);
    }
    for (const auto& [code, value] : settings_.extra) out_.option(code, value);
    request_list(informs);
  }

 private:
  /// R2131-4.4.3-a: "The client SHOULD NOT request lease time parameters" in DHCPINFORM.
  void request_list(bool informs) {
    std::vector<OptionCode> codes = settings_.request_list;
    if (informs) {
      std::erase_if(codes, [](OptionCode code) {
        return code == wire::kOptionDhcpLeaseTime || code == wire::kOptionDhcpRenewalTime ||
               code == wire::kOptionDhcpRebindingTime;
      });
    }
    octets(wire::kOptionDhcpParameterRequestList, std::as_bytes(std::span(codes)));
  }
  /// RFC 4702 3.1: with option 81 the host name option is left out: servers are to ignore it.
  void name() {
    if (!settings_.fqdn.empty()) return octets(wire::kOptionFqdn, settings_.fqdn);
    text(wire::kOptionHostName, settings_.hostname);
  }
  /// R2132-9.10-a: 576 at least. More than a link's usual 1500 nobody can send us in one frame.
  [[nodiscard]] std::uint16_t max_message_size(const Sender& sender) const {
    const std::uint32_t wished =
        settings_.max_message_size != 0 ? settings_.max_message_size : sender.mtu;
    return static_cast<std::uint16_t>(std::clamp<std::uint32_t>(wished, 576, 1'500));
  }
  [[nodiscard]] bool is_overruled(OptionCode code) const {
    return std::ranges::any_of(settings_.extra, [&](const auto& e) { return e.first == code; });
  }

  const Settings& settings_;
  wire::MessageWriter& out_;
};

}  // namespace

std::size_t write_client_message(const Settings& settings, const Sender& sender,
                                 const Outline& outline, MutableBytes slot) {
  wire::MessageWriter out(slot);
  Writer writer(settings, out);
  out.header(header_of(settings, sender, outline));
  out.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(outline.type));
  // The identity is the same in every message (R2131-4.4.1-c), so nobody overrules it in one.
  if (!settings.client_id.empty()) {
    out.option(wire::kOptionDhcpClientIdentifier, settings.client_id);
  }
  if (outline.requested) out.option_ip4(wire::kOptionDhcpRequestedAddress, *outline.requested);
  if (outline.server) out.option_ip4(wire::kOptionDhcpServerIdentifier, *outline.server);
  if (gives_back(outline.type)) {
    // R2131-T5-d: 56 SHOULD, nothing else.
    writer.text(wire::kOptionDhcpMessage, outline.why);
  } else {
    writer.wishes(outline, sender);
  }
  out.end();
  out.pad_to(wire::kMinMessageSize);
  return out.ok() ? out.size() : 0;
}

bool messages_fit(const Settings& settings) {
  std::array<std::byte, net::kMaxPayload> room{};
  // The longest: a DHCPREQUEST with both addresses, and a DHCPDISCOVER's options.
  const Outline longest{.type = wire::MessageType::discover,
                        .requested = net::kIp4Broadcast,
                        .server = net::kIp4Broadcast};
  return write_client_message(settings, {}, longest, room) > 0;
}

}  // namespace lessor::client::v4
