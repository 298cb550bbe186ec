#pragma once
// What one seed draws: how many servers, relays and clients there are, how scarce addresses are,
// how long leases last, and what goes wrong. Must not know: what becomes of it.

#include "base/random.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::sim {

/// Where clients are: a link of its own, `hops` relay agents away from the servers' link. The
/// first site is that link itself.
struct SitePlan {
  int hops = 0;
  std::size_t clients = 0;
};

/// What goes wrong while the weather is bad. Each world has some of them (a world that has all of
/// them hardly ever gets anywhere).
enum class Trouble : std::uint8_t {
  loss,
  duplication,
  delay,         ///< reorders, too
  corruption,    ///< a bit flips; the checksums are what notices
  truncation,    ///< a frame is cut short
  loopback,      ///< a host hears its own broadcasts
  two_ports,     ///< servers hear the same broadcast by two interfaces
  partition,     ///< one host cannot be heard by another, for a while, one way
  flap,          ///< interfaces go down and up
  server_crash,  ///< ten times likelier while a flush is pending
  relay_crash,
  slow_disk,
  failing_disk,  ///< a flush fails: the server must stop
  full_disk,
  wall_step,  ///< servers' wall clocks jump
  drift,      ///< clocks that run at different speeds, within the grace
  reload,     ///< new configurations, in flight
  reboots,    ///< clients reboot, with memory or without
  leaves,     ///< clients leave, silently or with a DHCPRELEASE, and come back
  moves,      ///< clients go to another link
  sleep,      ///< clients' machines sleep
  new_faces,  ///< clients come back with another MAC or client identifier
  clones,     ///< two clients with one client identifier
  squatters,  ///< hosts that use an address of a pool without asking: DHCPDECLINE
  hostile,    ///< floods, lies, replays and nonsense
};
inline constexpr std::size_t kTroubles = static_cast<std::size_t>(Trouble::hostile) + 1;
[[nodiscard]] std::string_view name_of(Trouble trouble);

struct Plan {
  std::uint64_t seed = 0;
  int servers = 1;
  std::vector<SitePlan> sites;
  Duration lease_time;  ///< of the first configuration; may be infinite
  bool scarce = false;  ///< fewer addresses than clients
  bool reservations = false;
  std::array<bool, kTroubles> troubles{};
  std::uint32_t lose_one_in = 0;
  Duration max_delay;
  Duration bad_weather;  ///< how long troubles last, before all heals

  /// Whether servers ask their clients to renew when a reload changes something for them.
  [[nodiscard]] bool forces_renewals() const { return seed % 11 == 6; }
  [[nodiscard]] bool has(Trouble trouble) const {
    return troubles[static_cast<std::size_t>(trouble)];
  }
  [[nodiscard]] std::size_t clients() const;
};

/// Draws a world. The same seed draws the same one, on every machine.
[[nodiscard]] Plan draw(std::uint64_t seed);

/// "3 servers, 41 clients on 2 links (0 and 3 relays away), leases of 10m, scarce; loss, reload".
[[nodiscard]] std::string to_string(const Plan& plan);

}  // namespace lessor::sim
