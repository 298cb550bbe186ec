// From servers to clients: RFC 1542 4.1.2, RFC 3046 2.1.

#include "relay/v4/test_kit.h"

#include <gmock/gmock.h>

namespace lessor::relay::v4 {
namespace {

using testing::SizeIs;
using enum wire::MessageType;

Settings with_circuit() {
  Settings settings = make_settings();
  settings.downlinks[0].agent.circuit_id = make_template("c1");
  return settings;
}

/// A DISCOVER went out by `link`; the server's answer to it.
Words asked(Bench& bench, wire::MessageType type, const Words& words = {},
            net::InterfaceIndex link = 2) {
  const auto sent = bench.from_client(words, link);
  return answer_to(sent.at(0).payload, type);
}

TEST(Replies, GoToTheClientsHardwareAddressWithoutArp) {  // R2131-4.1-g, R1542-4.1.2-b
  Bench bench;
  const auto sent = bench.from_server(asked(bench, offer));
  ASSERT_THAT(sent, SizeIs(1));
  const net::Envelope& envelope = sent[0].envelope;
  EXPECT_EQ(envelope.target, net::LinkTarget::mac);
  EXPECT_EQ(envelope.target_mac, mac("02:06:00:00:00:01"));
  EXPECT_EQ(envelope.interface, 2);
  EXPECT_EQ(envelope.source, ip("10.1.0.1"));
  EXPECT_EQ(envelope.destination, ip("10.1.0.77"));
  EXPECT_EQ(envelope.source_port, 67);
  EXPECT_EQ(envelope.destination_port, 68);
}

struct BroadcastCase {
  const char* what;
  std::function<void(Words&, std::vector<std::byte>&)> change;
};

TEST(Replies, AreBroadcastWhenTheFlagSaysSoOrNothingElseIsPossible) {  // R2131-4.1-g
  const BroadcastCase cases[] = {
      {"the flag", [](auto& words, auto&) { words.flags = 0x8000; }},
      {"no address at all", [](auto& words, auto&) { words.yiaddr = {}; }},
      {"a NAK without the flag",
       [](auto& words, auto&) {
         words.type = nak;
         words.yiaddr = {};
         words.ciaddr = ip("10.1.0.9");
       }},
      {"another kind of hardware", [](auto&, auto& m) { m[1] = std::byte{32}; }},
      {"no hardware address", [](auto&, auto& m) { m[2] = std::byte{0}; }},
      {"a group's hardware address", [](auto&, auto& m) { m[28] = std::byte{1}; }},
      {"an address of no host", [](auto& words, auto&) { words.yiaddr = ip("224.0.0.1"); }},
  };
  for (const BroadcastCase& one : cases) {
    SCOPED_TRACE(one.what);
    Bench bench;
    Words words = asked(bench, offer);
    std::vector<std::byte> unused(300);
    one.change(words, unused);
    std::vector<std::byte> payload = write(words);
    one.change(words, payload);
    const auto sent = bench.hand_in({.payload = payload,
                                     .source = ip("192.0.2.11"),
                                     .destination = ip("10.1.0.1"),
                                     .source_port = 67,
                                     .destination_port = 67,
                                     .interface = kUplink});
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].envelope.target, net::LinkTarget::broadcast);
    EXPECT_EQ(sent[0].envelope.destination, net::kIp4Broadcast);
    EXPECT_EQ(sent[0].envelope.interface, 2);
  }
}

TEST(Replies, AnInformIsAnsweredAtCiaddr) {
  Bench bench;
  Words words = asked(bench, ack, {.type = inform, .ciaddr = ip("10.1.0.9")});
  words.yiaddr = {};
  words.ciaddr = ip("10.1.0.9");
  const auto sent = bench.from_server(words);
  EXPECT_EQ(sent.at(0).envelope.destination, ip("10.1.0.9"));
  EXPECT_EQ(sent.at(0).envelope.target, net::LinkTarget::mac);
}

TEST(Replies, ToAnotherGiaddrAreDiscarded) {  // R1542-4.1.2-a
  Bench bench;
  Words words = asked(bench, offer);
  for (const auto* other : {"10.9.0.1", "0.0.0.0", "192.0.2.2", "255.255.255.255"}) {
    words.giaddr = ip(other);
    EXPECT_THAT(bench.from_server(words), SizeIs(0)) << other;
  }
  EXPECT_EQ(bench.dropped(Reason::not_our_giaddr), 4);
}

TEST(Replies, OurInfoIsTakenOff) {  // R3046-2.1-d
  Bench bench(with_circuit());
  const Words words = asked(bench, offer);
  ASSERT_FALSE(words.info.empty());
  const auto sent = bench.from_server(words);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].option(82), std::nullopt);
  EXPECT_THAT(sent[0].payload, SizeIs(300));  // RFC 1542 2.1
  Words without = words;
  without.info.clear();
  without.has_info = false;
  EXPECT_EQ(sent[0].payload, write(without));
}

