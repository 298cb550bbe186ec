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

// Every row of docs/bad-input.md that a message of a server can show: B01-B04, B06, B10, B15, B22,
// B23, B25, B26, B39, B41, B43-B50; C2-01 to C2-04, C2-07.
// C3-04
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

/// What else than its address a lease of these seeds may bring a host.
struct Trace {
  std::size_t name_servers = 0;
  std::size_t routes = 0;
};
const std::map<std::string, Trace> kTraces = {
    {"ack-name-servers-of-65000", {.name_servers = 1}},  // one, said 15,000 times
    {"ack-routes-of-4000", {.routes = 1}},               // likewise
};

// B01-B04, B06, B15, B22, B23, B26, B44, B46, B50; C2-05, C2-06, C2-08, C3-06: a lease that comes
// with poison brings the host its address and nothing else.
TEST(ClientBadInput, WhatComesWithALeaseLeavesNoTrace) {
  int leases = 0;
  for (const auto& [name, octets] : bad_seeds("message")) {
    Client client;
    lead_to(client, Stage::requesting);
    if (answer_of(client, octets) != "lease") continue;
    ++leases;
    const HostPlan plan = plan_host(*client.engine.lease(), all_rules(), client.now);
    const Trace trace = kTraces.contains(name) ? kTraces.at(name) : Trace();
    EXPECT_EQ(plan.settings.address, (net::Prefix4{kAddress, 24})) << name;
    EXPECT_EQ(plan.settings.routes.size(), trace.routes) << name;
    EXPECT_EQ(plan.settings.name_servers.size(), trace.name_servers) << name;
    EXPECT_TRUE(plan.settings.search.empty()) << name;
    EXPECT_EQ(plan.settings.domain, "") << name;
    EXPECT_EQ(plan.settings.hostname, "") << name;
    EXPECT_FALSE(plan.settings.mtu) << name;
    client.pass(Duration::seconds(8));
    EXPECT_EQ(client.state(), State::bound) << name;
    const std::size_t before = client.sent.size();
    client.pass(Duration::seconds(30));
    EXPECT_LE(client.sent.size(), before + 4) << name << " makes it talk";
  }
  EXPECT_GT(leases, 25);
}

}  // namespace
}  // namespace lessor::client::v4
