// What a hostile server may do by when and how often it speaks: the client goes on, and an honest
// server gives it its lease.

#include "client/v4/limits.h"
#include "client/v4/test_hostile.h"
#include "client/v4/test_md5.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace lessor::client::v4 {
namespace {

using namespace testing;

// --- Times ---------------------------------------------------------------------------------------

std::string hex_of_seconds(std::uint32_t value) {
  Octets out(4);
  store_be32(out.data(), value);
  return to_hex(out);
}

void expect_sane_times(std::uint32_t lease_time, std::uint32_t t1, std::uint32_t t2) {
  Client client;
  lead_to(client, Stage::requesting);
  client.hear({.type = MessageType::ack,
               .lease_time = lease_time,
               .options = {{58, hex_of_seconds(t1)}, {59, hex_of_seconds(t2)}}});
  const Lease* const lease = client.engine.lease();
  ASSERT_NE(lease, nullptr);
  if (lease->lease_time.is_infinite()) return;
  EXPECT_LE(kMinT1, lease->t1) << "a lease file and a hook with every renewal";
  EXPECT_LT(lease->t1, lease->t2);
  EXPECT_LT(lease->t2, lease->lease_time);
  // Nor is anybody asked in a tight loop until the lease has ended.
  const std::size_t before = client.sent.size();
  client.pass(Duration::seconds(4));
  EXPECT_LE(client.sent.size(), before + 2);
}

// C2-07
TEST(HostileServer, TimesThatMakeNoSenseAreMadeToMakeSense) {
  const std::uint32_t times[] = {0,      1,           5,           3'599,       3'600,      3'601,
                                 86'400, 0x7fff'ffff, 0x8000'0000, 0xffff'fffe, 0xffff'ffff};
  for (const std::uint32_t lease_time : {5U, 3'600U, 0x7fff'ffffU, 0xffff'fffeU, 0xffff'ffffU}) {
    for (const std::uint32_t t1 : times) {
      for (const std::uint32_t t2 : times) expect_sane_times(lease_time, t1, t2);
    }
  }
}

// --- Who says it, and when -----------------------------------------------------------------------

// C2-09: an ACK that was heard before.
TEST(HostileServer, AnAckIsHeardOnce) {
  Client client;
  lead_to(client, Stage::requesting);
  const Octets ack = client.octets_of(honest(MessageType::ack));
  client.hear_octets(ack).pass(Duration::seconds(8));
  const Lease lease = *client.engine.lease();
  client.take_effects();
  for (const Stage stage : {Stage::bound, Stage::renewing, Stage::rebinding}) {
    if (stage == Stage::renewing) client.pass(lease.renew_at() - client.now.mono);
    if (stage == Stage::rebinding) client.pass(lease.rebind_at() - client.now.mono);
    client.hear_octets(ack);
    EXPECT_EQ(*client.engine.lease(), lease) << "a replay prolongs nothing";
  }
  EXPECT_EQ(client.take_effects(), "");
}

// C3-04
TEST(HostileServer, ANakOfAStrangerTakesNoAddressAway) {
  for (const Stage stage : {Stage::requesting, Stage::bound, Stage::renewing}) {
    Client client;
    lead_to(client, stage);
    client.take_effects();
    const State before = client.state();
    client.hear({.type = MessageType::nak, .server = kOther});
    EXPECT_EQ(client.state(), before);
    EXPECT_EQ(client.take_effects(), "");
    bind_honestly(client);
  }
}

// C3-04
TEST(HostileServer, AServerThatIsToBeIgnoredIsIgnored) {
  Settings settings = testing::plain_settings();
  settings.refused_servers = {kOther};
  Client client(settings);
  client.start();
  // It is first, and says more.
  client.hear(
      {.server = kOther, .options = {{3, "c0000202"}, {6, "c0000202"}, {121, "00c0000202"}}});
  client.pass(Duration::seconds(2));
  EXPECT_EQ(client.state(), State::selecting);
  bind_honestly(client);
}

TEST(HostileServer, AnOfferThatIsNeverAcknowledgedHoldsNobodyUp) {
  Client client;
  client.start();
  client.hear(
      {.server = kOther, .options = {{3, "c0000202"}, {6, "c0000202"}, {121, "00c0000202"}}});
  client.pass(Duration::seconds(1));
  ASSERT_EQ(client.state(), State::requesting);
  EXPECT_EQ(client.last().option(54), "c0000202");
  client.pass(Duration::seconds(90));
  EXPECT_EQ(client.state(), State::selecting);
  bind_honestly(client);
}

// systemd CVE-2020-13529
// B45
TEST(HostileServer, AForcerenewWithoutProofMovesNobody) {
  for (const Stage stage : kStages) {
    Settings settings = testing::plain_settings();
    settings.hmac_md5 = testing::hmac_md5;
    Client client(settings);
    lead_to(client, stage);
    const State before = client.state();
    client.hear({.type = MessageType::forcerenew});
    client.hear({.type = MessageType::forcerenew,
                 .options = {{90,
                              "030100"
                              "0000000000000001"
                              "02" +
                                  repeat("00", 16)}}});
    EXPECT_EQ(client.state(), before);
    bind_honestly(client);
  }
}

// C2-10
TEST(HostileServer, AFloodOfOffersIsBounded) {
  Client client;
  client.start();
  client.hear(honest(MessageType::offer));
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    client.hear({.server = {0x0a00'0001 + i}, .address = {0xc000'0220 + i % 64}, .options = {}});
  }
  EXPECT_LE(client.engine.situation().offers, 16U);
  client.pass(Duration::seconds(1));
  EXPECT_EQ(client.last().option(54), "c0000201") << "it said most of what is wanted";
  bind_honestly(client);
}

// C2-10
TEST(HostileServer, AServerThatRepeatsItsOfferMakesUsNeitherWaitNorTalk) {
  Client client;
  client.start();
  client.events.clear();
  for (int i = 0; i < 20 && client.state() == State::selecting; ++i) {
    client.hear({}).hear({}).pass(Duration::milliseconds(100));
  }
  EXPECT_EQ(client.state(), State::requesting) << "it chooses when its time has come";
  EXPECT_EQ(std::ranges::count(client.events, EventKind::offer, &Event::kind), 1);
}

// C2-10
TEST(HostileServer, AFloodOfRubbishCostsNothing) {
  for (const Stage stage : kStages) {
    Client client;
    lead_to(client, stage);
    const State before = client.state();
    const std::size_t sent = client.sent.size();
    Random random(7);
    for (int i = 0; i < 2'000; ++i) {
      Octets rubbish(random.below(600));
      for (std::byte& b : rubbish) b = static_cast<std::byte>(random.below(256));
      client.hear_octets(rubbish);
    }
    EXPECT_EQ(client.state(), before);
    EXPECT_EQ(client.sent.size(), sent);
    bind_honestly(client);
  }
}

// A server that offers and refuses in turn must not make us its drum.
TEST(HostileServer, AServerThatRefusesWhatItOffersIsNotAskedInATightLoop) {
  Client client;
  client.start();
  const std::size_t before = client.sent.size();
  const Instant end = client.now.mono + Duration::seconds(120);
  while (client.now.mono < end) {
    if (client.state() == State::selecting) client.hear({.server = kOther});
    if (client.state() == State::requesting)
      client.hear({.type = MessageType::nak, .server = kOther});
    client.next();
  }
  EXPECT_LT(client.sent.size() - before, 40U);
  bind_honestly(client);
}

}  // namespace
}  // namespace lessor::client::v4
