// Whatever answers on a link: damaged messages through every part of an exchange.
#include "base/random.h"
#include "craft/exchange/answer_table.h"
#include "craft/exchange/inquiry.h"
#include "craft/exchange/neighbours.h"
#include "craft/exchange/test_link.h"

namespace lessor::craft {
namespace {

using namespace testing;

/// Some octets changed, sometimes the end cut off; mostly behind the headers.
std::vector<std::byte> damaged(std::vector<std::byte> frame, Random& random) {
  const auto size = static_cast<std::uint32_t>(frame.size());
  for (std::uint32_t i = random.below(8); i > 0; --i) {
    const std::uint32_t from = random.one_in(8) ? 0 : 240;
    frame[from + random.below(size - from)] = static_cast<std::byte>(random.below(256));
  }
  if (random.one_in(16)) frame.resize(random.below(size));
  return frame;
}

std::vector<std::byte> rich_ack() {
  return reply("ack", {"yiaddr = 192.168.56.104", "option.dhcp-lease-time = 600",
                       "option.domain-name = 'routing # loops'", "option.host-name = a$b",
                       "option.domain-search = a.example, b.example",
                       "option.classless-static-route = 10.0.0.0/8 - 192.168.56.1",
                       "option.relay-agent-information.circuit-id = 'eth0'",
                       "option.vivso-suboptions = 0x00000009020105"})
      .frame.bytes;
}

TEST(Hostile, EveryLeaseThatIsPrintedIsReadBack) {
  Random random(1);
  int leases = 0;
  for (int i = 0; i < 120; ++i) {
    const auto ack = hear({.at = Duration::seconds(i), .bytes = damaged(rich_ack(), random)});
    const auto request = hear({.at = {}, .bytes = damaged(rich_ack(), random)});
    if (!ack) continue;
    const auto lease = lease_of(*ack, request ? &*request : nullptr);
    if (!lease) continue;
    ++leases;
    const std::string text = print_lease(*lease);
    const auto again = read_lease(text);
    ASSERT_TRUE(again) << again.error() << '\n' << text;
    ASSERT_EQ(print_lease(*again), text);
    EXPECT_EQ(again->options, lease->options) << text;
    EXPECT_TRUE(follow_up(FollowUp::rebind, *again)) << text;
  }
  EXPECT_GT(leases, 20);
}

TEST(Hostile, NothingThatComesUpsetsAnExchange) {
  Random random(2);
  Neighbours neighbours({});
  AnswerList list;
  int bound = 0;
  for (int i = 0; i < 60; ++i) {
    const Instant now = Instant() + Duration::seconds(i);
    Handshake handshake({.discover = *start_recipe("discover"),
                         .request = *start_recipe("request"),
                         .maker = {.mac = kClientMac, .peer = std::nullopt, .xid = 0x1aed},
                         .patience = {},
                         .server = std::nullopt});
    std::vector<Packet> out;
    handshake.on_time(now, out);
    for (const auto& frame : {offer_104().frame.bytes, rich_ack()}) {
      const auto bytes = damaged(frame, random);
      neighbours.learn(bytes);
      (void)neighbours.answer(bytes);
      neighbours.claim(bytes);
      const auto message = hear({.at = {}, .bytes = bytes});
      if (!message) continue;
      list.add(*message);
      handshake.on_message(now, *message, out);
    }
    if (handshake.state() == Handshake::State::bound) {
      ++bound;
      (void)handshake.lease();
    }
  }
  EXPECT_GT(bound, 3);
  EXPECT_FALSE(list.draw({}).empty());
}

}  // namespace
}  // namespace lessor::craft
