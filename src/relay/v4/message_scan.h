#pragma once
// What a relay looks at in a message: one walk over the options field, nothing decoded, nothing
// joined. In replies 'file' and 'sname' are not looked at (R3046-2.1-d). Must not know: who sent
// it.

#include "base/time.h"
#include "net/address.h"
#include "relay/v4/events.h"
#include "wire/v4/message_view.h"

#include <expected>
#include <optional>

namespace lessor::relay::v4 {

/// Borrows the message.
struct Scan {
  wire::MessageType type = wire::MessageType::none;
  bool has_options = false;  ///< the cookie is there; else this is BOOTP of the old kind
  std::size_t end = 0;  ///< where the end option stands, from the start of the message; without
                        ///< one the message's size
  std::optional<net::Ip4> server_id;
  std::optional<net::Ip4> requested;  ///< option 50
  std::optional<Duration> lease_time;
  Bytes client_id;
  std::optional<Bytes> info;  ///< the first option 82
  std::byte overload{};       ///< option 52: 1 'file', 2 'sname', 3 both have options, too
};

/// Walks the options. Refused: bad_options. Precondition: the fixed header is there.
[[nodiscard]] std::expected<Scan, Reason> scan_message(Bytes message);

/// Whether 'file' or 'sname' have an option 82, where option 52 says that they have options:
/// servers would read it, and take what a client says for what a relay says.
[[nodiscard]] bool hides_info(Bytes message, const Scan& scan);

/// Copies `message` up to `scan.end`, without its option 82. With `ours` not empty only that is
/// taken off the end of each option 82, and one that does not end with it stays (somebody else's).
/// True when anything was left out.
[[nodiscard]] bool copy_without_info(Bytes message, const Scan& scan, Bytes ours, ByteWriter& out);

}  // namespace lessor::relay::v4
