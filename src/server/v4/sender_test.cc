// On whose account a datagram goes.
#include "server/v4/sender.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <functional>

namespace lessor::server::v4::testing {
namespace {

constexpr HashKey kKey{7, 9};

Octets circuit(std::string_view name) {
  Octets info = octets({1, static_cast<int>(name.size())});
  for (const char c : name) info.push_back(static_cast<std::byte>(c));
  return info;
}

Sender of(Say say) { return read_sender(say.said(), kKey); }

/// On how many levels, from the widest, two senders are the same.
std::size_t common(const Sender& a, const Sender& b) {
  std::size_t levels = 0;
  while (levels < kLevels && a.names[levels] == b.names[levels]) ++levels;
  return levels;
}

struct Case {
  const char* what;
  Say one;
  Say other;
  std::size_t common;  ///< levels: 0 none, 1 interface, 2 neighbour, 3 relay, 4 port, 5 all
};

Say from_mac(Say say, std::uint32_t number) {
  say.datagram().source_mac = host(number).mac;
  return say;
}

std::vector<Case> cases() {
  const auto relayed = [](std::uint32_t n, std::string_view giaddr, std::string_view port) {
    return discover(host(n)).through(giaddr, circuit(port));
  };
  Say far = renewing(host(1), "10.0.0.5");
  Say near = renewing(host(2), "10.0.0.6");
  return {
      {"the same", discover(host(1)), discover(host(1)), 5},
      {"two on a link", discover(host(1)), discover(host(2)), 4},
      {"two links", discover(host(1)), discover(host(1)).on(kEth1), 0},
      // Who makes up chaddr alone is still one.
      {"one that makes up chaddr", from_mac(discover(host(1)), 9), from_mac(discover(host(2)), 9),
       5},
      {"two that renew through one router", from_mac(far, 9), from_mac(near, 9), 4},
      {"two behind one port", relayed(1, "10.0.0.1", "a"), relayed(2, "10.0.0.1", "a"), 4},
      {"two ports", relayed(1, "10.0.0.1", "a"), relayed(1, "10.0.0.1", "b"), 3},
      {"two relays", relayed(1, "10.0.0.1", "a"), relayed(1, "10.0.0.2", "a"), 2},
      // Who claims to be another's relay is not taken for him.
      {"a relay and who claims to be it", relayed(1, "10.0.0.1", "a"),
       from_mac(relayed(1, "10.0.0.1", "a"), 9), 1},
      {"a switch's ports, without a relay", discover(host(1)).with(82, circuit("a")),
       discover(host(2)).with(82, circuit("b")), 3},
      {"a port by its remote-id", discover(host(1)).with(82, octets({2, 1, 7})),
       discover(host(2)).with(82, octets({2, 1, 7})), 4},
      // R3046-2.1-b: the relay's is the last.
      {"an option 82 of the client's own before the relay's",
       discover(host(1)).with(82, circuit("fake")).with(82, circuit("a")),
       discover(host(2)).with(82, circuit("a")), 4},
  };
}

TEST(Sender, IsTheSameOnAsManyLevelsAsItShares) {
  for (const Case& c : cases()) {
    EXPECT_EQ(common(of(c.one), of(c.other)), c.common) << c.what;
  }
}

TEST(Sender, HasANameWhateverTheBytesAre) {
  Say say = discover(host(1)).with(82, octets({1, 200}));
  const net::Datagram whole = say.said();
  const Octets bytes(whole.payload.begin(), whole.payload.end());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    net::Datagram cut = whole;
    const Octets copy(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    cut.payload = copy;
    EXPECT_EQ(read_sender(cut, kKey).name(Level::interface),
              of(discover(host(1))).name(Level::interface));
  }
}

TEST(Sender, OfPadsOnlyIsFoundInBoundedTime) {
  Say say = discover(host(1));
  net::Datagram in = say.said();
  Octets bytes(in.payload.begin(), in.payload.end());
  bytes.resize(1'400);  // pads
  in.payload = bytes;
  EXPECT_EQ(common(read_sender(in, kKey), of(discover(host(1)))), kLevels);
}

TEST(Sender, DependsOnTheKey) {
  Say say = discover(host(1));
  EXPECT_EQ(common(read_sender(say.said(), {1, 2}), read_sender(say.said(), {3, 4})), 0U);
}

}  // namespace
}  // namespace lessor::server::v4::testing