TEST(Replies, InfoIsTakenOffWhereverItStands) {  // R3046-2.1-d: also not last, also twice
  Bench bench(with_circuit());
  Words words = asked(bench, offer);
  words.extra = octets({82, 4, 1, 2, 'c', '1', 12, 1, 'h'});
  const auto sent = bench.from_server(words);
  EXPECT_EQ(sent.at(0).option(82), std::nullopt);
  EXPECT_EQ(sent.at(0).option(12), octets({'h'}));
}

TEST(Replies, InfoInFileIsNotLookedFor) {  // R3046-2.1-d
  Bench bench(with_circuit());
  Words words = asked(bench, offer);
  words.info.clear();
  words.has_info = false;
  words.extra = octets({52, 1, 1});
  std::vector<std::byte> payload = write(words);
  const auto in_file = octets({82, 4, 1, 2, 'c', '1', 255});
  copy_bytes(MutableBytes(payload).subspan(wire::kFileOffset), in_file);
  const auto sent = bench.hand_in({.payload = payload,
                                   .source = ip("192.0.2.11"),
                                   .destination = ip("10.1.0.1"),
                                   .source_port = 67,
                                   .destination_port = 67,
                                   .interface = kUplink});
  EXPECT_EQ(sent.at(0).payload, payload);
}

struct TrustedCase {
  ForeignAgentInfo policy;
  std::vector<std::byte> client_gets;  // of option 82; empty: none
};

TEST(Replies, WhatATrustedElementAddedStaysForIt) {  // R3046-2.1-d
  const auto theirs = octets({1, 1, 'x'});
  const TrustedCase cases[] = {
      {ForeignAgentInfo::forward, theirs},
      {ForeignAgentInfo::append, theirs},
      {ForeignAgentInfo::replace, {}},
  };
  for (const TrustedCase& one : cases) {
    for (const bool remembered : {true, false}) {
      SCOPED_TRACE(std::string(name_of(one.policy)) + (remembered ? "" : ", long ago"));
      Settings settings = with_circuit();
      settings.downlinks[0].trusted = true;
      settings.foreign = one.policy;
      Bench bench(settings);
      const Words words = asked(bench, offer, {.info = theirs});
      if (!remembered) bench.advance(Duration::seconds(100));
      const auto got = bench.from_server(words).at(0).option(82);
      EXPECT_EQ(got.value_or(std::vector<std::byte>()), one.client_gets);
    }
  }
}

TEST(Replies, ComeFromServersOfOurs) {
  Bench bench;
  const Words words = asked(bench, offer);
  EXPECT_THAT(bench.from_server(words, "192.0.2.99"), SizeIs(1));    // a server's other address
  EXPECT_THAT(bench.from_server(words, "10.2.0.99", 3), SizeIs(0));  // a client plays server
  EXPECT_EQ(bench.dropped(Reason::stranger), 1);
  Settings settings = make_settings();
  settings.only_from_servers = true;
  Bench strict(settings);
  const Words again = asked(strict, offer);
  EXPECT_THAT(strict.from_server(again, "192.0.2.99"), SizeIs(0));
  EXPECT_THAT(strict.from_server(again), SizeIs(1));
}

TEST(Replies, OfAServerComeByADownlinkOnlyWhereRoutesLeadThere) {
  Bench bench;
  const Words words = asked(bench, offer);
  EXPECT_THAT(bench.from_server(words, "192.0.2.11", 3), SizeIs(1));  // the way is not known
  bench.engine.set_ways(std::vector<net::InterfaceIndex>{kUplink});
  EXPECT_THAT(bench.from_server(words, "192.0.2.11", 3), SizeIs(0));  // a client plays server
  EXPECT_EQ(bench.dropped(Reason::stranger), 1);
  EXPECT_THAT(bench.from_server(words, "192.0.2.11", 5), SizeIs(1));  // by another way than asked
  bench.engine.set_ways(std::vector<net::InterfaceIndex>{3});
  EXPECT_THAT(bench.from_server(words, "192.0.2.11", 3), SizeIs(1));
}

TEST(Replies, MessagesOfClientsComeFromNoServer) {  // C2-04: op swapped
  Bench bench;
  Words words = asked(bench, offer);
  for (const auto type : {discover, request, release, leasequery, leaseactive}) {
    words.type = type;
    EXPECT_THAT(bench.from_server(words), SizeIs(0));
  }
  EXPECT_EQ(bench.dropped(Reason::not_for_clients), 5);
}

