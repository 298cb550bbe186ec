// Whatever comes, in both directions: no crash, what goes out is a message, nobody is amplified.

#include "base/random.h"
#include "relay/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::relay::v4 {
namespace {

Settings every_feature(Random& random) {
  Settings settings = make_settings(3);
  settings.choice = static_cast<ServerChoice>(random.below(3));
  settings.foreign = static_cast<ForeignAgentInfo>(random.below(4));
  settings.source_port = random.one_in(2) ? 67 : 6'767;
  settings.max_message_size = 548 + random.below(900);
  for (Downlink& downlink : settings.downlinks) {
    downlink.trusted = random.one_in(2);
    if (random.one_in(2)) downlink.giaddr = ip("192.0.2.2");
    if (random.one_in(2)) downlink.agent.circuit_id = make_template("{interface}/{client-mac}");
    if (random.one_in(2)) downlink.agent.remote_id = make_template(std::string(100, 'r'));
    if (random.one_in(4)) downlink.agent.relay_id = make_template(std::string(150, 'i'));
    downlink.agent.flags = random.one_in(2);
    downlink.clients = random.below(20);
  }
  return settings;
}

std::vector<std::byte> random_message(Random& random) {
  if (random.one_in(8)) {
    std::vector<std::byte> octets(random.below(1'500));
    for (std::byte& octet : octets) octet = static_cast<std::byte>(random.u32());
    return octets;
  }
  Words words{.type = static_cast<wire::MessageType>(random.below(20)),
              .op = random.one_in(2) ? wire::Op::request : wire::Op::reply,
              .xid = random.below(8),
              .client = random.below(50),
              .hops = static_cast<std::uint8_t>(random.below(6)),
              .secs = static_cast<std::uint16_t>(random.below(20)),
              .flags = static_cast<std::uint16_t>(random.one_in(2) ? 0x8000 : 0)};
  constexpr std::string_view kGiaddrs[] = {"0.0.0.0", "10.1.0.1", "192.0.2.2", "10.9.0.1"};
  words.giaddr = ip(kGiaddrs[random.below(4)]);
  if (random.one_in(2)) words.yiaddr = ip("10.1.0.50");
  if (random.one_in(2)) words.server_id = ip("192.0.2.12");
  words.has_info = random.one_in(3);
  if (words.has_info) words.info.resize(random.below(256), static_cast<std::byte>(random.below(9)));
  words.extra.resize(random.below(700), std::byte{0});
  std::vector<std::byte> message = write(words);
  for (std::uint32_t i = random.below(6); i > 0; --i) {
    message[random.below(static_cast<std::uint32_t>(message.size()))] =
        static_cast<std::byte>(random.u32());
  }
  if (random.one_in(5)) message.resize(random.below(static_cast<std::uint32_t>(message.size())));
  return message;
}

void expect_sound(const Sent& sent, std::size_t size) {
  wire::ParseScratch scratch;
  EXPECT_GE(sent.payload.size(), 300U);
  EXPECT_LE(sent.payload.size(), net::kMaxPayload);
  EXPECT_LE(sent.payload.size(), std::max<std::size_t>(size, 300) + 258);
  const wire::HeaderView header(sent.payload);
  if (header.op() == wire::Op::request) {
    EXPECT_GT(header.hops(), 0);
    EXPECT_FALSE(header.giaddr().is_zero());
  }
  const auto view = wire::MessageView::parse(sent.payload, scratch);
  const bool bootp = !view && (view.error().code == wire::ParseCode::no_cookie ||
                               view.error().code == wire::ParseCode::bad_cookie);
  // What is wrong inside of file and sname is not for a relay to see.
  const bool inside = !view && (view.error().code == wire::ParseCode::bad_overload ||
                                view.error().offset < wire::kOptionsOffset);
  EXPECT_TRUE(view || bootp || inside);
}

// C3-10
TEST(RandomMessages, NeverBreakAnythingNorComeOutAmplified) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Bench bench(every_feature(random));
    for (int i = 0; i < 1'500; ++i) {
      const std::vector<std::byte> message = random_message(random);
      const bool framed = random.one_in(2);
      const auto sent = bench.hand_in(
          {.payload = message,
           .source = {ip("192.0.2.10").value + random.below(4)},
           .destination = random.one_in(2) ? net::kIp4Broadcast : ip("192.0.2.2"),
           .source_port = static_cast<std::uint16_t>(random.one_in(2) ? 67 : random.u32()),
           .destination_port = static_cast<std::uint16_t>(66 + random.below(3)),
           .interface = 1 + random.below(4),
           .framed = framed,
           .source_mac = mac("02:aa:00:00:00:09")});
      const bool request = !message.empty() && message[0] == std::byte{1};
      EXPECT_LE(sent.size(), request ? 3U : 1U);
      for (const Sent& one : sent) expect_sound(one, message.size());
      bench.advance(Duration::milliseconds(random.below(200)));
      if (bench.engine.next_deadline() > bench.now.mono) continue;
      bench.engine.on_time(bench.now, bench.outbox);
      EXPECT_LE(bench.take().size(), 3U);  // a probe a server at most
    }
  }
}

TEST(RandomMessages, AFullOutboxDropsAndCounts) {
  Settings settings = make_settings(3);
  RelayEngine engine(settings, kTestKey, 1);
  const Now now{.mono = Instant::from_nanoseconds(1), .wall = {}};
  engine.set_interfaces(now, make_host());
  net::Outbox outbox(4, 1);
  const auto message = write({});
  for (int i = 0; i < 10; ++i) {
    engine.on_datagram(now, {.payload = message, .interface = 2}, outbox);
  }
  EXPECT_EQ(engine.counters().dropped[static_cast<std::size_t>(Reason::outbox_full)], 8);
}

}  // namespace
}  // namespace lessor::relay::v4
