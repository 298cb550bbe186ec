#pragma once
// Which interfaces are to be served, and which can be at this moment: a pure judgement over the
// interface table. Must not know: sockets.

#include "net/interfaces.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lessor::runtime {

/// The loopback interface's index, in every network namespace.
inline constexpr net::InterfaceIndex kLoopbackInterface = 1;

/// An interface asked for by name; with `address` only while it holds that address ("eth0" and
/// "eth0/192.0.2.1" in a configuration).
struct NamedInterface {
  std::string name;
  std::optional<net::Ip4> address;
  bool unnumbered = false;  ///< served without any IPv4 address, too
};

/// What is asked for. The parts add up.
struct WantedInterfaces {
  std::vector<NamedInterface> named;
  bool every = false;  ///< "*": all but loopback
  /// Interfaces that hold an address inside one of these.
  std::vector<net::Prefix4> holding_address_in;
  /// Interfaces by which the kernel reaches one of these; they change as its routes do.
  std::vector<net::Ip4> toward;
};

enum class ServeState : std::uint8_t {
  serving,
  no_carrier,       ///< open; nothing is plugged in
  opening,          ///< its socket is being opened
  not_there,        ///< no interface has that name
  down,             ///< administratively down
  no_address,       ///< no IPv4 address
  not_its_address,  ///< does not hold the address asked for
  port_of_master,   ///< its frames belong to a bridge or bond
  failed,           ///< a socket could not be opened; it is tried again
};

/// One interface that was asked for and how it fares.
struct ServedInterface {
  std::string name;
  net::InterfaceIndex index = 0;  ///< 0 when it is not there
  ServeState state = ServeState::not_there;
  std::string reason;   ///< for people: "serving", "is a port of br0: serve br0"
  bool by_xdp = false;  ///< what is for us is received by AF_XDP

  /// Whether there is a socket for it, or is to be.
  [[nodiscard]] bool is_open() const {
    return state == ServeState::serving || state == ServeState::no_carrier ||
           state == ServeState::opening;
  }
  friend bool operator==(const ServedInterface&, const ServedInterface&) = default;
};

/// Judges every interface asked for, each once, those by name first and in their order. What was
/// only asked for by "*" or a prefix is left out while it is a bridge's port or has no address.
/// `on_the_way` is what routes make of `wanted.toward`; an address is not asked of these.
[[nodiscard]] std::vector<ServedInterface> plan_service(
    const net::InterfaceTable& table, const WantedInterfaces& wanted,
    std::span<const net::InterfaceIndex> on_the_way = {});

/// The indices of those in a plan that are open.
[[nodiscard]] std::vector<net::InterfaceIndex> open_interfaces(
    std::span<const ServedInterface> plan);

/// The interface of that index in a plan, or nullptr.
[[nodiscard]] const ServedInterface* find_served(std::span<const ServedInterface> plan,
                                                 net::InterfaceIndex index);

}  // namespace lessor::runtime