TEST(Replies, ComeToTheSourcePort) {  // R8357-a
  Settings settings = make_settings();
  settings.source_port = 6'767;
  Bench bench(settings);
  const Words words = asked(bench, offer);
  EXPECT_THAT(bench.from_server(words, "192.0.2.11", kUplink, 6'767), SizeIs(1));
  EXPECT_THAT(bench.from_server(words, "192.0.2.11", kUplink, 67), SizeIs(1));
  EXPECT_THAT(bench.from_server(words, "192.0.2.11", kUplink, 6'768), SizeIs(0));
  EXPECT_EQ(bench.dropped(Reason::wrong_port), 1);
}

TEST(Replies, AreDroppedWhenTheLinkIsGone) {
  Bench bench;
  const Words words = asked(bench, offer);
  std::vector<net::Interface> all = make_host().all();
  all[1].up = false;
  bench.engine.set_interfaces(bench.now, net::InterfaceTable(all));
  EXPECT_THAT(bench.from_server(words), SizeIs(0));
  EXPECT_EQ(bench.dropped(Reason::link_down), 1);
  EXPECT_FALSE(bench.engine.downlinks()[0].up);
}

/// Two downlinks without addresses share the uplink's as giaddr.
Settings shared_giaddr(bool with_info) {
  Settings settings = make_settings();
  for (Downlink& downlink : settings.downlinks) {
    downlink.giaddr = ip("192.0.2.2");
    if (with_info) downlink.agent.circuit_id = make_template("{interface}");
  }
  return settings;
}

TEST(Replies, FindTheLinkAmongThoseThatShareAGiaddr) {  // R3527-a
  for (const bool with_info : {true, false}) {
    Bench bench(shared_giaddr(with_info));
    const Words first = asked(bench, offer, {.xid = 1, .client = 1}, 2);
    const Words second = asked(bench, offer, {.xid = 2, .client = 2}, 3);
    EXPECT_EQ(bench.from_server(second).at(0).envelope.interface, 3);
    EXPECT_EQ(bench.from_server(first).at(0).envelope.interface, 2);
    EXPECT_EQ(bench.from_server(first).at(0).envelope.source, ip("10.1.0.1"));
  }
}

TEST(Replies, TheEchoedInfoCountsForMoreThanWhoAskedLast) {  // a stranger copies xid and chaddr
  Bench bench(shared_giaddr(true));
  const Words first = asked(bench, offer, {.xid = 1, .client = 1}, 2);
  (void)asked(bench, offer, {.xid = 1, .client = 1}, 3);
  EXPECT_EQ(bench.from_server(first).at(0).envelope.interface, 2);
}

TEST(Replies, WithoutAnyTraceOfTheLinkAreDropped) {
  Bench bench(shared_giaddr(false));
  const Words words = asked(bench, offer);
  bench.advance(Duration::seconds(100));
  EXPECT_THAT(bench.from_server(words), SizeIs(0));
  EXPECT_EQ(bench.dropped(Reason::unknown_link), 1);
  Bench told(shared_giaddr(true));
  const Words with_info = asked(told, offer, {}, 3);
  told.advance(Duration::seconds(100));
  EXPECT_EQ(told.from_server(with_info).at(0).envelope.interface, 3);
}

TEST(Replies, ADownlinkHasNoMoreClientsThanItMay) {  // C3-01
  Settings settings = make_settings();
  settings.downlinks[0].clients = 2;
  Bench bench(settings);
  const auto bind = [&](std::uint32_t client) {
    const auto sent = bench.from_client(Words{.xid = client, .client = client});
    if (sent.empty()) return false;
    Words words = answer_to(sent[0].payload, ack);
    words.lease_time = 60;
    return bench.from_server(words).size() == 1;
  };
  EXPECT_TRUE(bind(1));
  EXPECT_TRUE(bind(2));
  EXPECT_FALSE(bind(3));
  EXPECT_TRUE(bind(1));  // known ones renew
  EXPECT_EQ(bench.dropped(Reason::client_limit), 1);
  EXPECT_EQ(bench.engine.downlinks()[0].clients, 2);
  (void)bench.from_client(Words{.type = release, .xid = 9, .client = 2});
  EXPECT_TRUE(bind(3));
  EXPECT_FALSE(bind(4));
  bench.advance(Duration::seconds(61));
  EXPECT_TRUE(bind(4));
}

TEST(Replies, AClientIsKnownByTheOctetsThatCount) {  // what stands behind them is not answered
  Settings settings = make_settings();
  settings.downlinks[0].clients = 1;
  Bench bench(settings);
  std::vector<std::byte> payload = write(Words{.type = request});
  payload[wire::kChaddrOffset + 15] = std::byte{7};
  const auto sent = bench.from_client(payload);
  (void)bench.from_server(answer_to(sent.at(0).payload, ack));
  EXPECT_EQ(bench.engine.downlinks()[0].clients, 1);
  EXPECT_THAT(bench.from_client(payload), SizeIs(1));  // it renews
  EXPECT_EQ(bench.dropped(Reason::client_limit), 0);
}

TEST(Replies, UnansweredClientsTakeNoPlace) {  // C3-01
  Settings settings = make_settings();
  settings.downlinks[0].clients = 2;
  Bench bench(settings);
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    EXPECT_THAT(bench.from_client(Words{.xid = i, .client = i}), SizeIs(1));
  }
}

TEST(Replies, MalformedOnesAreDropped) {  // C2-01
  Bench bench;
  std::vector<std::byte> payload = write(asked(bench, offer));
  payload[241] = std::byte{255};
  EXPECT_THAT(bench.hand_in({.payload = payload,
                             .source = ip("192.0.2.11"),
                             .destination = ip("10.1.0.1"),
                             .source_port = 67,
                             .destination_port = 67,
                             .interface = kUplink}),
              SizeIs(0));
  EXPECT_EQ(bench.dropped(Reason::bad_options), 1);
}

}  // namespace
}  // namespace lessor::relay::v4
