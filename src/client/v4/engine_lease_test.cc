#include "client/v4/engine.h"

#include "client/v4/test_kit.h"

namespace lessor::client::v4 {
namespace {

using testing::Client;
using testing::kAddress;
using testing::kOther;
using testing::kServer;
using testing::plain_settings;
using testing::remembered;
using wire::MessageType;

constexpr auto kSeconds = &Duration::seconds;

// --- BOUND, RENEWING, REBINDING, the end ---------------------------------------------------------

TEST(ClientEngine, ALeaseCountsFromWhenItsRequestWasSent) {  // R2131-4.4.1-e
  Client client;
  client.start().hear({}).pass(kSeconds(1));
  const Instant asked = client.last().at;
  client.pass(kSeconds(6));  // and again: whichever the ACK answers, the first is the safe one
  client.hear({.type = MessageType::ack, .lease_time = 1'000});
  EXPECT_EQ(client.engine.lease()->expires_at(), asked + kSeconds(1'000));
}

TEST(ClientEngine, RenewsByUnicastAtT1) {  // R2131-4.4.5-a, R2131-4.1-i, R2131-T5-b
  Client client;
  client.bind({.options = {{58, "00000064"}, {59, "000000c8"}}});
  const Lease lease = *client.engine.lease();
  client.pass(lease.renew_at() - client.now.mono);
  EXPECT_EQ(client.state(), State::renewing);
  const auto& request = client.last();
  EXPECT_EQ(request.at, lease.requested_at + kSeconds(100));
  EXPECT_EQ(request.type(), MessageType::request);
  EXPECT_EQ(request.envelope.destination, kServer);
  EXPECT_EQ(request.envelope.source, kAddress);
  EXPECT_EQ(request.envelope.target, net::LinkTarget::route);
  EXPECT_EQ(request.view().ciaddr(), kAddress);
  EXPECT_EQ(request.option(50), "-");
  EXPECT_EQ(request.option(54), "-");
}

TEST(ClientEngine, ARenewalMakesTheLeaseNewAndTouchesNothingElse) {
  Client client;
  client.bind({.lease_time = 1'000});
  client.take_effects();
  client.pass(kSeconds(500));
  ASSERT_EQ(client.state(), State::renewing);
  client.hear({.type = MessageType::ack, .lease_time = 2'000});
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.take_effects(), "refresh 192.0.2.10 granted; remember 192.0.2.10 granted");
  EXPECT_EQ(client.engine.lease()->lease_time, kSeconds(2'000));
  EXPECT_EQ(client.engine.lease()->requested_at, client.last().at);
}

TEST(ClientEngine, RetriesARenewalAtHalfOfWhatRemainsAndNotUnderAMinute) {  // R2131-4.4.5-a
  Client client;
  client.bind(
      {.lease_time = 8'000, .options = {{58, "00000fa0"}, {59, "00001b58"}}});  // 4000, 7000
  client.pass(client.engine.lease()->renew_at() - client.now.mono);
  std::vector<std::int64_t> waits;
  while (client.state() == State::renewing) waits.push_back(client.next().to_seconds());
  EXPECT_EQ(waits, (std::vector<std::int64_t>{1'500, 750, 375, 187, 93, 60, 33}));
  EXPECT_EQ(client.state(), State::rebinding);
  EXPECT_EQ(client.last().envelope.target, net::LinkTarget::broadcast);
  EXPECT_EQ(client.last().envelope.destination, net::kIp4Broadcast);
  EXPECT_EQ(client.last().envelope.source, kAddress);
  EXPECT_EQ(client.last().view().ciaddr(), kAddress);
}

TEST(ClientEngine, AnyServerMayRebind) {
  Client client;
  client.bind();
  client.pass(client.engine.lease()->rebind_at() - client.now.mono);
  ASSERT_EQ(client.state(), State::rebinding);
  client.hear({.type = MessageType::ack, .server = kOther});
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.engine.lease()->server, kOther);
}

TEST(ClientEngine, AnEndedLeaseIsLeftAtOnce) {  // R2131-4.4.5-b
  Client client;
  client.bind();
  client.take_effects();
  const Instant end = client.engine.lease()->expires_at();
  client.pass(end - client.now.mono - Duration::milliseconds(1));
  EXPECT_EQ(client.take_effects(), "");
  client.pass(Duration::milliseconds(1));
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 expired; forget 192.0.2.10 expired");
  EXPECT_EQ(client.state(), State::selecting);
  EXPECT_EQ(client.last().type(), MessageType::discover);
  EXPECT_EQ(client.last().option(50), "c000020a");  // it would like to have it back
}

TEST(ClientEngine, ANakWhileRenewingOrRebindingHaltsTheNetwork) {  // R2131-4.4.5-c
  for (const bool late : {false, true}) {
    Client client;
    client.bind();
    const Lease lease = *client.engine.lease();
    client.pass((late ? lease.rebind_at() : lease.renew_at()) - client.now.mono);
    client.take_effects();
    client.hear({.type = MessageType::nak});
    EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 refused; forget 192.0.2.10 refused");
    EXPECT_EQ(client.last().type(), MessageType::discover);
  }
}

TEST(ClientEngine, AStrangersNakWhileRenewingChangesNothing) {  // C3-04
  Client client;
  client.bind();
  client.pass(client.engine.lease()->renew_at() - client.now.mono);
  client.hear({.type = MessageType::nak, .server = kOther});
  EXPECT_EQ(client.state(), State::renewing);
  EXPECT_EQ(client.last_drop(), Reason::other_server);
}

TEST(ClientEngine, AnInfiniteLeaseIsNeverRenewed) {
  Client client;
  client.bind({.lease_time = 0xffffffff});
  client.pass(kSeconds(20));
  EXPECT_TRUE(client.engine.next_deadline().is_never());
}

// --- INIT-REBOOT ---------------------------------------------------------------------------------

TEST(ClientEngine, AsksForARememberedLeaseInInitReboot) {  // R2131-4.4.2-a, R2131-T5-b
  Client client;
  client.engine.remember(remembered(client));
  client.start();
  EXPECT_EQ(client.state(), State::rebooting);
  EXPECT_EQ(client.last().type(), MessageType::request);
  EXPECT_EQ(client.last().option(50), "c000020a");
  EXPECT_EQ(client.last().option(54), "-");
  EXPECT_TRUE(client.last().view().ciaddr().is_zero());
  EXPECT_EQ(client.last().envelope.destination, net::kIp4Broadcast);
  client.hear({.type = MessageType::ack}).pass(kSeconds(2));
  EXPECT_EQ(client.state(), State::bound);
}

TEST(ClientEngine, BeginsAnewWhenItsRememberedLeaseIsRefused) {
  Client client;
  client.engine.remember(remembered(client));
  client.start().hear({.type = MessageType::nak, .server = kOther});
  EXPECT_EQ(client.take_effects(), "forget 192.0.2.10 refused");
  EXPECT_EQ(client.last().type(), MessageType::discover);
}

TEST(ClientEngine, BeginsAnewWhenNobodyConfirmsItsLease) {  // R2131-4.3.2-c
  Client client;
  client.engine.remember(remembered(client));
  client.start().pass(kSeconds(15));
  EXPECT_EQ(client.state(), State::selecting);
  EXPECT_EQ(client.last().option(50), "c000020a");
}

TEST(ClientEngine, KeepsAnUnconfirmedLeaseWhenToldSo) {  // R2131-4.4.2-a: MAY
  Settings settings = plain_settings();
  settings.keep_unconfirmed = true;
  Client client(settings);
  client.engine.remember(remembered(client));
  client.start().pass(kSeconds(17));
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.take_effects(),
            "configure 192.0.2.10 unconfirmed; remember 192.0.2.10 unconfirmed");
  EXPECT_EQ(client.engine.lease()->lease_time, kSeconds(3'600));
}

TEST(ClientEngine, AnEndedLeaseIsOnlyAWish) {
  Client client;
  client.engine.remember(remembered(client, kSeconds(4'000)));
  client.start();
  EXPECT_EQ(client.last().type(), MessageType::discover);
  EXPECT_EQ(client.last().option(50), "c000020a");
}

}  // namespace
}  // namespace lessor::client::v4
