#pragma once
// The columns of a timeline: which hosts stand where, and between which of them a message goes.
// Must not know: how columns are drawn.

#include "craft/story/dhcp_event.h"

#include <span>
#include <vector>

namespace lessor::craft {

/// What a host does in an exchange.
enum class Role : std::uint8_t {
  server,
  relay,
  client,
  other,  ///< one that uses an address which is not its own to use
};

/// A host other than the client.
struct Host {
  net::Ip4 address;  ///< a relay's is giaddr
  Role role = Role::server;
  net::Mac mac{};       ///< known when it was seen on the client's link
  net::Ip4 second{};    ///< the address that a relayed server answers from, when it is another
  bool on_link = true;  ///< hears the client's broadcasts itself
  friend bool operator==(const Host&, const Host&) = default;
};

/// The lanes from left to right: servers, the client, relays and more servers.
struct Lanes {
  net::HardwareAddress client;
  std::vector<Host> left;
  std::vector<Host> right;
  /// Heads the servers on the right "(selected)" and those on the left "(not selected)", as the
  /// RFC's figure does. Leave it false while nothing is selected yet.
  bool selected = false;

  friend bool operator==(const Lanes&, const Lanes&) = default;
  [[nodiscard]] std::size_t count() const { return left.size() + 1 + right.size(); }
  [[nodiscard]] std::size_t client_lane() const { return left.size(); }
  /// The host of a lane; null for the client's.
  [[nodiscard]] const Host* host(std::size_t lane) const;
  /// The lane of the host with this address; the client's when it is nothing or unknown.
  [[nodiscard]] std::size_t lane_of(std::optional<net::Ip4> address) const;
  /// The lane of the host with this hardware address; the client's when it is the client's.
  [[nodiscard]] std::optional<std::size_t> lane_of(const net::Mac& mac) const;
};

/// Where an arrow begins and at which lanes it has heads.
struct Leg {
  std::size_t from = 0;
  std::vector<std::size_t> to;
};
/// A message's way. A broadcast of the client goes to every host that hears it.
[[nodiscard]] Leg leg_of(const DhcpEvent& event, const Lanes& lanes);
/// A probe's way; nothing when its sender has no lane.
[[nodiscard]] std::optional<Leg> leg_of(const ProbeEvent& probe, const Lanes& lanes);

/// Finds out who takes part in one client's exchanges: note() in order of time, then lanes().
class LaneFinder {
 public:
  /// Messages of one client only.
  void note(const DhcpEvent& event);
  /// A probe about an address that the client is given; `conflict` makes its sender a host.
  void note(const ProbeEvent& probe, bool conflict);
  /// Servers that were never selected on the left, selected ones on the right; with relays,
  /// everybody on the right. Hosts beyond the limit have no lane.
  [[nodiscard]] Lanes lanes() const;
  /// Whether hosts were left out for want of room.
  [[nodiscard]] bool overflowed() const { return overflowed_; }

 private:
  Host* find(net::Ip4 address);
  void enter(const Host& host);
  void note_server(const DhcpEvent& event);

  std::optional<net::HardwareAddress> client_;
  std::vector<Host> hosts_;         // in order of appearance
  std::vector<net::Ip4> selected_;  // servers
  bool overflowed_ = false;
};

}  // namespace lessor::craft
