#pragma once
// Request: the typed facts that a server's decision needs, read once from a message. Every check of
// an option that decides something is here; nothing behind it meets an option of a wrong length.
// Must not know: leases, subnets, configuration.

#include "base/time.h"
#include "wire/v4/message_view.h"

#include <expected>
#include <optional>

namespace lessor::wire {

/// What the relay agent said in option 82. Views and absences as in Request.
struct RelayInfo {
  std::optional<Bytes> circuit_id;             ///< 1, RFC 3046 3.1
  std::optional<Bytes> remote_id;              ///< 2, RFC 3046 3.2
  std::optional<net::Ip4> link_selection;      ///< 5, RFC 3527
  std::optional<net::Ip4> server_id_override;  ///< 11, RFC 5107
  bool relay_port = false;  ///< 19, RFC 8357: answer to the port that the packet came from
};

/// A client's message as facts. The views borrow the packet and its scratch: valid while the
/// receive slot lives.
struct Request {
  Request() {}  // a defaulted one would be cleared before it is filled

  MessageType type = MessageType::none;
  std::uint32_t xid = 0;
  std::uint16_t flags = 0;
  bool broadcast = false;  ///< the flag's leftmost bit
  Duration secs;           ///< since the client began to ask
  net::Ip4 ciaddr;
  net::Ip4 giaddr;
  net::HardwareAddress hardware_address;
  Bytes chaddr_field;  ///< all 16 octets: a reply copies them

  std::optional<Bytes> client_id;                 ///< 61; empty counts as absent
  std::optional<net::Ip4> requested_ip;           ///< 50
  std::optional<net::Ip4> server_id;              ///< 54
  std::optional<Duration> lease_time;             ///< 51; 0xffffffff is infinite
  Bytes parameter_list;                           ///< 55; empty when absent
  std::optional<std::uint16_t> max_message_size;  ///< 57, raised to 576 (RFC 2132 9.10)
  std::optional<Bytes> hostname;                  ///< 12, without trailing NULs
  std::optional<Bytes> fqdn;                      ///< 81, raw (RFC 4702)
  std::optional<Bytes> vendor_class;              ///< 60, without trailing NULs
  std::optional<Bytes> message;                   ///< 56: what a DECLINE or RELEASE says of itself
  std::optional<net::Ip4> subnet_selection;       ///< 118, RFC 3011
  bool rapid_commit = false;                      ///< 80, RFC 4039

  std::optional<Bytes> relay_info;     ///< 82, whole, to be echoed
  bool relay_info_is_stashed = false;  ///< not of this message: not to be echoed
  RelayInfo relay;                     ///< and its parts
};

/// Why a well-formed message is no usable request. Each has a counter.
enum class RequestCode : std::uint8_t {
  not_a_request,      ///< op is not BOOTREQUEST
  bootp,              ///< no option 53
  unknown_type,       ///< option 53 names no message type
  no_identity,        ///< no hardware address and no client identifier
  bad_option_length,  ///< `option` has a length that its RFC does not allow
  bad_relay_info,     ///< a sub-option of 82 runs past its end or has a wrong length
};
inline constexpr std::size_t kRequestCodes = 6;

/// `option` is the option code (for bad_relay_info the sub-option's), 0 when none is to blame.
struct RequestError {
  RequestCode code;
  OptionCode option = 0;
  friend bool operator==(RequestError, RequestError) = default;
};

/// One clear sentence for a person.
[[nodiscard]] std::string_view to_string(RequestCode code);

/// Reads the facts. Pure; never allocates.
[[nodiscard]] std::expected<Request, RequestError> read_request(const MessageView& message);

}  // namespace lessor::wire
