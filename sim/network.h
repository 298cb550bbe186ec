#pragma once
// The simulated network: links on which frames are heard by everybody or one, and a core that
// routes from link to link. It loses, repeats, delays, corrupts, cuts short, and lets some hosts be
// deaf to others. Must not know: what is in the frames.

#include "base/random.h"
#include "net/datagram.h"
#include "net/outbox.h"
#include "sim/plan.h"

#include <map>
#include <optional>
#include <queue>
#include <span>
#include <unordered_map>
#include <vector>

namespace lessor::sim {

using HostId = std::uint32_t;
using LinkId = std::uint32_t;
inline constexpr LinkId kNoLink = UINT32_MAX;

/// A host's interface on a link.
struct Port {
  HostId host = 0;
  net::InterfaceIndex interface = 0;
  net::Mac mac;
  LinkId link = kNoLink;
  bool up = true;
};

/// Something on its way, to be delivered at `at`.
struct Transit {
  HostId from = 0;
  LinkId link = kNoLink;                ///< kNoLink: by the core, to whoever has the address
  net::Mac to;                          ///< on `link`: broadcast or one
  net::Ip4 destination;                 ///< by the core
  std::vector<std::byte> frame;         ///< whole, checksums included, perhaps damaged
  std::optional<net::ArpSighting> arp;  ///< in its place
};

/// Who takes what arrives.
struct Hearer {
  virtual void hear(HostId host, const net::Datagram& datagram) = 0;
  virtual void hear_arp(HostId host, const net::ArpSighting& sighting) = 0;
  /// Whether the host would look at ARP about either address: others are spared it.
  virtual bool cares_about(HostId host, const net::ArpSighting& sighting) = 0;

 protected:
  ~Hearer() = default;
};

class Network {
 public:
  Network(const Plan& plan, std::uint64_t seed);

  LinkId add_link();
  void plug(const Port& port);
  void unplug(HostId host);
  /// Pulls or puts back the cables of `host` on every link.
  void set_up(HostId host, bool up);
  /// `host` takes datagrams that are routed to `address`, by `interface`.
  void claim(net::Ip4 address, HostId host, net::InterfaceIndex interface);
  void disclaim(net::Ip4 address, HostId host);
  /// Who has `address` now.
  [[nodiscard]] std::optional<HostId> owner_of(net::Ip4 address) const;

  /// The troubles of the plan apply; else every frame arrives once, within a millisecond.
  void set_bad(bool bad) { bad_ = bad; }
  /// `deaf` hears nothing of `mute` until then (one way).
  void part(HostId mute, HostId deaf, Instant until);
  void heal();

  /// Puts a datagram on its way; `frame` is made of it as the runtime does. Returns the frame as it
  /// left the host, whole.
  Bytes send(Instant now, HostId from, const net::Outbox::Ready& ready);
  /// Puts any octets on a link as a frame, to everybody: a hostile host's.
  void send_raw(Instant now, HostId from, LinkId link, std::vector<std::byte> frame);
  /// An ARP packet and, when somebody has the address, the answer.
  void ask(Instant now, HostId from, LinkId link, const net::ArpProbe& probe);

  /// When the next thing arrives; never() when nothing is under way.
  [[nodiscard]] Instant next_arrival() const;
  /// Delivers the next thing.
  void deliver_next(Instant now, Hearer& hearer);

  [[nodiscard]] std::uint64_t frames() const { return frames_; }

 private:
  struct Queued {
    Instant at;
    std::uint64_t number = 0;
    std::size_t slot = 0;
    friend bool operator>(const Queued& a, const Queued& b) {
      return a.at != b.at ? a.at > b.at : a.number > b.number;
    }
  };
  struct Owner {
    HostId host = 0;
    net::InterfaceIndex interface = 0;
  };
  struct Parting {
    HostId mute = 0;
    HostId deaf = 0;
    Instant until;
  };

  void make_room_for(HostId host);
  void launch(Instant now, const Transit& transit);
  void enqueue(Instant at, Transit transit);
  void damage(std::vector<std::byte>& frame);
  [[nodiscard]] bool is_parted(HostId mute, HostId deaf, Instant now) const;
  [[nodiscard]] const Port* port_of(HostId host, net::InterfaceIndex interface) const;
  [[nodiscard]] const Port* port_on(LinkId link, HostId host) const;
  [[nodiscard]] const Port* neighbouring_port(HostId from, HostId to) const;
  void deliver_on_link(Instant now, const Transit& transit, Hearer& hearer);
  void deliver_by_core(Instant now, const Transit& transit, Hearer& hearer);
  void deliver_arp(Instant now, const Transit& transit, Hearer& hearer);

  const Plan& plan_;
  Random random_;
  bool bad_ = false;
  std::vector<std::vector<HostId>> links_;           // the hosts with a port on each, in order
  std::vector<std::vector<Port>> hosts_;             // the ports of each
  std::unordered_map<std::uint32_t, Owner> owners_;  // by address; looked up only
  std::vector<Parting> partings_;
  std::priority_queue<Queued, std::vector<Queued>, std::greater<>> queue_;
  std::vector<Transit> slots_;
  std::vector<std::size_t> free_slots_;
  std::vector<Port> hearers_;  // of the frame being delivered
  std::uint64_t last_number_ = 0;
  std::uint64_t frames_ = 0;
};

}  // namespace lessor::sim
