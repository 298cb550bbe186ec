// What the relay makes of every bad message that docs/bad-input.md lists, from both sides.

#include "relay/v4/test_kit.h"
#include "wire/test_seeds.h"

#include <gtest/gtest.h>

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

TEST(RelayBadInput, EveryBadMessageHasItsAnswer) {
  auto answers = bad_message_answers(Role::relay);
  for (const auto& [name, octets] : bad_seeds("message")) {
    Bench bench;
    EXPECT_EQ(answer_of(bench, octets), answers[name]) << "ANSWER " << name;
    answers.erase(name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

}  // namespace
}  // namespace lessor::relay::v4
