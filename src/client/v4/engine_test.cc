#include "client/v4/engine.h"

#include "client/v4/test_kit.h"

namespace lessor::client::v4 {
namespace {

using testing::Client;
using testing::kAddress;
using testing::kMac;
using testing::kOther;
using testing::kOtherMac;
using testing::kServer;
using testing::plain_settings;
using wire::MessageType;

constexpr auto kSeconds = &Duration::seconds;

// --- INIT and SELECTING --------------------------------------------------------------------------

TEST(ClientEngine, BeginsWithADiscoverToEverybody) {
  Client client;
  client.start();
  ASSERT_EQ(client.sent.size(), 1U);
  const auto& sent = client.last();
  EXPECT_EQ(sent.type(), MessageType::discover);
  EXPECT_EQ(sent.envelope.target, net::LinkTarget::broadcast);
  EXPECT_EQ(sent.envelope.destination, net::kIp4Broadcast);
  EXPECT_EQ(sent.envelope.source, net::kIp4Any);  // R2131-4.1-j
  EXPECT_EQ(sent.envelope.source_port, 68);
  EXPECT_EQ(sent.envelope.destination_port, 67);
  EXPECT_EQ(client.state(), State::selecting);
}

TEST(ClientEngine, SaysHowLongAnAnswerMayBe) {            // R2132-9.10-a, R2131-4.1-a
  EXPECT_EQ(Client().start().last().option(57), "05dc");  // the link's MTU
  for (const auto& [wished, said] :
       {std::pair<std::uint16_t, const char*>{100, "0240"}, {1'000, "03e8"}, {9'000, "05dc"}}) {
    Settings settings = plain_settings();
    settings.max_message_size = wished;
    EXPECT_EQ(Client(settings).start().last().option(57), said) << wished;
  }
  Client client;
  client.start();
  const auto& bytes = client.last().bytes;
  const auto last = std::find_if(bytes.rbegin(), bytes.rend(),
                                 [](std::byte octet) { return octet != std::byte{0}; });
  EXPECT_EQ(*last, std::byte{wire::kOptionEnd});
}

TEST(ClientEngine, WaitsARandomWhileAtTheStart) {  // R2131-4.4.1-a
  Settings settings = plain_settings();
  settings.max_start_delay = kSeconds(10);
  Duration least = kSeconds(10);
  Duration most;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Client client(settings, seed);
    client.engine.start(client.now, client.outbox);
    const Duration wait = client.engine.next_deadline() - client.now.mono;
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_LT(least, kSeconds(2));
  EXPECT_GT(most, kSeconds(8));
  EXPECT_LE(most, kSeconds(10));
}

TEST(ClientEngine, BacksOffFrom4To64SecondsEachWithARandomSecond) {  // R2131-4.1-h
  Client client;
  client.start();
  for (const int seconds : {4, 8, 16, 32, 64, 64, 64}) {
    const Duration waited = client.next();
    EXPECT_GE(waited, kSeconds(seconds - 1));
    EXPECT_LE(waited, kSeconds(seconds + 1));
    EXPECT_NE(waited, kSeconds(seconds));
    EXPECT_EQ(client.last().type(), MessageType::discover);
    EXPECT_EQ(client.last().xid(), client.sent.front().xid());
  }
  EXPECT_EQ(client.last().view().secs(), (client.last().at - client.sent.front().at).to_seconds());
}

TEST(ClientEngine, ChoosesItsXidsAtRandom) {  // R2131-4.1-i
  std::vector<std::uint32_t> xids;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    xids.push_back(Client(plain_settings(), seed).start().last().xid());
  std::ranges::sort(xids);
  EXPECT_EQ(std::ranges::adjacent_find(xids), xids.end());
}

TEST(ClientEngine, CollectsOffersForAWhileAndTakesTheOneWithMostOfWhatItWants) {
  Client client;
  client.start();
  client.hear({.server = kServer});
  client.pass(Duration::milliseconds(400));
  EXPECT_EQ(client.state(), State::selecting);
  client.hear({.server = kOther, .options = {{3, "c0000201"}, {6, "c0000201"}}});
  client.pass(Duration::milliseconds(100));
  EXPECT_EQ(client.state(), State::requesting);
  EXPECT_EQ(client.last().option(54), "c0000202");
}

TEST(ClientEngine, TakesTheFirstOfEqualOffers) {
  Client client;
  client.start();
  client.hear({.server = kOther}).hear({.server = kServer}).pass(kSeconds(1));
  EXPECT_EQ(client.last().option(54), "c0000202");
}

TEST(ClientEngine, TakesTheFirstOfferAtOnceWhenToldSo) {
  Settings settings = plain_settings();
  settings.policy = OfferPolicy::first;
  Client client(settings);
  client.start().hear({.server = kOther});
  EXPECT_EQ(client.state(), State::requesting);
}

TEST(ClientEngine, TakesThePreferredServersOfferAtOnceAndAnothersWhenItIsSilent) {
  Settings settings = plain_settings();
  settings.preferred_server = kOther;
  Client client(settings);
  client.start().hear({.server = kServer, .options = {{3, "c0000201"}}}).hear({.server = kOther});
  EXPECT_EQ(client.last().option(54), "c0000202");
  Client lonely(settings);
  lonely.start().hear({.server = kServer}).pass(kSeconds(1));
  EXPECT_EQ(lonely.last().option(54), "c0000201");
}

TEST(ClientEngine, NeverTakesARefusedServersWord) {
  Settings settings = plain_settings();
  settings.refused_servers = {kServer};
  Client client(settings);
  client.start().hear({.server = kServer}).pass(kSeconds(2));
  EXPECT_EQ(client.state(), State::selecting);
  EXPECT_EQ(client.last_drop(), Reason::refused_server);
}

TEST(ClientEngine, DropsOffersForAnotherXidAndAcksWhileSelecting) {  // R2131-4.4.1-b
  Client client;
  client.start();
  client.hear({.xid = client.last().xid() + 1});
  client.hear({.type = MessageType::ack});
  client.hear({.type = MessageType::nak}).pass(kSeconds(2));
  EXPECT_EQ(client.state(), State::selecting);
  const auto& dropped = client.engine.counters().dropped;
  EXPECT_EQ(dropped[static_cast<std::size_t>(Reason::other_xid)], 1U);
  EXPECT_EQ(dropped[static_cast<std::size_t>(Reason::unexpected)], 2U);
}

TEST(ClientEngine, RequestsInSelectingAsTheTableSays) {  // R2131-4.4.1-c, R2131-T5-b
  Client client;
  client.start().pass(kSeconds(6));  // a second DISCOVER
  ASSERT_EQ(client.sent.size(), 2U);
  const auto discover = client.last();
  client.hear({}).pass(kSeconds(1));
  const auto& request = client.last();
  EXPECT_EQ(request.type(), MessageType::request);
  EXPECT_EQ(request.xid(), discover.xid());
  EXPECT_EQ(request.view().secs(), discover.view().secs());
  EXPECT_EQ(request.envelope.destination, net::kIp4Broadcast);
  EXPECT_EQ(request.option(50), "c000020a");
  EXPECT_EQ(request.option(54), "c0000201");
  for (const wire::OptionCode same : std::initializer_list<wire::OptionCode>{55, 61})
    EXPECT_EQ(request.option(same), discover.option(same));
  EXPECT_TRUE(request.view().ciaddr().is_zero());
}

TEST(ClientEngine, RequestsFourTimesThenBeginsAgain) {  // RFC 2131 3.1: "four times"
  Client client;
  client.start().hear({}).pass(kSeconds(1));
  client.pass(kSeconds(70));
  std::size_t requests = 0;
  for (const auto& sent : client.sent) requests += sent.type() == MessageType::request ? 1 : 0;
  EXPECT_EQ(requests, 4U);
  EXPECT_EQ(client.state(), State::selecting);
  EXPECT_EQ(client.last().type(), MessageType::discover);
  EXPECT_NE(client.last().xid(), client.sent.front().xid());
}

TEST(ClientEngine, HearsOnlyTheChosenServerInRequesting) {
  Client client;
  client.start().hear({}).pass(kSeconds(1));
  client.hear({.type = MessageType::ack, .server = kOther});
  client.hear({.type = MessageType::nak, .server = kOther});
  client.hear({.type = MessageType::ack, .address = {kAddress.value + 1}});
  EXPECT_EQ(client.state(), State::requesting);
  client.hear({.type = MessageType::ack});
  EXPECT_EQ(client.state(), State::checking);
}

TEST(ClientEngine, BeginsAgainAfterANakAndWaitsLongerEachTime) {
  Client client;
  client.start();
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 5; ++i) {
    client.hear({}).pass(kSeconds(1)).hear({.type = MessageType::nak});
    if (client.state() == State::init) waits.push_back(client.next().to_seconds());
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 2, 4, 8}));
  EXPECT_EQ(client.state(), State::selecting);
}

