#include "client/v4/engine.h"

#include "client/v4/test_kit.h"

namespace lessor::client::v4 {
namespace {

using testing::Client;
using testing::kAddress;
using testing::kOther;
using testing::kOtherMac;
using testing::kServer;
using testing::kServerMac;
using testing::plain_settings;
using testing::remembered;
using wire::MessageType;

constexpr auto kSeconds = &Duration::seconds;

// --- The link ------------------------------------------------------------------------------------

TEST(ClientEngine, WaitsForTheLinkAndAsksForItsLeaseAgainWhenItIsBack) {
  Client client;
  client.bind();
  client.take_effects();
  client.link(false);
  EXPECT_EQ(client.state(), State::no_link);
  EXPECT_EQ(client.take_effects(), "");
  client.pass(kSeconds(60)).link(true);
  EXPECT_EQ(client.state(), State::rebooting);
  const std::size_t before = client.probes.size();
  client.hear({.type = MessageType::ack}).pass(kSeconds(8));
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.take_effects(), "refresh 192.0.2.10 confirmed; remember 192.0.2.10 confirmed");
  EXPECT_EQ(client.probes.size(), before + 2 + 2) << "probed and announced";
}

// RFC 5227 2.1: "... wakes from sleep", "a link-state change signals that an Ethernet cable has
// been connected": what was free before may have been taken meanwhile.
TEST(ClientEngine, LeavesTheAddressToWhomTookItWhileTheLinkWasAway) {
  Client client;
  client.bind().link(false).pass(kSeconds(60)).link(true).take_effects();
  client.hear({.type = MessageType::ack});
  EXPECT_EQ(client.state(), State::checking);
  client.see({.interface = 2, .address = kAddress, .mac = kOtherMac});
  EXPECT_EQ(client.last().type(), MessageType::decline);
  EXPECT_EQ(client.take_effects(),
            "deconfigure 192.0.2.10 address-taken; forget 192.0.2.10 address-taken");
}

TEST(ClientEngine, OnAnotherNetworkTheOldAddressGoes) {
  Client client;
  client.bind();
  client.take_effects();
  client.link(false).link(true).hear({.type = MessageType::nak, .server = kOther});
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 refused; forget 192.0.2.10 refused");
  EXPECT_EQ(client.state(), State::selecting);
}

TEST(ClientEngine, ALeaseEndsWithoutALinkToo) {
  Client client;
  client.bind().link(false);
  client.take_effects();
  client.pass(kSeconds(3'600));
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 expired; forget 192.0.2.10 expired");
  EXPECT_EQ(client.state(), State::no_link);
  client.link(true);
  EXPECT_EQ(client.last().type(), MessageType::discover);
}

TEST(ClientEngine, AsksAgainAfterSleep) {
  Client client;
  client.bind();
  client.take_effects();
  client.set_time(client.now.mono + kSeconds(600));
  client.engine.on_resume(client.now, client.outbox);
  client.run();
  EXPECT_EQ(client.state(), State::rebooting);
  EXPECT_EQ(client.take_effects(), "");
}

TEST(ClientEngine, SleptPastTheEndTheAddressGoesFirst) {
  Client client;
  client.bind();
  client.take_effects();
  client.set_time(client.now.mono + kSeconds(4'000));
  client.engine.on_resume(client.now, client.outbox);
  client.run();
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 expired");
  EXPECT_EQ(client.last().type(), MessageType::discover);
}

TEST(ClientEngine, AnotherHardwareAddressIsAnotherClient) {
  Client client;
  client.bind();
  client.take_effects();
  client.link(true, kOtherMac);
  EXPECT_EQ(client.take_effects(),
            "deconfigure 192.0.2.10 address-changed; forget 192.0.2.10 address-changed");
  EXPECT_EQ(to_hex(client.last().view().chaddr().bytes()), "020000000099");
}

TEST(ClientEngine, AnAnonymousClientAsksForNothingItHadOnALinkThatMayBeAnother) {  // R7844-a
  Settings settings = plain_settings();
  settings.anonymous = true;
  Client client(settings);
  client.bind();
  client.take_effects();
  client.link(false).link(true);
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 link-back; forget 192.0.2.10 link-back");
  EXPECT_EQ(client.last().type(), MessageType::discover);
  EXPECT_EQ(client.last().option(50), "-");
}

// --- Orders --------------------------------------------------------------------------------------

TEST(ClientEngine, ReleasesByUnicastAndForgets) {  // R2131-4.4.4-a, R2131-T5-c, R2131-T5-d
  Client client;
  client.bind();
  client.take_effects();
  EXPECT_TRUE(client.engine.release(client.now, client.outbox));
  client.run();
  const auto& release = client.last();
  EXPECT_EQ(release.type(), MessageType::release);
  EXPECT_EQ(release.envelope.destination, kServer);
  EXPECT_EQ(release.envelope.target_mac, kServerMac);
  EXPECT_EQ(release.view().ciaddr(), kAddress);
  EXPECT_EQ(release.option(54), "c0000201");
  EXPECT_EQ(release.option(61), "010203");
  for (const wire::OptionCode code : std::initializer_list<wire::OptionCode>{50, 51, 55, 57, 60})
    EXPECT_EQ(release.option(code), "-");
  EXPECT_EQ(release.view().flags(), 0);
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 ordered; forget 192.0.2.10 ordered");
  EXPECT_EQ(client.state(), State::stopped);
  EXPECT_TRUE(client.engine.next_deadline().is_never());
}

TEST(ClientEngine, StoppingKeepsTheLeaseForTheNextStart) {
  Client client;
  client.bind();
  client.take_effects();
  client.engine.stop(client.now);
  client.run();
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 ordered");
  ASSERT_NE(client.engine.lease(), nullptr);
  client.start();
  EXPECT_EQ(client.state(), State::rebooting);
}

TEST(ClientEngine, RenewsAndRebindsOnOrder) {
  Client client;
  EXPECT_FALSE(client.engine.renew(client.now, client.outbox));
  client.bind();
  EXPECT_TRUE(client.engine.renew(client.now, client.outbox));
  client.run();
  EXPECT_EQ(client.last().envelope.destination, kServer);
  client.hear({.type = MessageType::ack});
  EXPECT_TRUE(client.engine.rebind(client.now, client.outbox));
  client.run();
  EXPECT_EQ(client.last().envelope.destination, net::kIp4Broadcast);
  client.hear({.type = MessageType::ack, .server = kOther});
  EXPECT_EQ(client.state(), State::bound);
}

TEST(ClientEngine, InformsForAnAddressFromElsewhere) {  // R2131-4.4.3-a, R2131-T5-a
  Settings settings = plain_settings();
  settings.request_list = {51, 3, 58, 6, 59};
  Client client(settings);
  client.engine.start_inform(client.now, kAddress, client.outbox);
  client.run();
  const auto& inform = client.last();
  EXPECT_EQ(inform.type(), MessageType::inform);
  EXPECT_EQ(inform.view().ciaddr(), kAddress);
  for (const wire::OptionCode code : std::initializer_list<wire::OptionCode>{50, 51, 54})
    EXPECT_EQ(inform.option(code), "-");
  EXPECT_EQ(inform.option(55), "0306");
  client.hear(
      {.type = MessageType::ack, .address = {}, .lease_time = {}, .options = {{6, "c0000201"}}});
  EXPECT_EQ(client.state(), State::informed);
  EXPECT_EQ(client.take_effects(), "inform 192.0.2.10 granted");
  EXPECT_EQ(find_address(client.engine.lease()->options, 6), kServer);
}

TEST(ClientEngine, AsksForItsOptionsAgainAndKeepsItsLease) {
  Client client;
  EXPECT_FALSE(client.engine.inform(client.now, client.outbox));
  client.bind({.options = {{3, "c0000201"}, {6, "c0000201"}}});
  client.take_effects();
  const Lease before = *client.engine.lease();
  EXPECT_TRUE(client.engine.inform(client.now, client.outbox));
  client.run();
  EXPECT_EQ(client.last().type(), MessageType::inform);
  EXPECT_EQ(client.last().view().ciaddr(), kAddress);
  EXPECT_EQ(client.last().option(50), "-");
  client.hear({.type = MessageType::ack,
               .address = {},
               .lease_time = {},
               .options = {{6, "c0000202"}},
               .mask = false});
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.take_effects(), "refresh 192.0.2.10 ordered; remember 192.0.2.10 ordered");
  const Lease& after = *client.engine.lease();
  EXPECT_EQ(after.expires_at(), before.expires_at());
  EXPECT_EQ(find_address(after.options, 6), kOther);
  EXPECT_FALSE(find_option(after.options, 3));
  EXPECT_EQ(prefix_length(after), 24);
  client.hear({.type = MessageType::ack, .address = {}, .options = {{6, "c0000209"}}});
  EXPECT_EQ(find_address(client.engine.lease()->options, 6), kOther);  // nobody asked
}

TEST(ClientEngine, KeepsItsOptionsWhenNobodyTellsThemAgain) {
  Client client;
  client.bind();
  client.take_effects();
  const std::size_t before = client.sent.size();
  EXPECT_TRUE(client.engine.inform(client.now, client.outbox));
  client.run().pass(kSeconds(120));
  EXPECT_EQ(client.sent.size(), before + 4);  // R2131-4.4.3-a
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.take_effects(), "");
}

TEST(ClientEngine, GivesAnInformUpAfterFourTriesInAMinute) {  // R2131-4.4.3-a
  Client client;
  client.engine.start_inform(client.now, kAddress, client.outbox);
  client.run().pass(kSeconds(64));
  EXPECT_EQ(client.sent.size(), 4U);
  EXPECT_EQ(client.state(), State::stopped);
  EXPECT_EQ(client.engine.situation().why, Reason::no_answer);
}

TEST(ClientEngine, OneOrderToARememberedLease) {
  Client client;
  client.engine.remember(remembered(client));
  ASSERT_TRUE(client.engine.resume_bound(client.now, client.outbox));
  EXPECT_TRUE(client.engine.release(client.now, client.outbox));
  client.run();
  EXPECT_EQ(client.last().type(), MessageType::release);
}

// --- Other RFCs ----------------------------------------------------------------------------------

TEST(ClientEngine, TakesARapidAckWhileSelecting) {  // R4039-a
  Settings settings = plain_settings();
  settings.rapid_commit = true;
  Client client(settings);
  client.start();
  EXPECT_EQ(client.last().option(80), "");
  client.hear({.type = MessageType::ack});
  EXPECT_EQ(client.state(), State::selecting);  // without option 80 it answers nobody
  client.hear({.type = MessageType::ack, .options = {{80, ""}}}).pass(kSeconds(1));
  EXPECT_EQ(client.state(), State::bound);
  Client slow(settings);
  slow.start().hear({}).pass(kSeconds(1));
  EXPECT_EQ(slow.last().type(), MessageType::request);  // and OFFERs as well
  EXPECT_EQ(slow.last().option(80), "-");
}

TEST(ClientEngine, LeavesIpv4WhereTheNetworkPrefersIpv6Alone) {  // R8925-a
  Settings settings = plain_settings();
  settings.v6_only = true;
  Client client(settings);
  client.start().hear({.options = {{108, "00000001"}}}).pass(settings.collect_for);
  EXPECT_EQ(client.state(), State::v6_only);
  EXPECT_EQ(client.next(), kSeconds(300));  // MIN_V6ONLY_WAIT
  EXPECT_EQ(client.last().type(), MessageType::discover);
  Client other;  // who did not ask goes on
  other.start().hear({.options = {{108, "00000001"}}}).pass(kSeconds(1));
  EXPECT_EQ(other.state(), State::requesting);
}

TEST(ClientEngine, TakesNoOfferThatIgnoresItsSubnetSelection) {  // R3011-b
  Settings settings = plain_settings();
  settings.extra = {{118, {std::byte{192}, std::byte{0}, std::byte{2}, std::byte{0}}}};
  Client client(settings);
  client.start().hear({}).pass(kSeconds(2));
  EXPECT_EQ(client.state(), State::selecting);
  client.hear({.options = {{118, "c0000200"}}}).pass(kSeconds(1));
  EXPECT_EQ(client.state(), State::requesting);
}

TEST(ClientEngine, DropsMessagesForSomebodyElse) {  // R6842-3-b
  Client client;
  client.start();
  client.hear({.options = {{61, "010204"}}});
  client.hear({.chaddr = kOtherMac});
  client.pass(kSeconds(2));
  EXPECT_EQ(client.state(), State::selecting);
  EXPECT_EQ(client.engine.counters().dropped[static_cast<std::size_t>(Reason::other_client)], 2U);
  client.hear({.options = {{61, "010203"}}}).pass(kSeconds(1));
  EXPECT_EQ(client.state(), State::requesting);
}

TEST(ClientEngine, AsksForBroadcastAnswersOnlyWhenToldAndWithoutAnAddress) {  // R2131-4.1-j
  EXPECT_FALSE(Client().start().last().view().broadcast());
  Settings settings = plain_settings();
  settings.broadcast = true;
  Client client(settings);
  client.bind();
  EXPECT_TRUE(client.sent.front().view().broadcast());
  client.pass(client.engine.lease()->renew_at() - client.now.mono);
  EXPECT_FALSE(client.last().view().broadcast());
}

}  // namespace
}  // namespace lessor::client::v4
