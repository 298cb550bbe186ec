#pragma once
// The numbers of DHCPv4: header layout (RFC 2131 2), operations and message types (RFC 2132 9.6),
// and the option codes that engines speak of by name. The whole option registry is option_table.h.
// Must not know: parsing, sockets.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lessor::wire {

/// RFC 2131 4.1: the 'DHCP server' port (67) and the 'DHCP client' port (68).
inline constexpr std::uint16_t kServerPort = 67;
inline constexpr std::uint16_t kClientPort = 68;

/// RFC 2131 3: "the first four octets of the 'options' field ... 99, 130, 83 and 99".
inline constexpr std::uint32_t kCookie = 0x63825363;

/// RFC 2131 figure 1: offsets of the header's fields, in octets from the start of the message.
inline constexpr std::size_t kOpOffset = 0;
inline constexpr std::size_t kHtypeOffset = 1;
inline constexpr std::size_t kHlenOffset = 2;
inline constexpr std::size_t kHopsOffset = 3;
inline constexpr std::size_t kXidOffset = 4;
inline constexpr std::size_t kSecsOffset = 8;
inline constexpr std::size_t kFlagsOffset = 10;
inline constexpr std::size_t kCiaddrOffset = 12;
inline constexpr std::size_t kYiaddrOffset = 16;
inline constexpr std::size_t kSiaddrOffset = 20;
inline constexpr std::size_t kGiaddrOffset = 24;
inline constexpr std::size_t kChaddrOffset = 28;
inline constexpr std::size_t kSnameOffset = 44;
inline constexpr std::size_t kFileOffset = 108;
inline constexpr std::size_t kCookieOffset = 236;
inline constexpr std::size_t kOptionsOffset = 240;

inline constexpr std::size_t kChaddrSize = 16;
inline constexpr std::size_t kSnameSize = 64;
inline constexpr std::size_t kFileSize = 128;
/// The fixed part, before the cookie.
inline constexpr std::size_t kHeaderSize = 236;

/// RFC 1542 2.1: a BOOTP message has 300 octets at least; relays and old stacks drop shorter ones.
inline constexpr std::size_t kMinMessageSize = 300;
/// RFC 2131 2: everybody must accept an IP datagram of 576 octets. Option 57 counts such a datagram
/// too, so 28 octets of IPv4 and UDP headers come off.
inline constexpr std::size_t kMinMaxMessageSize = 576;
inline constexpr std::size_t kIpUdpHeaderSize = 28;

/// RFC 2131 figure 2: the leftmost bit of `flags`.
inline constexpr std::uint16_t kBroadcastFlag = 0x8000;

/// IANA hardware type 1, and the one that has no hardware address in the message (RFC 4390).
inline constexpr std::uint8_t kHtypeEthernet = 1;
inline constexpr std::uint8_t kHtypeInfiniband = 32;

/// The 'op' field: to a server or to a client.
enum class Op : std::uint8_t {
  unknown = 0,  ///< any value but 1 and 2
  request = 1,  ///< BOOTREQUEST
  reply = 2,    ///< BOOTREPLY
};

/// Option 53, with IANA's names. `none`: there is no option 53, so this is BOOTP. `unknown`: there
/// is one, with a value that IANA has not assigned or not of one octet.
enum class MessageType : std::uint8_t {
  none = 0,
  discover = 1,
  offer = 2,
  request = 3,
  decline = 4,
  ack = 5,
  nak = 6,
  release = 7,
  inform = 8,
  forcerenew = 9,         ///< RFC 3203
  leasequery = 10,        ///< RFC 4388
  leaseunassigned = 11,   ///< RFC 4388
  leaseunknown = 12,      ///< RFC 4388
  leaseactive = 13,       ///< RFC 4388
  bulkleasequery = 14,    ///< RFC 6926
  leasequerydone = 15,    ///< RFC 6926
  activeleasequery = 16,  ///< RFC 7724
  leasequerystatus = 17,  ///< RFC 7724
  tls = 18,               ///< RFC 7724
  unknown = 255,
};

/// The message type of an option 53 octet: `unknown` for 0 and everything above 18.
[[nodiscard]] constexpr MessageType message_type_of(std::uint8_t value) {
  return value >= 1 && value <= 18 ? static_cast<MessageType>(value) : MessageType::unknown;
}

/// "DHCPDISCOVER" and so on, as RFCs and logs write it; "BOOTP" for none, "unknown" for unknown.
[[nodiscard]] std::string_view to_string(MessageType type);
/// "BOOTREQUEST", "BOOTREPLY", "unknown".
[[nodiscard]] std::string_view to_string(Op op);

