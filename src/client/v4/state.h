#pragma once
// Where a client stands: the states of RFC 2131 figure 5, and the few that the figure leaves out.
// Must not know: what leads from one to another.

#include <cstdint>
#include <string_view>

namespace lessor::client::v4 {

enum class State : std::uint8_t {
  stopped,      ///< does nothing: not started, released, or told to stop
  no_link,      ///< waits for the interface to come (back)
  init,         ///< waits to begin
  selecting,    ///< DHCPDISCOVER sent, collects offers
  requesting,   ///< DHCPREQUEST sent for the chosen offer
  init_reboot,  ///< has a remembered lease, waits to begin
  rebooting,    ///< DHCPREQUEST sent for the remembered lease
  checking,     ///< the address was acknowledged; asks the link whether anybody uses it (RFC 5227)
  bound,
  renewing,   ///< T1 has passed: asks the server that granted the lease
  rebinding,  ///< T2 has passed: asks any server
  informing,  ///< DHCPINFORM sent: has an address, asks for the rest
  informed,   ///< and got it
  v6_only,    ///< the network prefers IPv6 alone (RFC 8925): IPv4 rests
};
inline constexpr std::size_t kStates = static_cast<std::size_t>(State::v6_only) + 1;

/// RFC 2131's spelling, "INIT-REBOOT"; ours in the same manner, "NO-LINK".
[[nodiscard]] std::string_view to_string(State state);

/// Whether the lease's address is in use on the interface.
[[nodiscard]] constexpr bool holds_address(State state) {
  return state == State::bound || state == State::renewing || state == State::rebinding;
}

}  // namespace lessor::client::v4