// --- The address is checked ----------------------------------------------------------------------

TEST(ClientEngine, ProbesTheAddressBeforeItUsesIt) {  // R2131-4.4.1-d
  Client client;
  client.start().hear({}).pass(kSeconds(1)).hear({.type = MessageType::ack});
  EXPECT_EQ(client.take_effects(), "");
  client.pass(kSeconds(1));
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.take_effects(), "configure 192.0.2.10 confirmed; remember 192.0.2.10 confirmed");
  client.pass(kSeconds(10));
  ASSERT_EQ(client.probes.size(), 4U);  // two probes, two announcements
  EXPECT_EQ(client.probes[0].sender, net::kIp4Any);
  EXPECT_EQ(client.probes[1].sender, net::kIp4Any);
  EXPECT_EQ(client.probes[2].sender, kAddress);
  EXPECT_EQ(client.probes[3].sender, kAddress);
}

TEST(ClientEngine, ProbesThreeTimesInRfc5227sTimesWhenToldSo) {
  Settings settings = plain_settings();
  settings.probe = kFullProbe;
  Client client(settings);
  client.start().hear({}).pass(kSeconds(1)).hear({.type = MessageType::ack});
  std::vector<Duration> waits;
  while (client.state() == State::checking) waits.push_back(client.next());
  const Duration whole = waits.at(0) + waits.at(1) + waits.at(2) + waits.at(3);
  EXPECT_LE(waits.at(0), kSeconds(1));
  EXPECT_GE(waits.at(1), kSeconds(1));
  EXPECT_LE(waits.at(1), kSeconds(2));
  EXPECT_EQ(waits.at(3), kSeconds(2));
  EXPECT_LE(whole, kSeconds(7));
}

