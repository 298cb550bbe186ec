#pragma once
// What the fleet says and hears: its few messages written into a slot, and answers read once. Must
// not know: states, schedules.

#include "base/time.h"
#include "net/address.h"
#include "wire/v4/message_view.h"

#include <cstdint>
#include <optional>

namespace lessor::load {

/// The hardware address of client `number`: locally administered, the number in its last four
/// octets.
[[nodiscard]] net::Mac mac_of(std::uint32_t number);
/// The number, if it is such an address.
[[nodiscard]] std::optional<std::uint32_t> number_of(Bytes chaddr);

/// A DISCOVER, REQUEST, RELEASE or DECLINE.
struct Question {
  wire::MessageType type = wire::MessageType::discover;
  std::uint32_t number = 0;
  std::uint32_t xid = 0;
  std::uint16_t secs = 0;
  bool broadcast = false;
  bool asks = true;  ///< option 55: never in RELEASE and DECLINE (RFC 2131 table 5)
  net::Ip4 ciaddr;
  net::Ip4 requested;  ///< option 50; 0.0.0.0: none
  net::Ip4 server;     ///< option 54; 0.0.0.0: none
  /// Relayed when set: giaddr, and option 82 with the circuit-id "port-N", N the client's number.
  net::Ip4 giaddr;
  /// What else it says: write_options()'; nothing: what an ordinary client asks for.
  std::optional<Bytes> options;
};
/// Writes it; the answer is its size, 300 octets at least (RFC 1542 2.1). 0 when `room` is short.
[[nodiscard]] std::size_t write_question(MutableBytes room, const Question& question);

/// Option 82 of an answer, against what a relay of ours sent for this client.
enum class Echo : std::uint8_t { none, same, other };

/// What an answer says.
struct Answer {
  wire::MessageType type = wire::MessageType::none;
  std::uint32_t number = 0;
  std::uint32_t xid = 0;
  net::Ip4 address;  ///< yiaddr
  net::Ip4 server;   ///< option 54; 0.0.0.0: none
  std::optional<Duration> lease_time, t1, t2;
  Echo relay_info = Echo::none;
  /// A mark of siaddr and all options but those that a server may well change from one answer to
  /// the next: the type, its identifier, times, messages for people, and option 82; never 0.
  std::uint32_t options = 0;
};
/// Reads it; nothing when it is no BOOTREPLY to a client of any fleet.
[[nodiscard]] std::optional<Answer> read_answer(Bytes payload, wire::ParseScratch& scratch);

}  // namespace lessor::load
