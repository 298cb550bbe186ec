#include "server/v4/rules.h"

namespace lessor::server::v4 {
namespace {

constexpr Rule kMust = Rule::must;
constexpr Rule kShould = Rule::should;
constexpr Rule kMay = Rule::may;
constexpr Rule kNever = Rule::must_not;

// RFC 2131 table 3. Two rows are ours: T1 and T2 are lease times, too, and so stay out of the
// DHCPACK to a DHCPINFORM (4.3.5). Two later RFCs overrule it: the client identifier is echoed (RFC
// 6842 3), and so is relay agent information, in a DHCPNAK as well (RFC 3046 2.2).
constexpr std::array<ReplyRule, 12> kTable3 = {{
    //                                      OFFER   ACK    (INFORM)   NAK
    {wire::kOptionDhcpRequestedAddress, {{kNever, kNever, kNever, kNever}}},
    {wire::kOptionDhcpLeaseTime, {{kMust, kMust, kNever, kNever}}},
    {wire::kOptionDhcpOptionOverload, {{kMay, kMay, kMay, kNever}}},
    {wire::kOptionDhcpMessageType, {{kMust, kMust, kMust, kMust}}},
    {wire::kOptionDhcpParameterRequestList, {{kNever, kNever, kNever, kNever}}},
    {wire::kOptionDhcpMessage, {{kShould, kShould, kShould, kShould}}},
    {wire::kOptionDhcpClientIdentifier, {{kMay, kMay, kMay, kMay}}},
    {wire::kOptionVendorClassIdentifier, {{kMay, kMay, kMay, kMay}}},
    {wire::kOptionDhcpServerIdentifier, {{kMust, kMust, kMust, kMust}}},
    {wire::kOptionDhcpMaxMessageSize, {{kNever, kNever, kNever, kNever}}},
    {wire::kOptionDhcpRenewalTime, {{kMay, kMay, kNever, kNever}}},
    {wire::kOptionDhcpRebindingTime, {{kMay, kMay, kNever, kNever}}},
}};
constexpr std::array<Rule, kReplyKinds> kAllOthers = {kMay, kMay, kMay, kNever};

// RFC 2131 table 5. The columns of DHCPREQUEST are the states that its footnotes tell apart.
constexpr std::array<RequestRule, 8> kTable5 = {{
    // DISCOVER INFORM  SELECT. REBOOT  RENEW.  REBIND. DECLINE RELEASE
    {wire::kOptionDhcpRequestedAddress,
     {{kMay, kNever, kMust, kMust, kNever, kNever, kMust, kNever}}},
    {wire::kOptionDhcpLeaseTime, {{kMay, kNever, kMay, kMay, kMay, kMay, kNever, kNever}}},
    {wire::kOptionDhcpMessageType, {{kMust, kMust, kMust, kMust, kMust, kMust, kMust, kMust}}},
    {wire::kOptionDhcpClientIdentifier, {{kMay, kMay, kMay, kMay, kMay, kMay, kMay, kMay}}},
    {wire::kOptionVendorClassIdentifier, {{kMay, kMay, kMay, kMay, kMay, kMay, kNever, kNever}}},
    {wire::kOptionDhcpServerIdentifier,
     {{kNever, kNever, kMust, kNever, kNever, kNever, kMust, kMust}}},
    {wire::kOptionDhcpParameterRequestList, {{kMay, kMay, kMay, kMay, kMay, kMay, kNever, kNever}}},
    {wire::kOptionDhcpMaxMessageSize, {{kMay, kMay, kMay, kMay, kMay, kMay, kNever, kNever}}},
}};

/// Whether the request carries one of the two options that table 5 makes a MUST of (53 is there, or
/// it were no request).
bool carries(const wire::Request& request, wire::OptionCode option) {
  if (option == wire::kOptionDhcpRequestedAddress) return request.requested_ip.has_value();
  if (option == wire::kOptionDhcpServerIdentifier) return request.server_id.has_value();
  return true;
}

/// RFC 2131 4.3.2 tells the states apart by what the message carries. A client that renews and
/// still names its server (some do) is understood by its ciaddr.
Phase phase_of_request(const wire::Request& request, bool unicast) {
  const bool has_address = !request.ciaddr.is_zero();
  if (request.server_id && (request.requested_ip || !has_address)) return Phase::selecting;
  if (!has_address) return Phase::init_reboot;
  return unicast && request.giaddr.is_zero() ? Phase::renewing : Phase::rebinding;
}

}  // namespace

std::span<const ReplyRule> reply_rules() { return kTable3; }
std::span<const RequestRule> request_rules() { return kTable5; }

Rule rule_for(ReplyKind kind, wire::OptionCode option) {
  for (const ReplyRule& row : kTable3) {
    if (row.option == option) return row.rules[static_cast<std::size_t>(kind)];
  }
  return kAllOthers[static_cast<std::size_t>(kind)];
}

bool is_configurable(wire::OptionCode option) {
  switch (option) {
    case wire::kOptionPad:
    case wire::kOptionEnd:
    case wire::kOptionDhcpOptionOverload:
    case wire::kOptionDhcpMessageType:
    case wire::kOptionDhcpServerIdentifier:
    case wire::kOptionDhcpLeaseTime:
    case wire::kOptionDhcpRenewalTime:
    case wire::kOptionDhcpRebindingTime:
    case wire::kOptionDhcpMessage:
    case wire::kOptionDhcpClientIdentifier:
    case wire::kOptionRapidCommit:
    case wire::kOptionDhcpAgentOptions:
    case wire::kOptionSubnetSelection:
      return false;
    default:
      return rule_for(ReplyKind::offer, option) != Rule::must_not;
  }
}

wire::MessageType type_of(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::offer:
      return wire::MessageType::offer;
    case ReplyKind::ack:
    case ReplyKind::inform_ack:
      return wire::MessageType::ack;
    case ReplyKind::nak:
      return wire::MessageType::nak;
  }
  return wire::MessageType::unknown;
}

std::optional<Phase> phase_of(const wire::Request& request, bool unicast) {
  switch (request.type) {
    case wire::MessageType::discover:
      return Phase::discover;
    case wire::MessageType::request:
      return phase_of_request(request, unicast);
    case wire::MessageType::decline:
      return Phase::decline;
    case wire::MessageType::release:
      return Phase::release;
    case wire::MessageType::inform:
      return Phase::inform;
    case wire::MessageType::none:
    case wire::MessageType::offer:
    case wire::MessageType::ack:
    case wire::MessageType::nak:
    case wire::MessageType::forcerenew:
    case wire::MessageType::leasequery:
    case wire::MessageType::leaseunassigned:
    case wire::MessageType::leaseunknown:
    case wire::MessageType::leaseactive:
    case wire::MessageType::bulkleasequery:
    case wire::MessageType::leasequerydone:
    case wire::MessageType::activeleasequery:
    case wire::MessageType::leasequerystatus:
    case wire::MessageType::tls:
    case wire::MessageType::unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<wire::OptionCode> missing_option(const wire::Request& request, Phase phase) {
  for (const RequestRule& row : kTable5) {
    const bool required = row.rules[static_cast<std::size_t>(phase)] == Rule::must;
    if (required && !carries(request, row.option)) return row.option;
  }
  return std::nullopt;
}

}  // namespace lessor::server::v4
