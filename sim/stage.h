#pragma once
// What every host of a simulated world shares: the time, the network, the dice, the book of what
// happened, and the laws that were broken. Must not know: who the hosts are.

#include "base/bytes.h"
#include "base/random.h"
#include "sim/chronicle.h"
#include "sim/frame_laws.h"
#include "sim/network.h"
#include "sim/plan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::sim {

/// What happened, for expectations and figures.
struct Tally {
  std::uint64_t frames = 0;
  std::uint64_t acks = 0;     ///< that servers sent
  std::uint64_t bound = 0;    ///< times that an address was put on an interface
  std::uint64_t renewed = 0;  ///< leases extended
  std::uint64_t lost = 0;     ///< addresses that had to go though nobody had asked for it
  std::uint64_t crashes = 0;  ///< of servers
  std::uint64_t refused = 0;  ///< starts of servers that the disk did not allow
  std::uint64_t reloads = 0;
  std::uint64_t declines = 0;  ///< that servers took
  std::uint64_t called = 0;    ///< clients asked to renew
  Duration client_time;        ///< of all clients that were switched on
  friend bool operator==(const Tally&, const Tally&) = default;
};

/// An option's octets, kept; empty when it is not there.
inline std::string text_of(std::optional<Bytes> value) {
  return value ? std::string(as_text(*value)) : std::string();
}

struct Stage {
  explicit Stage(const Plan& planned)
      : plan(planned), random(planned.seed * 77 + 5), network(plan, planned.seed * 99 + 7) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  void note(std::string text) { chronicle.note(now, std::move(text)); }
  /// What must never be: a sentence. The first is what a person wants to read.
  void break_law(const std::string& text) {
    note("BROKEN: " + text);
    if (broken.size() < 10) broken.push_back(text);
  }
  /// Whose words a host speaks: its own, or (a relay; a server that echoes) also a stranger's.
  enum class Words : std::uint8_t { own, echoed };
  /// Sends what is ready of `out` and gives the slots back.
  template <typename Fn>
  void send_ready(HostId from, net::Outbox& out, Words words, Fn&& look) {
    for (net::Outbox::Ready ready; out.take_ready(ready);) {
      look(ready);
      const Bytes frame = network.send(now, from, ready);
      chronicle.record(now, frame);
      if (words == Words::own || !plan.has(Trouble::hostile)) expect_faultless(frame);
      out.recycle(ready.id);
    }
  }
  void expect_faultless(Bytes frame) {
    const auto fault = frame_laws.find_fault(frame);
    if (fault) break_law("a frame that is sent: " + *fault);
  }
  [[nodiscard]] Duration draw(Duration least, Duration most) {
    const std::int64_t span = (most - least).to_nanoseconds() / 1'000;
    return least + Duration::microseconds(random.below(static_cast<std::uint32_t>(span)));
  }

  const Plan plan;
  Instant now;
  Random random;
  Network network;
  Chronicle chronicle;
  FrameLaws frame_laws;
  Tally tally;
  std::vector<std::string> broken;
};

/// One machine.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  virtual void hear(const net::Datagram& datagram) = 0;
  virtual void hear_arp(const net::ArpSighting& /*sighting*/) {}
  [[nodiscard]] virtual bool cares_about(const net::ArpSighting& /*sighting*/) { return false; }
  /// Does what is due.
  virtual void wake() = 0;
  /// When wake() is wanted, by the world's time.
  [[nodiscard]] virtual Instant next_deadline() const = 0;
};

/// The first two octets of MAC addresses, by what has them.
inline constexpr std::uint16_t kClientMac = 0x0200;
inline constexpr std::uint16_t kServerMac = 0x0a00;
inline constexpr std::uint16_t kRelayMac = 0x0600;
inline constexpr std::uint16_t kOtherMac = 0x0e00;

/// A MAC address of a kind of host.
[[nodiscard]] inline net::Mac mac_of(std::uint16_t kind, std::uint32_t number) {
  net::Mac mac;
  store_be16(mac.octets.data(), kind);
  store_be32(mac.octets.data() + 2, number);
  return mac;
}

/// 10.site+1.high.low
[[nodiscard]] constexpr net::Ip4 address_in(std::size_t site, std::uint32_t low) {
  return {0x0a000000U + (static_cast<std::uint32_t>(site + 1) << 16) + low};
}
/// The servers stand on the first site's link.
[[nodiscard]] constexpr net::Ip4 server_address(int server, int port = 0) {
  return address_in(0,
                    10 + static_cast<std::uint32_t>(server) * 2 + static_cast<std::uint32_t>(port));
}

}  // namespace lessor::sim
