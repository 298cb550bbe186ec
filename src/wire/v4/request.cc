#include "wire/v4/request.h"

#include "wire/v4/bootp_request.h"
#include "wire/v4/leasequery_request.h"

#include <algorithm>

namespace lessor::wire {
namespace {

using Verdict = std::optional<RequestError>;

/// Reads options of a fixed length. Sticky: the first of a wrong length is kept, so a caller reads
/// several and asks once.
class FixedOptions {
 public:
  explicit FixedOptions(const MessageView& message) : message_(message) {}

  std::optional<std::uint32_t> u32(OptionCode code) {
    const std::byte* value = find(code, 4);
    return value != nullptr ? std::optional(load_be32(value)) : std::nullopt;
  }
  std::optional<std::uint16_t> u16(OptionCode code) {
    const std::byte* value = find(code, 2);
    return value != nullptr ? std::optional(load_be16(value)) : std::nullopt;
  }
  std::optional<net::Ip4> ip4(OptionCode code) {
    const auto value = u32(code);
    return value ? std::optional(net::Ip4{*value}) : std::nullopt;
  }
  [[nodiscard]] Verdict wrong() const { return wrong_; }

 private:
  /// The value; null when there is none of this length.
  const std::byte* find(OptionCode code, std::size_t length) {
    if (!message_.has(code)) return nullptr;
    const Bytes value = message_.value_of(code);
    if (value.size() == length) return value.data();
    if (!wrong_) wrong_ = RequestError{RequestCode::bad_option_length, code};
    return nullptr;
  }

