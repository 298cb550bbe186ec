// What the relay makes of every bad message that docs/bad-input.md lists, from both sides.

#include "relay/v4/test_kit.h"
#include "wire/test_seeds.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>

namespace lessor::relay::v4 {
namespace {

using wire::testing::bad_message_answers;
using wire::testing::bad_seeds;
using wire::testing::Role;

Reason last_drop(const Bench& bench) {
  for (std::size_t i = kReasons; i-- > 0;) {
    if (bench.engine.counters().dropped[i] > 0) return static_cast<Reason>(i);
  }
  return Reason::none;
}

bool is_reply(Bytes message) { return !message.empty() && load_u8(message.data()) == 2; }

/// As the answer of the server of ours to a client of eth1.
std::vector<Sent> from_server(Bench& bench, std::vector<std::byte> message) {
  if (message.size() >= wire::kHeaderSize) {
    store_be32(&message[wire::kGiaddrOffset], ip("10.1.0.1").value);
  }
  return bench.hand_in({.payload = message,
                        .source = ip("192.0.2.11"),
                        .destination = ip("10.1.0.1"),
                        .source_port = 67,
                        .destination_port = 67,
                        .interface = kUplink,
                        .framed = true,
                        .source_mac = mac("02:aa:00:00:00:01"),
                        .destination_mac = mac("02:00:00:00:00:01")});
}

/// "relayed", or why not.
std::string answer_of(Bench& bench, const std::vector<std::byte>& message) {
  const auto sent = is_reply(message) ? from_server(bench, message) : bench.from_client(message);
  if (!sent.empty()) return "relayed";
  return std::string(name_of(last_drop(bench)));
}

// B09, B12, B24, B38, B39, B43; C2-01 to C2-05, C3-05: what a relay has to understand of a message
// is right or the message goes no further; the rest is for the ends to see.
// B48
TEST(RelayBadInput, EveryBadMessageHasItsAnswer) {
  auto answers = bad_message_answers(Role::relay);
  for (const auto& [name, octets] : bad_seeds("message")) {
    Bench bench;
    EXPECT_EQ(answer_of(bench, octets), answers[name]) << "ANSWER " << name;
    answers.erase(name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

// B38, B39: what is relayed is the message, grown by what the relay adds and by nothing that lay
// behind it.
TEST(RelayBadInput, NothingFromBehindAMessageIsRelayed) {
  constexpr std::string_view kSecret = "of somebody else, of before";
  Settings settings = make_settings();
  for (Downlink& downlink : settings.downlinks) {
    downlink.agent.circuit_id = make_template("{interface}");
  }
  std::size_t relayed = 0;
  for (const auto& [name, octets] : bad_seeds("message")) {
    std::vector<std::byte> slot = octets;
    for (int i = 0; i < 40; ++i) {
      slot.insert(slot.end(), as_bytes(kSecret).begin(), as_bytes(kSecret).end());
    }
    Bench bench(settings);
    for (const Sent& sent : bench.hand_in({.payload = Bytes(slot).first(octets.size()),
                                           .source = {},
                                           .destination = net::kIp4Broadcast,
                                           .source_port = 68,
                                           .destination_port = 67,
                                           .interface = 2,
                                           .framed = true,
                                           .source_mac = mac("02:06:00:00:00:01"),
                                           .destination_mac = net::kMacBroadcast})) {
      ++relayed;
      EXPECT_EQ(as_text(sent.payload).find(kSecret.substr(0, 8)), std::string_view::npos) << name;
      EXPECT_LE(sent.payload.size(), std::max<std::size_t>(octets.size(), 300) + 258) << name;
    }
  }
  EXPECT_GT(relayed, 50U);
}

// B07, C2-10: what a relay refuses it forgets: the counters are exact, nothing leaves, and the next
// client is served.
TEST(RelayBadInput, BadMessagesLeaveNothingBehind) {
  constexpr std::size_t kMessages = 100'000;
  const auto answers = bad_message_answers(Role::relay);
  auto seeds = bad_seeds("message");
  std::erase_if(seeds, [&](const auto& seed) {
    return answers.at(seed.name) == "relayed" || is_reply(seed.octets);
  });
  ASSERT_GT(seeds.size(), 15U);
  Bench bench;
  for (std::size_t i = 0; i < kMessages; ++i) {
    EXPECT_TRUE(bench.from_client(seeds[i % seeds.size()].octets).empty());
  }
  const auto& dropped = bench.engine.counters().dropped;
  EXPECT_EQ(std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0}), kMessages);
  EXPECT_EQ(bench.engine.counters().sent_to_servers, 0U);
  EXPECT_EQ(bench.from_client(Words{}).size(), 1U);
}

}  // namespace
}  // namespace lessor::relay::v4
