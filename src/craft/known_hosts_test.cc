#include "craft/known_hosts.h"

#include "craft/test_frames.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h

const net::Mac kClient = *net::parse_mac("c0:01:1b:69:00:00");
const net::Mac kStranger = *net::parse_mac("02:00:00:00:00:99");
constexpr Duration kNow = Duration::seconds(100);
constexpr Duration kLater = Duration::seconds(110);

Octets arp(const net::Mac& sender, std::string_view from, std::string_view about) {
  Octets room(net::kArpFrame);
  net::write_arp_frame(room, net::kMacBroadcast,
                       {.sender_mac = sender,
                        .sender_address = *net::parse_ip4(from),
                        .target_address = *net::parse_ip4(about)});
  return room;
}
bool concerns(const KnownHosts& hosts, const Octets& frame, Duration at = kLater) {
  return hosts.concerns(dissect(frame), at);
}

TEST(KnownHosts, AreThoseThatMessagesSpeakOf) {
  KnownHosts hosts;
  const Octets unrelated = arp(kStranger, "10.0.0.1", "10.0.0.2");
  EXPECT_FALSE(concerns(hosts, unrelated));
  const Octets frame = udp_frame(from_server(), offer());
  hosts.learn(dissect(frame), kNow);
  EXPECT_FALSE(concerns(hosts, unrelated));
  EXPECT_TRUE(concerns(hosts, arp(kStranger, "0.0.0.0", "192.168.56.104")));   // yiaddr
  EXPECT_TRUE(concerns(hosts, arp(kStranger, "10.0.0.1", "192.168.56.100")));  // the server
  EXPECT_TRUE(concerns(hosts, arp(kClient, "10.0.0.1", "10.0.0.2")));
}

// A server probes an address before it offers it: nobody has spoken of it yet.
TEST(KnownHosts, AnswerForProbesSoonAfterADiscover) {
  KnownHosts hosts;
  const Octets frame = udp_frame({.source_port = 68, .destination_port = 67}, discover());
  hosts.learn(dissect(frame), kNow);
  const Octets probe = arp(kStranger, "10.0.0.1", "10.0.0.2");
  EXPECT_TRUE(concerns(hosts, probe, kNow + Duration::seconds(1)));
  EXPECT_FALSE(concerns(hosts, probe, kNow + Duration::seconds(3)));
}

TEST(KnownHosts, OfOneClientAreItsAddressesAlone) {
  KnownHosts hosts(kClient);
  KnownHosts other(kStranger);
  const Octets frame = udp_frame(from_server(), offer());
  hosts.learn(dissect(frame), kNow);
  other.learn(dissect(frame), kNow);
  EXPECT_TRUE(concerns(hosts, frame));
  EXPECT_FALSE(concerns(other, frame));
  EXPECT_TRUE(concerns(hosts, arp(kStranger, "0.0.0.0", "192.168.56.104")));
  EXPECT_FALSE(concerns(hosts, arp(kStranger, "10.0.0.1", "192.168.56.100")));
  EXPECT_FALSE(concerns(other, arp(kClient, "0.0.0.0", "192.168.56.104")));
}

TEST(KnownHosts, SurviveEveryTruncation) {
  const Octets whole = udp_frame(from_server(), offer());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    KnownHosts hosts(kClient);
    hosts.learn(dissect(Bytes(whole).first(size)), kNow);
    (void)hosts.concerns(dissect(Bytes(whole).first(size)), kNow);
  }
}

}  // namespace
}  // namespace lessor::craft