/// Option codes by Kea's names. Only those that code speaks of; the table has them all.
using OptionCode = std::uint8_t;
inline constexpr OptionCode kOptionPad = 0;
inline constexpr OptionCode kOptionSubnetMask = 1;
inline constexpr OptionCode kOptionTimeOffset = 2;
inline constexpr OptionCode kOptionRouters = 3;
inline constexpr OptionCode kOptionDomainNameServers = 6;
inline constexpr OptionCode kOptionHostName = 12;
inline constexpr OptionCode kOptionDomainName = 15;
inline constexpr OptionCode kOptionInterfaceMtu = 26;
inline constexpr OptionCode kOptionBroadcastAddress = 28;
inline constexpr OptionCode kOptionStaticRoutes = 33;
inline constexpr OptionCode kOptionNtpServers = 42;
inline constexpr OptionCode kOptionVendorEncapsulatedOptions = 43;
inline constexpr OptionCode kOptionDhcpRequestedAddress = 50;
inline constexpr OptionCode kOptionDhcpLeaseTime = 51;
inline constexpr OptionCode kOptionDhcpOptionOverload = 52;
inline constexpr OptionCode kOptionDhcpMessageType = 53;
inline constexpr OptionCode kOptionDhcpServerIdentifier = 54;
inline constexpr OptionCode kOptionDhcpParameterRequestList = 55;
inline constexpr OptionCode kOptionDhcpMessage = 56;
inline constexpr OptionCode kOptionDhcpMaxMessageSize = 57;
inline constexpr OptionCode kOptionDhcpRenewalTime = 58;
inline constexpr OptionCode kOptionDhcpRebindingTime = 59;
inline constexpr OptionCode kOptionVendorClassIdentifier = 60;
inline constexpr OptionCode kOptionDhcpClientIdentifier = 61;
inline constexpr OptionCode kOptionTftpServerName = 66;
inline constexpr OptionCode kOptionBootFileName = 67;
inline constexpr OptionCode kOptionUserClass = 77;
inline constexpr OptionCode kOptionRapidCommit = 80;
inline constexpr OptionCode kOptionFqdn = 81;
inline constexpr OptionCode kOptionDhcpAgentOptions = 82;
inline constexpr OptionCode kOptionAuthenticate = 90;
inline constexpr OptionCode kOptionClientLastTransactionTime = 91;
inline constexpr OptionCode kOptionAssociatedIp = 92;
inline constexpr OptionCode kOptionClientSystem = 93;
inline constexpr OptionCode kOptionUuidGuid = 97;
inline constexpr OptionCode kOptionV6OnlyPreferred = 108;
inline constexpr OptionCode kOptionV4CaptivePortal = 114;
inline constexpr OptionCode kOptionAutoConfig = 116;
inline constexpr OptionCode kOptionSubnetSelection = 118;
inline constexpr OptionCode kOptionDomainSearch = 119;
inline constexpr OptionCode kOptionClasslessStaticRoute = 121;
inline constexpr OptionCode kOptionVivcoSuboptions = 124;
inline constexpr OptionCode kOptionVivsoSuboptions = 125;
inline constexpr OptionCode kOptionStatusCode = 151;
inline constexpr OptionCode kOptionBaseTime = 152;
inline constexpr OptionCode kOptionStartTimeOfState = 153;
inline constexpr OptionCode kOptionQueryStartTime = 154;
inline constexpr OptionCode kOptionQueryEndTime = 155;
inline constexpr OptionCode kOptionDhcpState = 156;
inline constexpr OptionCode kOptionDataSource = 157;
inline constexpr OptionCode kOptionVss = 221;
inline constexpr OptionCode kOptionEnd = 255;

/// Sub-options of option 82 that the engines speak of.
inline constexpr OptionCode kRelayCircuitId = 1;          ///< RFC 3046
inline constexpr OptionCode kRelayRemoteId = 2;           ///< RFC 3046
inline constexpr OptionCode kRelayLinkSelection = 5;      ///< RFC 3527
inline constexpr OptionCode kRelayServerIdOverride = 11;  ///< RFC 5107
inline constexpr OptionCode kRelaySourcePort = 19;        ///< RFC 8357

/// An option 61 that begins with this octet holds an IAID and a DUID (RFC 4361 6.1).
inline constexpr std::uint8_t kClientIdTypeDuid = 255;

}  // namespace lessor::wire
