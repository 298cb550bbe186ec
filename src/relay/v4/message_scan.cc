#include "relay/v4/message_scan.h"

namespace lessor::relay::v4 {
namespace {

using wire::RawOption;

bool has_cookie(Bytes message) {
  return message.size() >= wire::kOptionsOffset &&
         load_be32(&message[wire::kCookieOffset]) == wire::kCookie;
}

void note_option(const RawOption& option, Scan& scan) {
  switch (option.code) {
    case wire::kOptionDhcpMessageType:
      scan.type = option.length == 1 ? wire::message_type_of(load_u8(option.value.data()))
                                     : wire::MessageType::unknown;
      break;
    case wire::kOptionDhcpServerIdentifier:
      if (option.length == 4) scan.server_id = net::Ip4{load_be32(option.value.data())};
      break;
    case wire::kOptionDhcpRequestedAddress:
      if (option.length == 4) scan.requested = net::Ip4{load_be32(option.value.data())};
      break;
    case wire::kOptionDhcpLeaseTime:
      if (option.length == 4) {
        scan.lease_time = Duration::from_wire(load_be32(option.value.data()));
      }
      break;
    case wire::kOptionDhcpClientIdentifier:
      scan.client_id = option.value;
      break;
    case wire::kOptionDhcpAgentOptions:
      if (!scan.info) scan.info = option.value;
      break;
    case wire::kOptionDhcpOptionOverload:  // be it said twice, or in too many octets
      for (const std::byte octet : option.value) scan.overload |= octet;
      break;
    default:  // any other octet: options that a relay does not look at
      break;
  }
}

bool has_info(Bytes field) {
  wire::OptionCursor cursor(field);
  for (RawOption option; cursor.next(option);) {
    if (option.code == wire::kOptionDhcpAgentOptions) return true;
  }
  return false;
}

/// What of one option 82 stays.
Bytes what_stays(Bytes info, Bytes ours) {
  if (ours.empty()) return {};
  const bool ends_with_ours =
      info.size() >= ours.size() && equal_bytes(info.last(ours.size()), ours);
  return ends_with_ours ? info.first(info.size() - ours.size()) : info;
}

}  // namespace

std::expected<Scan, Reason> scan_message(Bytes message) {
  Scan scan{.end = message.size()};
  scan.has_options = has_cookie(message);
  if (!scan.has_options) return scan;
  wire::OptionCursor cursor(message.subspan(wire::kOptionsOffset));
  for (RawOption option; cursor.next(option);) {
    if (option.state != RawOption::State::whole) return std::unexpected(Reason::bad_options);
    if (option.code == wire::kOptionEnd) {
      scan.end = wire::kOptionsOffset + option.offset;
      break;
    }
    if (option.code != wire::kOptionPad) note_option(option, scan);
  }
  return scan;
}

bool hides_info(Bytes message, const Scan& scan) {
  const auto says = [&](std::uint8_t bit) {
    return (scan.overload & std::byte{bit}) != std::byte{};
  };
  const bool in_file = says(1) && has_info(message.subspan(wire::kFileOffset, wire::kFileSize));
  return in_file || (says(2) && has_info(message.subspan(wire::kSnameOffset, wire::kSnameSize)));
}

bool copy_without_info(Bytes message, const Scan& scan, Bytes ours, ByteWriter& out) {
  if (!scan.info) {
    out.bytes(message.first(scan.end));
    return false;
  }
  const Bytes options = message.subspan(wire::kOptionsOffset, scan.end - wire::kOptionsOffset);
  wire::OptionCursor cursor(options);
  std::size_t copied = 0;  // up to here
  bool left_out = false;
  out.bytes(message.first(wire::kOptionsOffset));
  for (RawOption option; cursor.next(option);) {
    if (option.code != wire::kOptionDhcpAgentOptions) continue;
    const Bytes rest = what_stays(option.value, ours);
    if (rest.size() == option.value.size() && !rest.empty()) continue;
    left_out = true;
    out.bytes(options.subspan(copied, option.offset - copied));
    copied = option.offset + 2 + option.length;
    if (rest.empty()) continue;
    out.u8(wire::kOptionDhcpAgentOptions);
    out.u8(static_cast<std::uint8_t>(rest.size()));
    out.bytes(rest);
  }
  out.bytes(options.subspan(copied));
  return left_out;
}

}  // namespace lessor::relay::v4
