#pragma once
// Tables 3 and 5 of RFC 2131 as tables: what each reply and each client message must and must not
// carry. The code asks them; a test reads them against the RFC. Must not know: leases, subnets.

#include "wire/v4/request.h"

#include <array>
#include <optional>

namespace lessor::server::v4 {

/// RFC 2131's words for an option in a message.
enum class Rule : std::uint8_t { must, should, may, must_not };

/// The columns of table 3: the server's messages.
enum class ReplyKind : std::uint8_t {
  offer,
  ack,         ///< DHCPACK to a DHCPREQUEST
  inform_ack,  ///< DHCPACK to a DHCPINFORM
  nak,
};
inline constexpr std::size_t kReplyKinds = 4;

/// The columns of table 5: a client's messages, DHCPREQUEST by the client's state (RFC 2131 4.3.2).
enum class Phase : std::uint8_t {
  discover,
  inform,
  selecting,
  init_reboot,
  renewing,
  rebinding,
  decline,
  release,
};
inline constexpr std::size_t kPhases = 8;

/// A row of table 3 ("Fields and options used by DHCP servers"), options part.
struct ReplyRule {
  wire::OptionCode option;
  std::array<Rule, kReplyKinds> rules;  // by ReplyKind
};

/// A row of table 5 ("Fields and options used by DHCP clients"), options part.
struct RequestRule {
  wire::OptionCode option;
  std::array<Rule, kPhases> rules;  // by Phase
};

/// The tables' rows, for tests and documentation.
[[nodiscard]] std::span<const ReplyRule> reply_rules();
[[nodiscard]] std::span<const RequestRule> request_rules();

/// What table 3 says of `option` in a reply; its last row ("All others") for options without one.
[[nodiscard]] Rule rule_for(ReplyKind kind, wire::OptionCode option);

/// Whether a configuration may set `option` in replies: not what the server itself answers for, not
/// what table 3 forbids.
[[nodiscard]] bool is_configurable(wire::OptionCode option);

/// The message type of a reply.
[[nodiscard]] wire::MessageType type_of(ReplyKind kind);

/// Which state the client is in, by the message and what it carries (RFC 2131 4.3.2). `unicast`:
/// it was sent to one of our addresses. Nothing when a server does not take such messages.
[[nodiscard]] std::optional<Phase> phase_of(const wire::Request& request, bool unicast);

/// The first option that table 5 says the message MUST carry, and that is not there.
[[nodiscard]] std::optional<wire::OptionCode> missing_option(const wire::Request& request,
                                                             Phase phase);

}  // namespace lessor::server::v4
