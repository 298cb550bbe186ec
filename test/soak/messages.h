#pragma once
// DHCP messages as the soak's clients write and read them, whole and broken. Shares no DHCP code
// with the server, so that the two check each other. Must not know: sockets, clients.

#include "base/bytes.h"
#include "base/random.h"
#include "net/address.h"

#include <cstdint>
#include <optional>

namespace lessor::soak {

inline constexpr std::size_t kRoom = 600;  ///< octets that any message here fits into

/// Option 53's values, RFC 2132 9.6.
enum MessageType : std::uint8_t {
  kDiscover = 1,
  kOffer,
  kRequest,
  kDecline,
  kAck,
  kNak,
  kRelease,
  kInform
};
inline constexpr std::size_t kTypes = 9;  ///< by value; 0 stays empty

/// What a client says. Zero means: not there.
struct Question {
  MessageType type = kDiscover;
  std::uint32_t xid = 0;
  net::Mac mac;
  bool broadcast = false;       ///< the answer shall come by broadcast
  std::uint32_t client_id = 0;  ///< option 61
  net::Ip4 ciaddr;
  net::Ip4 requested;      ///< option 50
  net::Ip4 server;         ///< option 54
  net::Ip4 giaddr;         ///< the relay's address
  std::uint32_t port = 0;  ///< the relay's port: option 82, circuit-id
};

/// Writes the message into `room`, of kRoom octets at least, and returns its size.
[[nodiscard]] std::size_t write(const Question& question, MutableBytes room);

/// The ways to break a message, by what the server must make of it.
enum class Broken : std::uint8_t {
  cut_short,       ///< ends within the fixed fields: malformed
  wrong_magic,     ///< malformed
  option_overrun,  ///< an option longer than the message: malformed
  garbage,         ///< random octets: malformed
  unknown_type,    ///< a message type that nobody knows
  no_type,         ///< no option 53: BOOTP
  reply,           ///< op 2: an OFFER that came to us
};
inline constexpr std::size_t kBroken = 7;

/// Writes a message that is broken so, and returns its size.
[[nodiscard]] std::size_t write_broken(Broken how, Random& random, MutableBytes room);

/// What a server says. Zero means: not there.
struct Answer {
  std::uint8_t type = 0;
  std::uint32_t xid = 0;
  net::Mac mac;
  net::Ip4 yiaddr;
  net::Ip4 giaddr;
  net::Ip4 server;
  std::uint32_t lease = 0;  ///< seconds, as t1 and t2
  std::uint32_t t1 = 0;
  std::uint32_t t2 = 0;
  std::uint32_t port = 0;  ///< option 82's circuit-id, echoed
};

/// Nothing when it is no whole BOOTREPLY with a type.
[[nodiscard]] std::optional<Answer> read_answer(Bytes payload);

}  // namespace lessor::soak
