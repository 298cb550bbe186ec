#include "craft/rules/message_rules.h"

#include "craft/rules/message_rows.h"

#include <algorithm>
#include <array>

namespace lessor::craft {
namespace {

using wire::MessageType;

// Twenty messages are easier to read without the prefix.
using namespace rows;

// --- messages

constexpr std::string_view kByBroadcast =
    "from 0.0.0.0 port 68 to 255.255.255.255 port 67, by link-layer broadcast";
constexpr std::string_view kToClient =
    "port 67 to giaddr port 67 when it was relayed; else to ciaddr; else, port 68, by broadcast "
    "when the flag is set, or to yiaddr at the client's hardware address";
constexpr std::string_view kTcp = "TCP port 67, two octets of length before each message";

constexpr std::array kMessages = std::to_array<MessageRules>({
    {Form::discover, MessageType::discover, "discover", "DHCPDISCOVER",
     "A client without an address looks for servers.", "a client in INIT",
     "every server on its link", kByBroadcast, kDiscoverFields, kClientFields, kDiscoverOptions,
     kClientOptions, kMay, "RFC 2131 4.4.1",
     "lessor craft discover chaddr=00:00:5e:00:53:01 -o host-name=laptop -o "
     "dhcp-parameter-request-list=1,3,6,15"},
    {Form::offer, MessageType::offer, "offer", "DHCPOFFER",
     "A server proposes an address and the parameters that go with it.", "a server",
     "the client that asked", kToClient, kOfferFields, kServerFields, kOfferOptions, kServerOptions,
     kMay, "RFC 2131 4.3.1",
     "lessor craft offer yiaddr=192.0.2.10 -o dhcp-server-identifier=192.0.2.1 -o "
     "dhcp-lease-time=1h"},
    {Form::selecting, MessageType::request, "request", "DHCPREQUEST in SELECTING",
     "A client takes one offer and so declines the others.", "a client in SELECTING",
     "every server on its link; option 54 says which is meant", kByBroadcast, kFirstRequestFields,
     kClientFields, kSelectingOptions, kClientOptions, kMay, "RFC 2131 4.3.2",
     "lessor craft request -o dhcp-requested-address=192.0.2.10 -o "
     "dhcp-server-identifier=192.0.2.1"},
    {Form::init_reboot, MessageType::request, "reboot", "DHCPREQUEST in INIT-REBOOT",
     "A client that restarts asks whether it may use its old address.", "a client in INIT-REBOOT",
     "every server on its link", kByBroadcast, kRebootFields, kClientFields, kRebootOptions,
     kClientOptions, kMay, "RFC 2131 4.3.2",
     "lessor craft reboot -o dhcp-requested-address=192.0.2.10"},
    {Form::renewing, MessageType::request, "renew", "DHCPREQUEST in RENEWING",
     "At T1 a client asks its server to extend the lease.", "a client in RENEWING",
     "the server that gave the lease", "from ciaddr port 68 to the server port 67, unicast",
     kExtendFields, kClientFields, kExtendOptions, kClientOptions, kMay, "RFC 2131 4.3.2",
     "lessor craft renew ciaddr=192.0.2.10 ip.dst=192.0.2.1"},
    {Form::rebinding, MessageType::request, "rebind", "DHCPREQUEST in REBINDING",
     "At T2 a client asks any server to extend the lease, since its own did not answer.",
     "a client in REBINDING", "every server on its link",
     "from ciaddr port 68 to 255.255.255.255 port 67, broadcast", kExtendFields, kClientFields,
     kExtendOptions, kClientOptions, kMay, "RFC 2131 4.3.2",
     "lessor craft rebind ciaddr=192.0.2.10"},
    {Form::decline, MessageType::decline, "decline", "DHCPDECLINE",
     "A client found that the address it was given is in use by somebody else.",
     "a client that probed its new address", "the server that gave it", kByBroadcast,
     kDeclineFields, kClientFields, kDeclineOptions, kLastWordOptions, kMustNot,
     "RFC 2131 4.4.4, table 5",
     "lessor craft decline -o dhcp-requested-address=192.0.2.10 -o "
     "dhcp-server-identifier=192.0.2.1"},
    {Form::ack, MessageType::ack, "ack", "DHCPACK",
     "A server commits itself to the lease, with all parameters.", "the server that was asked",
     "the client", kToClient, kAckFields, kServerFields, kAckOptions, kServerOptions, kMay,
     "RFC 2131 4.3.2",
     "lessor craft ack yiaddr=192.0.2.10 -o dhcp-server-identifier=192.0.2.1 -o "
     "dhcp-lease-time=1h"},
    {Form::ack_to_inform, MessageType::ack, "ack", "DHCPACK to a DHCPINFORM",
     "A server tells parameters to a client that has its address from elsewhere.", "a server",
     "the client", "port 67 to ciaddr port 68, unicast", kAckToInformFields, kServerFields,
     kAckToInformOptions, kServerOptions, kMay, "RFC 2131 4.3.5",
     "lessor craft ack ciaddr=192.0.2.10 yiaddr=0.0.0.0 --without dhcp-lease-time"},
    {Form::nak, MessageType::nak, "nak", "DHCPNAK",
     "A server refuses: the client's idea of its address is wrong, or its lease is over.",
     "a server", "the client",
     "port 67 to 255.255.255.255 port 68, broadcast; to giaddr port 67 when it was relayed",
     kNakFields, kServerFields, kNakOptions, kServerOptions, kMustNot, "RFC 2131 4.3.2",
     "lessor craft nak -o dhcp-server-identifier=192.0.2.1 -o 'dhcp-message=wrong network'"},
    {Form::release, MessageType::release, "release", "DHCPRELEASE",
     "A client gives its address back.", "a client that has a lease", "the server that gave it",
     "from ciaddr port 68 to the server port 67, unicast", kReleaseFields, kClientFields,
     kReleaseOptions, kLastWordOptions, kMustNot, "RFC 2131 4.4.6, table 5",
     "lessor craft release ciaddr=192.0.2.10 -o dhcp-server-identifier=192.0.2.1"},
    {Form::inform, MessageType::inform, "inform", "DHCPINFORM",
     "A client that has its address from elsewhere asks for parameters only.",
     "a client with an address", "a server that it knows, or all",
     "from ciaddr port 68 to a server or 255.255.255.255, port 67", kInformFields, kClientFields,
     kInformOptions, kClientOptions, kMay, "RFC 2131 4.4.3",
     "lessor craft inform ciaddr=192.0.2.10 -o dhcp-parameter-request-list=6,15,42"},
    {Form::forcerenew,
     MessageType::forcerenew,
     "forcerenew",
     "DHCPFORCERENEW",
     "A server tells a client to renew now.",
     "the server that gave the lease",
     "one client",
     "port 67 to the client's address port 68, unicast",
     kForceRenewFields,
     {},
     kForceRenewOptions,
     kEveryone,
     kMay,
     "RFC 3203 2",
     "lessor craft forcerenew ip.dst=192.0.2.10 -o 'authenticate=1, 1, 0, 5, 0x0102'"},
    {Form::leasequery,
     MessageType::leasequery,
     "leasequery",
     "DHCPLEASEQUERY",
     "A relay agent or router asks what the server knows of an address or a client.",
     "a relay agent",
     "a server",
     "from giaddr port 67 to the server port 67, unicast",
     kQueryFields,
     {},
     kQueryOptions,
     kEveryone,
     kMay,
     "RFC 4388 6.2",
     "lessor craft leasequery ciaddr=192.0.2.10 giaddr=192.0.2.254 htype=0 hlen=0"},
    {Form::leaseunassigned,
     MessageType::leaseunassigned,
     "leaseunassigned",
     "DHCPLEASEUNASSIGNED",
     "The address is the server's, and nobody has it.",
     "a server",
     "who asked",
     "port 67 to giaddr port 67",
     kQueryAnswerFields,
     {},
     kActiveOptions,
     kEveryone,
     kMay,
     "RFC 4388 6.4",
     "lessor craft leaseunassigned ciaddr=192.0.2.10 giaddr=192.0.2.254"},
    {Form::leaseunknown,
     MessageType::leaseunknown,
     "leaseunknown",
     "DHCPLEASEUNKNOWN",
     "The server knows nothing of what was asked.",
     "a server",
     "who asked",
     "port 67 to giaddr port 67",
     kQueryAnswerFields,
     {},
     kUnknownOptions,
     kEveryone,
     kMustNot,
     "RFC 4388 6.4",
     "lessor craft leaseunknown ciaddr=192.0.2.10 giaddr=192.0.2.254"},
    {Form::leaseactive,
     MessageType::leaseactive,
     "leaseactive",
     "DHCPLEASEACTIVE",
     "The address is leased, and this is to whom.",
     "a server",
     "who asked",
     "port 67 to giaddr port 67",
     kQueryAnswerFields,
     {},
     kActiveOptions,
     kEveryone,
     kMay,
     "RFC 4388 6.4",
     "lessor craft leaseactive ciaddr=192.0.2.10 giaddr=192.0.2.254 -o dhcp-lease-time=1800"},
    {Form::bulkleasequery,
     MessageType::bulkleasequery,
     "bulkleasequery",
     "DHCPBULKLEASEQUERY",
     "Asks for many leases at once.",
     "a relay agent",
     "a server",
     kTcp,
     kToServerFields,
     {},
     kBulkOptions,
     kEveryone,
     kMay,
     "RFC 6926 7.1",
     "lessor craft bulkleasequery"},
    {Form::leasequerydone,
     MessageType::leasequerydone,
     "leasequerydone",
     "DHCPLEASEQUERYDONE",
     "That was all that was asked for.",
     "a server",
     "who asked",
     kTcp,
     kToRequestorFields,
     {},
     kDoneOptions,
     kEveryone,
     kMay,
     "RFC 6926 8.1",
     "lessor craft leasequerydone"},
    {Form::activeleasequery,
     MessageType::activeleasequery,
     "activeleasequery",
     "DHCPACTIVELEASEQUERY",
     "Asks to be told of every change of a lease as it happens.",
     "a relay agent",
     "a server",
     kTcp,
     kToServerFields,
     {},
     kBulkOptions,
     kEveryone,
     kMay,
     "RFC 7724 8.1",
     "lessor craft activeleasequery"},
    {Form::leasequerystatus,
     MessageType::leasequerystatus,
     "leasequerystatus",
     "DHCPLEASEQUERYSTATUS",
     "Tells how the connection for changes is doing.",
     "a server",
     "who asked",
     kTcp,
     kToRequestorFields,
     {},
     kDoneOptions,
     kEveryone,
     kMay,
     "RFC 7724 5.2.2",
     "lessor craft leasequerystatus"},
    {Form::tls,
     MessageType::tls,
     "tls",
     "DHCPTLS",
     "Asks to go on under TLS, or answers that.",
     "either end",
     "the other",
     kTcp,
     {},
     {},
     kDoneOptions,
     kEveryone,
     kMay,
     "RFC 7724 5.2.1",
     "lessor craft tls"},
});
static_assert(kMessages.size() == kFormCount);

}  // namespace

std::string_view to_string(Duty duty) {
  switch (duty) {
    case Duty::must:
      return "MUST";
    case Duty::must_not:
      return "MUST NOT";
    case Duty::should:
      return "SHOULD";
    case Duty::should_not:
      return "SHOULD NOT";
    case Duty::may:
      return "MAY";
  }
  return "";
}

std::span<const MessageRules> message_rules() { return kMessages; }

const MessageRules& rules_of(Form form) { return kMessages[static_cast<std::size_t>(form)]; }

OptionRule option_rule(const MessageRules& message, wire::OptionCode code) {
  for (const auto& rules : {message.options, message.all_options}) {
    const auto found = std::ranges::find(rules, code, &OptionRule::code);
    if (found != rules.end()) return *found;
  }
  return {.code = code, .duty = message.others, .reference = message.reference};
}

}  // namespace lessor::craft
