// What the client makes of every bad message that docs/bad-input.md lists.

#include "client/v4/test_hostile.h"
#include "wire/test_seeds.h"

#include <gtest/gtest.h>

namespace lessor::client::v4 {
namespace {

using namespace testing;
using wire::testing::bad_message_answers;
using wire::testing::bad_seeds;
using wire::testing::Role;

/// With the xid and the hardware address that the client waits for: what is wrong with it counts.
Octets addressed_to(const Client& client, Octets message) {
  if (message.size() < wire::kHeaderSize) return message;
  store_be32(&message[wire::kXidOffset], client.last().xid());
  copy_bytes(MutableBytes(message).subspan(wire::kChaddrOffset), kMac.octets);
  return message;
}

/// "lease" when it is taken for an ACK, "nak", or why it was dropped.
std::string answer_of(Client& client, const Octets& message) {
  client.hear_octets(addressed_to(client, message));
  if (client.engine.lease() != nullptr) return "lease";
  if (client.state() != State::requesting) return "nak";
  return std::string(name_of(client.last_drop()));
}

TEST(ClientBadInput, EveryBadMessageHasItsAnswer) {
  auto answers = bad_message_answers(Role::client);
  for (const auto& [name, octets] : bad_seeds("message")) {
    Client client;
    lead_to(client, Stage::requesting);
    EXPECT_EQ(answer_of(client, octets), answers[name]) << "ANSWER " << name;
    answers.erase(name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

}  // namespace
}  // namespace lessor::client::v4
