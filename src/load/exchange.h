#pragma once
// The kinds of exchanges, and what a client says in each of its states: RFC 2131's tables 4 and 5
// as rows. Must not know: who keeps the states, how messages are written.

#include "wire/v4/protocol.h"

#include <cstddef>
#include <cstdint>

namespace lessor::load {

/// What a client does when its turn comes. All but dora take a client that holds a lease.
enum class Exchange : std::uint8_t {
  dora,     ///< DISCOVER, OFFER, REQUEST, ACK
  renew,    ///< REQUEST as at T1: unicast to its server
  rebind,   ///< REQUEST as at T2: broadcast to any server
  reboot,   ///< REQUEST in INIT-REBOOT: broadcast, for the address that it had
  release,  ///< DHCPRELEASE, which has no answer
  decline,  ///< DHCPDECLINE, which has none either
};
inline constexpr std::size_t kExchanges = 6;

enum class ClientState : std::uint8_t {
  idle,
  selecting,
  requesting,
  renewing,
  rebinding,
  rebooting,
  releasing,
  declining,
};

/// What is said in a state.
struct Manner {
  Exchange exchange = Exchange::dora;
  wire::MessageType type = wire::MessageType::discover;
  bool ciaddr = false;     ///< the address that it has: it can be reached there
  bool requested = false;  ///< option 50
  bool server = false;     ///< option 54
  bool unicast = false;    ///< to its server; else broadcast
  bool answered = true;    ///< an answer is waited for, and says what option 55 asks for
};

/// RFC 2131 table 4 (the REQUESTs) and table 5 (ciaddr, options 50, 54 and 55).
[[nodiscard]] constexpr Manner manner_of(ClientState state) {
  using enum wire::MessageType;
  switch (state) {
    case ClientState::idle:
    case ClientState::selecting:
      return {};
    case ClientState::requesting:
      return {.type = request, .requested = true, .server = true};
    case ClientState::renewing:
      return {.exchange = Exchange::renew, .type = request, .ciaddr = true, .unicast = true};
    case ClientState::rebinding:
      return {.exchange = Exchange::rebind, .type = request, .ciaddr = true};
    case ClientState::rebooting:
      return {.exchange = Exchange::reboot, .type = request, .requested = true};
    case ClientState::releasing:
      return {.exchange = Exchange::release,
              .type = release,
              .ciaddr = true,
              .server = true,
              .unicast = true,
              .answered = false};
    case ClientState::declining:
      return {.exchange = Exchange::decline,
              .type = decline,
              .requested = true,
              .server = true,
              .answered = false};
  }
  return {};
}

/// The state in which an exchange begins.
[[nodiscard]] constexpr ClientState first_state(Exchange exchange) {
  switch (exchange) {
    case Exchange::dora:
      return ClientState::selecting;
    case Exchange::renew:
      return ClientState::renewing;
    case Exchange::rebind:
      return ClientState::rebinding;
    case Exchange::reboot:
      return ClientState::rebooting;
    case Exchange::release:
      return ClientState::releasing;
    case Exchange::decline:
      return ClientState::declining;
  }
  return ClientState::idle;
}

/// Whether an answer ends it.
[[nodiscard]] constexpr bool is_answered(Exchange exchange) {
  return manner_of(first_state(exchange)).answered;
}

/// Whether who is in that state began with a lease.
[[nodiscard]] constexpr bool takes_lease(ClientState state) {
  return manner_of(state).exchange != Exchange::dora;
}

/// Whether only the server that granted the lease may answer: to a broadcast REQUEST that names
/// none, any server with authority may (RFC 2131 4.4.5, 3.2).
[[nodiscard]] constexpr bool is_of_one_server(ClientState state) {
  return state == ClientState::requesting || state == ClientState::renewing;
}

}  // namespace lessor::load
