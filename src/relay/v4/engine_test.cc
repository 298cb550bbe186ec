// The engine as a whole: other settings, other interfaces.

#include "relay/v4/test_kit.h"

#include <gmock/gmock.h>

namespace lessor::relay::v4 {
namespace {

using testing::SizeIs;
using enum wire::MessageType;

TEST(Engine, OtherSettingsKeepWhatIsKnown) {
  Settings settings = make_settings(2);
  settings.downlinks[1].clients = 5;
  Bench bench(settings);
  const auto sent = bench.from_client(Words{}, 3);
  Words words = answer_to(sent.at(0).payload, ack, "10.2.0.9");
  words.lease_time = 600;
  EXPECT_THAT(bench.from_server(words, "192.0.2.12"), SizeIs(1));
  settings.downlinks.erase(settings.downlinks.begin());
  settings.servers.erase(settings.servers.begin());
  bench.engine.set_settings(bench.now, settings);
  ASSERT_THAT(bench.engine.downlinks(), SizeIs(1));
  EXPECT_EQ(bench.engine.downlinks()[0].interface, "eth2");
  EXPECT_EQ(bench.engine.downlinks()[0].clients, 1);
  EXPECT_EQ(bench.engine.downlinks()[0].replies, 1);
  ASSERT_THAT(bench.engine.servers(), SizeIs(1));
  EXPECT_EQ(bench.engine.servers()[0].health, Health::good);
  EXPECT_THAT(bench.from_client(Words{}, 2), SizeIs(0));
  EXPECT_THAT(bench.from_client(Words{}, 3), SizeIs(1));
}

TEST(Engine, FollowsInterfaces) {
  Bench bench;
  Event event;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(bench.engine.events().take(event));
    EXPECT_EQ(event.kind, EventKind::downlink_up);
  }
  std::vector<net::Interface> all = make_host().all();
  all[1].index = 9;  // replaced
  all[1].addresses = {net::parse_prefix4("10.5.0.1/24").value()};
  bench.engine.set_interfaces(bench.now, net::InterfaceTable(all));
  EXPECT_THAT(bench.from_client(Words{}, 2), SizeIs(0));
  EXPECT_EQ(bench.from_client(Words{}, 9).at(0).header().giaddr(), ip("10.5.0.1"));
  all[1].addresses.clear();
  bench.engine.set_interfaces(bench.now, net::InterfaceTable(all));
  ASSERT_TRUE(bench.engine.events().take(event));
  EXPECT_EQ(event.kind, EventKind::downlink_down);
  EXPECT_EQ(event.downlink, 0);
}

TEST(Engine, AServersPathIsForgottenWithItsFrames) {
  Bench bench;
  const auto sent = bench.from_client(Words{});
  const Words words = answer_to(sent.at(0).payload, offer);
  (void)bench.from_server(words);
  EXPECT_NE(bench.engine.servers()[0].mac, net::Mac());
  const std::vector<std::byte> payload = write(words);
  (void)bench.hand_in({.payload = payload,  // by a socket: nobody knows from which neighbour
                       .source = ip("192.0.2.11"),
                       .destination = ip("10.1.0.1"),
                       .source_port = 67,
                       .destination_port = 67,
                       .interface = kUplink});
  EXPECT_EQ(bench.engine.servers()[0].mac, net::Mac());
}

}  // namespace
}  // namespace lessor::relay::v4