  const MessageView& message_;
  Verdict wrong_;
};

/// R2132-2-a: "the receiver of such options MUST be prepared to delete trailing nulls if they
/// exist."
[[gnu::always_inline]] inline std::optional<Bytes> read_text(const MessageView& message,
                                                             OptionCode code) {
  if (!message.has(code)) return std::nullopt;
  Bytes value = message.value_of(code);
  while (!value.empty() && value.back() == std::byte{0}) value = value.first(value.size() - 1);
  return value;
}

Verdict check_type(Op op, MessageType type) {
  if (op != Op::request) return RequestError{RequestCode::not_a_request};
  switch (type) {
    case MessageType::none:
      return RequestError{RequestCode::bootp};
    case MessageType::unknown:
      return RequestError{RequestCode::unknown_type};
    case MessageType::discover:
    case MessageType::offer:
    case MessageType::request:
    case MessageType::decline:
    case MessageType::ack:
    case MessageType::nak:
    case MessageType::release:
    case MessageType::inform:
    case MessageType::forcerenew:
    case MessageType::leasequery:
    case MessageType::leaseunassigned:
    case MessageType::leaseunknown:
    case MessageType::leaseactive:
    case MessageType::bulkleasequery:
    case MessageType::leasequerydone:
    case MessageType::activeleasequery:
    case MessageType::leasequerystatus:
    case MessageType::tls:
      return std::nullopt;
  }
  return RequestError{RequestCode::unknown_type};
}

// Three kinds of messages are read by the same parts. They stand in each reader: the one for what
// clients say is on the way of every packet.
[[gnu::always_inline]] inline void read_header(const MessageView& message, Request& request) {
  request.xid = message.xid();
  request.flags = message.flags();
  request.broadcast = message.broadcast();
  request.secs = Duration::seconds(message.secs());
  request.ciaddr = message.ciaddr();
  request.giaddr = message.giaddr();
  request.hardware_address = message.chaddr();
  request.chaddr_field = message.chaddr_field();
}

/// R2131-4.2-a: a client is known by option 61, else by chaddr; one of them it must have. RFC 2132
/// 9.14 wants two octets in 61 at least; one is enough to tell clients apart, so it is accepted
/// (some do send it). None at all identifies nobody: it counts as absent, and is not echoed.
void read_client_id(const MessageView& message, Request& request) {
  if (!message.has(kOptionDhcpClientIdentifier)) return;
  const Bytes client_id = message.value_of(kOptionDhcpClientIdentifier);
  if (!client_id.empty()) request.client_id = client_id;
}
Verdict read_identity(const MessageView& message, Request& request) {
  read_client_id(message, request);
  if (!request.client_id && message.hlen() == 0) return RequestError{RequestCode::no_identity};
  return std::nullopt;
}

[[gnu::always_inline]] inline Verdict read_numbers(const MessageView& message, Request& request) {
  FixedOptions options(message);
  // RFC 2132 9.1, 9.7, RFC 3011 and RFC 2132 9.2: four octets each.
  request.requested_ip = options.ip4(kOptionDhcpRequestedAddress);
  request.server_id = options.ip4(kOptionDhcpServerIdentifier);
  request.subnet_selection = options.ip4(kOptionSubnetSelection);
  const auto wire_seconds = options.u32(kOptionDhcpLeaseTime);
  if (wire_seconds) request.lease_time = Duration::from_wire(*wire_seconds);
  // R2132-9.10-a: two octets, "the minimum legal value is 576".
  const auto size = options.u16(kOptionDhcpMaxMessageSize);
  if (size) {
    request.max_message_size = std::max(*size, static_cast<std::uint16_t>(kMinMaxMessageSize));
  }
  return options.wrong();
}

/// What needs no check: opaque, or text.
[[gnu::always_inline]] inline void read_rest(const MessageView& message, Request& request) {
  if (message.has(kOptionDhcpParameterRequestList)) {
    request.parameter_list = message.value_of(kOptionDhcpParameterRequestList);
  }
  request.hostname = read_text(message, kOptionHostName);
  request.fqdn = message.option(kOptionFqdn);
  request.vendor_class = read_text(message, kOptionVendorClassIdentifier);
  request.message = read_text(message, kOptionDhcpMessage);
  request.rapid_commit = message.has(kOptionRapidCommit);
}

RequestError bad_relay_info(OptionCode sub_option) {
  return {RequestCode::bad_relay_info, sub_option};
}

Verdict read_relay_address(const RawOption& sub_option, std::optional<net::Ip4>& out) {
  if (sub_option.length != 4) return bad_relay_info(sub_option.code);
  out = net::Ip4{load_be32(sub_option.value.data())};
  return std::nullopt;
}

Verdict read_sub_option(const RawOption& sub_option, RelayInfo& relay) {
  switch (sub_option.code) {
    case kRelayCircuitId:
      relay.circuit_id = sub_option.value;
      break;
    case kRelayRemoteId:
      relay.remote_id = sub_option.value;
      break;
    case kRelayLinkSelection:
      return read_relay_address(sub_option, relay.link_selection);
    case kRelayServerIdOverride:
      return read_relay_address(sub_option, relay.server_id_override);
    case kRelaySourcePort:
      relay.relay_port = true;
      break;
    default:
      break;  // any other is opaque, and echoed with the whole
  }
  return std::nullopt;
}

/// RFC 3046 2.0. A sub-option that runs past the end would leave us guessing about the subnet; a
/// single octet behind the last one is a pad that some relays add, and says nothing.
Verdict read_relay_info(const MessageView& message, Request& request) {
  if (!message.has(kOptionDhcpAgentOptions)) return std::nullopt;
  request.relay_info = message.value_of(kOptionDhcpAgentOptions);
  OptionCursor cursor(*request.relay_info, OptionCursor::Grammar::sub_options);
  RawOption sub_option;
  while (cursor.next(sub_option)) {
    if (sub_option.state == RawOption::State::no_length) break;
    if (sub_option.state == RawOption::State::overrun) return bad_relay_info(sub_option.code);
    if (const Verdict wrong = read_sub_option(sub_option, request.relay)) return wrong;
  }
  return std::nullopt;
}

Verdict read_facts(const MessageView& message, Request& request) {
  read_header(message, request);
  read_rest(message, request);
  if (const Verdict wrong = read_identity(message, request)) return wrong;
  if (const Verdict wrong = read_numbers(message, request)) return wrong;
  return read_relay_info(message, request);
}

Verdict read_all(const MessageView& message, Request& request) {
  request.type = message.message_type();
  if (const Verdict wrong = check_type(message.op(), request.type)) return wrong;
  return read_facts(message, request);
}

}  // namespace

std::string_view to_string(RequestCode code) {
  switch (code) {
    case RequestCode::not_a_request:
      return "op is not 1 (BOOTREQUEST)";
    case RequestCode::bootp:
      return "there is no option 53: this is a BOOTP request";
    case RequestCode::unknown_type:
      return "option 53 names no DHCP message type";
    case RequestCode::no_identity:
      return "there is neither a hardware address nor an option 61";
    case RequestCode::bad_option_length:
      return "an option has a length that its RFC does not allow";
    case RequestCode::bad_relay_info:
      return "option 82 holds a sub-option of a wrong length";
  }
  return "unknown";
}

std::expected<Request, RequestError> read_request(const MessageView& message) {
  std::expected<Request, RequestError> result(std::in_place);  // filled in place, never copied
  if (const Verdict wrong = read_all(message, *result)) result = std::unexpected(*wrong);
  return result;
}

std::expected<Request, RequestError> read_bootp_request(const MessageView& message) {
  std::expected<Request, RequestError> result(std::in_place);
  result->type = MessageType::none;
  if (message.op() != Op::request) return std::unexpected(RequestError{RequestCode::not_a_request});
  if (const Verdict wrong = read_facts(message, *result)) result = std::unexpected(*wrong);
  return result;
}

bool names_somebody(const net::HardwareAddress& hardware) {
  return std::ranges::any_of(hardware.bytes(),
                             [](std::byte octet) { return octet != std::byte{0}; });
}

std::expected<Request, RequestError> read_leasequery(const MessageView& message) {
  std::expected<Request, RequestError> result(std::in_place);
  result->type = message.message_type();
  if (message.op() != Op::request) return std::unexpected(RequestError{RequestCode::not_a_request});
  read_header(message, *result);
  read_rest(message, *result);
  read_client_id(message, *result);
  Verdict wrong = read_numbers(message, *result);
  if (!wrong) wrong = read_relay_info(message, *result);
  if (wrong) result = std::unexpected(*wrong);
  return result;
}

}  // namespace lessor::wire
