#pragma once
// Which message answers which: RFC 2131 4.4's pairs, for anything that can be crafted. Must not
// know: who sends, how long anybody waits.

#include "craft/exchange/heard.h"

namespace lessor::craft {

/// What a sent message can be told by in an answer.
struct Question {
  wire::Op op = wire::Op::unknown;
  wire::MessageType type = wire::MessageType::none;
  std::uint32_t xid = 0;
  net::HardwareAddress client;
};

/// The question that `frame` asks; nothing when its BOOTP header cannot be read up to chaddr.
[[nodiscard]] std::optional<Question> question_of(Bytes frame);
/// The same for a packet that was broken on purpose: what it would have asked.
[[nodiscard]] std::optional<Question> question_of(const Packet& packet, const Recipe& recipe,
                                                  const Maker& maker);

/// RFC 2131 4.1: "The 'xid' field is used by the client to match incoming DHCP messages with
/// pending requests." The client's hardware address must be its own, too, and the message goes the
/// other way. What leasequery asks about may be another's (RFC 4388 6.4); a FORCERENEW is answered
/// by a REQUEST with an xid of the client's choice (RFC 3203 3.1).
[[nodiscard]] bool answers(const Question& question, const DhcpEvent& event);

/// The types that end the wait after a question of `type`, what is hoped for first: OFFER for a
/// DISCOVER; ACK and NAK for a REQUEST. Empty when the RFC knows no answer: RELEASE, DECLINE.
[[nodiscard]] std::span<const wire::MessageType> usual_answers(wire::MessageType type);
/// Whether an answer of this type says no: NAK.
[[nodiscard]] bool is_refusal(wire::MessageType type);

/// A message type by its name ("offer", "DHCPACK") or number; the error names the nearest.
[[nodiscard]] std::expected<wire::MessageType, std::string> read_message_type(
    std::string_view text);

}  // namespace lessor::craft