TEST(ClientEngine, DeclinesAnAddressThatSomebodyUsesAndWaitsTenSeconds) {
  // R2131-4.4.1-d, R2131-4.4.4-a, R2131-T5-c, R2131-T5-d
  for (const net::ArpSighting& sighting :
       {net::ArpSighting{.interface = 2, .address = kAddress, .mac = kOtherMac},
        net::ArpSighting{.interface = 2, .mac = kOtherMac, .target = kAddress}}) {
    Client client;
    client.start().hear({}).pass(kSeconds(1)).hear({.type = MessageType::ack});
    client.see(sighting);
    const auto& decline = client.last();
    EXPECT_EQ(decline.type(), MessageType::decline);
    EXPECT_EQ(decline.envelope.destination, net::kIp4Broadcast);
    EXPECT_EQ(decline.option(50), "c000020a");
    EXPECT_EQ(decline.option(54), "c0000201");
    EXPECT_EQ(decline.option(61), "010203");
    for (const wire::OptionCode code : std::initializer_list<wire::OptionCode>{51, 55, 57, 60})
      EXPECT_EQ(decline.option(code), "-");
    EXPECT_TRUE(decline.view().ciaddr().is_zero());
    EXPECT_EQ(decline.view().secs(), 0);
    EXPECT_EQ(client.take_effects(), "forget 192.0.2.10 address-taken");
    EXPECT_GE(client.next(), kSeconds(10));
    EXPECT_EQ(client.last().type(), MessageType::discover);
    EXPECT_EQ(client.last().option(50), "-");
  }
}

TEST(ClientEngine, IsNotDisturbedByItsOwnArpNorByAnothersAddress) {
  Client client;
  client.start().hear({}).pass(kSeconds(1)).hear({.type = MessageType::ack});
  client.see({.interface = 2, .address = kAddress, .mac = kMac});
  client.see({.interface = 2, .address = kOther, .mac = kOtherMac});
  client.see({.interface = 3, .address = kAddress, .mac = kOtherMac});
  EXPECT_EQ(client.state(), State::checking);
}

TEST(ClientEngine, DefendsItsAddressOnceAndGivesUpAtTheSecondConflictInTenSeconds) {
  Client client;
  client.bind().pass(kSeconds(20));
  client.take_effects();
  const std::size_t before = client.probes.size();
  const net::ArpSighting thief{.interface = 2, .address = kAddress, .mac = kOtherMac};
  client.see(thief);
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.probes.size(), before + 1);
  EXPECT_EQ(client.probes.back().sender, kAddress);
  client.pass(kSeconds(11)).see(thief);
  EXPECT_EQ(client.state(), State::bound);
  client.pass(kSeconds(2)).see(thief);
  EXPECT_EQ(client.state(), State::init);
  EXPECT_EQ(client.last().type(), MessageType::decline);
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 conflict; forget 192.0.2.10 conflict");
  EXPECT_EQ(client.events.back().address, kAddress) << "who reads the log learns which";
}

TEST(ClientEngine, ARouterNeverGivesItsAddressUp) {
  Settings settings = plain_settings();
  settings.defence = Defence::always;
  Client client(settings);
  client.bind().pass(kSeconds(20));
  const std::size_t before = client.probes.size();
  for (int i = 0; i < 50; ++i) {
    client.see({.interface = 2, .address = kAddress, .mac = kOtherMac});
    client.pass(kSeconds(1));
  }
  EXPECT_EQ(client.state(), State::bound);
  EXPECT_EQ(client.probes.size(), before + 5);  // one in ten seconds, however hard it is pressed
}

}  // namespace
}  // namespace lessor::client::v4
