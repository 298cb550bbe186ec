#pragma once
// Sender: on whose account a datagram goes when something is short, read from its bytes without
// parsing them. From wide to narrow, so that who makes up many names on one level is still one on
// the level around it. Must not know: leases, what is short.

#include "base/hash.h"
#include "net/datagram.h"

#include <array>

namespace lessor::server::v4 {

/// The levels, widest first. An interface cannot be made up; a relay's name can be by whoever can
/// send to us, a port's by its relay, a client's by anybody on its link.
enum class Level : std::uint8_t { interface, neighbour, relay, port, client };
inline constexpr std::size_t kLevels = 5;

/// Who sent a datagram: one keyed hash a level. Each takes in the ones before it.
struct Sender {
  std::array<std::uint64_t, kLevels> names{};
  std::uint64_t hardware = 0;  ///< chaddr behind its port, whoever sent the frame
  bool has_relay = false;      ///< giaddr is set
  bool has_port = false;       ///< option 82 names a port
  [[nodiscard]] std::uint64_t name(Level level) const {
    return names[static_cast<std::size_t>(level)];
  }
};

/// neighbour: who handed over what a relay sent (the frame's source, else the datagram's), or the
/// link itself. relay: giaddr, or none. port: option 82's circuit-id, else its remote-id, else
/// none. client: on its own link the frame's source, else, and when it renews, chaddr. Any bytes
/// do: what is missing has no name.
[[nodiscard]] Sender read_sender(const net::Datagram& in, HashKey key);

}  // namespace lessor::server::v4
