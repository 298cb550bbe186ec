// From clients to servers: RFC 1542 4.1.1, RFC 3046 2.1, and what the later RFCs put in option 82.

#include "relay/v4/test_kit.h"

#include <gmock/gmock.h>

namespace lessor::relay::v4 {
namespace {

using testing::SizeIs;
using enum wire::MessageType;

std::vector<std::byte> text(std::string_view value) {
  const Bytes bytes = as_bytes(value);
  return {bytes.begin(), bytes.end()};
}

/// eth1 says circuit-id "c1".
Settings with_circuit() {
  Settings settings = make_settings();
  settings.downlinks[0].agent.circuit_id = make_template("c1");
  return settings;
}
const std::vector<std::byte> kCircuit = octets({1, 2, 'c', '1'});

TEST(Requests, GiaddrAndHopsChangeAndNothingElse) {  // RFC 1542 4.1.1, R1542-4.1.1-b
  Bench bench;
  const std::vector<std::byte> before = write({.hops = 2, .secs = 3, .flags = 0x8000});
  const auto sent = bench.from_client(before);
  ASSERT_THAT(sent, SizeIs(1));
  std::vector<std::byte> expected = before;
  expected[wire::kHopsOffset] = std::byte{3};
  store_be32(&expected[wire::kGiaddrOffset], ip("10.1.0.1").value);
  EXPECT_EQ(sent[0].payload, expected);
  EXPECT_EQ(sent[0].envelope.destination, ip("192.0.2.11"));
  EXPECT_EQ(sent[0].envelope.destination_port, 67);
  EXPECT_EQ(sent[0].envelope.source, ip("10.1.0.1"));
  EXPECT_EQ(sent[0].envelope.source_port, 67);
  EXPECT_EQ(sent[0].envelope.target, net::LinkTarget::route);
}

TEST(Requests, OddOptionsPassAsTheyAre) {  // R1542-4.1.1-b
  Bench bench;
  const auto odd = octets({0, 0, 224, 3, 1, 2, 3, 224, 1, 9, 53, 2, 1, 1, 61, 0});
  const std::vector<std::byte> before = write({.extra = odd});
  const auto sent = bench.from_client(before);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_TRUE(equal_bytes(Bytes(sent[0].payload).subspan(28), Bytes(before).subspan(28)));
}

TEST(Requests, EveryServerGetsTheSame) {
  Bench bench(make_settings(3));
  const auto sent = bench.from_client(Words{});
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_EQ(sent[0].payload, sent[1].payload);
  EXPECT_EQ(sent[1].payload, sent[2].payload);
  EXPECT_EQ(sent[2].envelope.destination, ip("192.0.2.13"));
}

// B48
TEST(Requests, HopsAreLimited) {  // R1542-4.1.1-a
  Settings settings = make_settings();
  Bench bench(settings);
  EXPECT_THAT(bench.from_client(Words{.hops = 4}), SizeIs(1));
  EXPECT_THAT(bench.from_client(Words{.hops = 5}), SizeIs(0));
  EXPECT_EQ(bench.dropped(Reason::too_many_hops), 1);
  settings.max_hops = 255;  // no setting goes beyond the RFC
  Bench wide(settings);
  EXPECT_THAT(wide.from_client(Words{.hops = 16}), SizeIs(1));
  EXPECT_THAT(wide.from_client(Words{.hops = 17}), SizeIs(0));
  EXPECT_THAT(wide.from_client(Words{.hops = 255}), SizeIs(0));
}

TEST(Requests, WithoutHopsNobodyElseHasAGiaddr) {  // a client that plays relay
  Settings settings = make_settings();
  settings.max_hops = 0;
  Bench bench(settings);
  EXPECT_THAT(bench.from_client(Words{}), SizeIs(1));
  EXPECT_THAT(bench.from_client(Words{.giaddr = ip("10.9.0.1")}), SizeIs(0));
  EXPECT_THAT(bench.from_client(Words{.hops = 1, .giaddr = ip("10.9.0.1")}), SizeIs(0));
  EXPECT_EQ(bench.dropped(Reason::too_many_hops), 2);
}

TEST(Requests, YoungOnesAreLeftToOthers) {  // RFC 1542 4.1.1: secs as a threshold
  Settings settings = make_settings();
  settings.min_secs = 3;
  Bench bench(settings);
  EXPECT_THAT(bench.from_client(Words{.secs = 2}), SizeIs(0));
  EXPECT_THAT(bench.from_client(Words{.secs = 3}), SizeIs(1));
}

TEST(Requests, InfoIsOffByDefaultLastAndBeforeTheEnd) {  // R3046-2.1-a
  Bench bench(with_circuit());
  EXPECT_EQ(bench.from_client(Words{}, 3).at(0).option(82), std::nullopt);
  const auto sent = bench.from_client(Words{.extra = octets({12, 1, 'h'})});
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].option(82), kCircuit);
  const auto tail = octets({53, 1, 1, 12, 1, 'h', 82, 4, 1, 2, 'c', '1', 255, 0});
  EXPECT_TRUE(equal_bytes(Bytes(sent[0].payload).subspan(240, tail.size()), tail));
  EXPECT_THAT(sent[0].payload, SizeIs(300));
}

TEST(Requests, InfoGoesBehindAMessageWithoutEnd) {  // C2-03
  Bench bench(with_circuit());
  std::vector<std::byte> message = write({});
  message.resize(243);  // 53 only
  const auto sent = bench.from_client(message);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].option(82), kCircuit);
}

TEST(Requests, InfoNeverPushesPastTheLimit) {  // R3046-2.1-a
  Settings settings = with_circuit();
  settings.max_message_size = 600;
  Bench bench(settings);
  // 240 octets, 3 of option 53, the filler, 6 of ours, the end.
  const auto filler = [](std::size_t size) {
    std::vector<std::byte> made(size, std::byte{0});
    for (std::size_t at = 0; at + 2 <= size;) {
      const std::size_t length = std::min<std::size_t>(size - at - 2, 255);
      made[at] = std::byte{224};
      made[at + 1] = static_cast<std::byte>(length);
      at += 2 + length;
    }
    return made;
  };
  const auto fits = bench.from_client(Words{.extra = filler(600 - 250)});
  EXPECT_THAT(fits.at(0).payload, SizeIs(600));
  EXPECT_EQ(fits.at(0).option(82), kCircuit);
  const auto too_big = bench.from_client(Words{.extra = filler(600 - 249)});
  EXPECT_EQ(too_big.at(0).option(82), std::nullopt);
  EXPECT_EQ(bench.engine.counters().info_left_out, 1);
  EXPECT_EQ(bench.engine.counters().info_added, 1);
}

TEST(Requests, TheMtuOfTheWayIsKnownBeforeTheFirstAnswer) {  // R3046-2.1-a
  Bench bench(with_circuit());
  std::vector<net::Interface> all = make_host().all();
  all[0].mtu = 576;
  bench.engine.set_interfaces(bench.now, net::InterfaceTable(all));
  bench.engine.set_ways(std::vector<net::InterfaceIndex>{kUplink});
  std::vector<std::byte> extra(302, std::byte{1});
  std::ranges::copy(octets({224, 255}), extra.begin());
  std::ranges::copy(octets({225, 43}), extra.begin() + 257);
  EXPECT_FALSE(bench.from_client(Words{.extra = extra}).at(0).option(82));
}

TEST(Requests, InfoNeverPushesPastTheMtuOfTheWay) {  // R3046-2.1-a
  Settings settings = with_circuit();
  settings.max_message_size = 1'472;
  Bench bench(settings);
  std::vector<net::Interface> all = make_host().all();
  all[0].mtu = 576;
  bench.engine.set_interfaces(bench.now, net::InterfaceTable(all));
  const auto big = octets({224, 255});
  std::vector<std::byte> extra(257, std::byte{1});
  std::ranges::copy(big, extra.begin());
  EXPECT_TRUE(bench.from_client(Words{.extra = extra}).at(0).option(82));
  (void)bench.from_server(answer_to(bench.from_client(Words{}).at(0).payload, offer));
  std::vector<std::byte> more = extra;
  more.insert(more.end(), {std::byte{225}, std::byte{40}});
  more.resize(more.size() + 40);
  EXPECT_FALSE(bench.from_client(Words{.extra = more}).at(0).option(82));
}

TEST(Requests, InfoWithoutGiaddrFromAnUntrustedLinkIsDropped) {  // R3046-2.1-b, C3-05
  Bench bench(with_circuit());
  EXPECT_THAT(bench.from_client(Words{.info = octets({1, 1, 'x'})}), SizeIs(0));
  EXPECT_THAT(bench.from_client(Words{.has_info = true}), SizeIs(0));  // be it empty
  EXPECT_EQ(bench.dropped(Reason::untrusted_info), 2);
  EXPECT_EQ(bench.engine.downlinks()[0].dropped, 2);
}

struct HiddenCase {
  const char* what;
  std::vector<std::byte> overload;
  std::size_t field;
  bool passes;
};

TEST(Requests, InfoThatOnlyServersWouldFindIsInfo) {  // R3046-2.1-b: in 'file' or 'sname'
  const HiddenCase cases[] = {
      {"in file", octets({52, 1, 1}), wire::kFileOffset, false},
      {"in sname", octets({52, 1, 2}), wire::kSnameOffset, false},
      {"in one of both", octets({52, 1, 3}), wire::kSnameOffset, false},
      {"said twice", octets({52, 1, 1, 52, 1, 2}), wire::kFileOffset, false},
      {"in a field that has no options", octets({52, 1, 2}), wire::kFileOffset, true},
      {"in a name", {}, wire::kFileOffset, true},
  };
  for (const HiddenCase& one : cases) {
    SCOPED_TRACE(one.what);
    Bench bench(with_circuit());
    std::vector<std::byte> payload = write(Words{.extra = one.overload});
    std::ranges::copy(octets({12, 1, 'h', 82, 4, 2, 2, 'm', 'e', 255}),
                      payload.begin() + static_cast<std::ptrdiff_t>(one.field));
    EXPECT_THAT(bench.from_client(payload), SizeIs(one.passes ? 1 : 0));
    EXPECT_EQ(bench.dropped(Reason::untrusted_info), one.passes ? 0 : 1);
  }
}

struct PolicyCase {
  ForeignAgentInfo policy;
  std::vector<std::byte> expected;  // empty: dropped
};

TEST(Requests, WhatATrustedElementAddedFollowsThePolicy) {  // RFC 3046 2.1
  const auto theirs = octets({1, 1, 'x'});
  const PolicyCase cases[] = {
      {ForeignAgentInfo::forward, theirs},
      {ForeignAgentInfo::append, octets({1, 1, 'x', 1, 2, 'c', '1'})},
      {ForeignAgentInfo::replace, kCircuit},
      {ForeignAgentInfo::drop, {}},
  };
  for (const PolicyCase& one : cases) {
    SCOPED_TRACE(name_of(one.policy));
    Settings settings = with_circuit();
    settings.downlinks[0].trusted = true;
    settings.foreign = one.policy;
    Bench bench(settings);
    const auto sent = bench.from_client(Words{.info = theirs});
    ASSERT_THAT(sent, SizeIs(one.expected.empty() ? 0 : 1));
    if (one.expected.empty()) continue;
    EXPECT_EQ(sent[0].option(82), one.expected);
    EXPECT_EQ(sent[0].header().giaddr(), ip("10.1.0.1"));
  }
}

TEST(Requests, OwnGiaddrIsDiscarded) {  // R3046-2.1-c
  Bench bench(with_circuit());
  for (const auto* own : {"10.1.0.1", "10.2.0.1", "192.0.2.2"}) {
    EXPECT_THAT(bench.from_client(Words{.giaddr = ip(own)}), SizeIs(0)) << own;
  }
  EXPECT_EQ(bench.dropped(Reason::own_giaddr), 3);
}

TEST(Requests, AnotherRelaysMessageGetsNothingButAHop) {  // R3046-2.1-c, two levels
  for (const auto policy :
       {ForeignAgentInfo::forward, ForeignAgentInfo::append, ForeignAgentInfo::replace}) {
    Settings settings = with_circuit();
    settings.foreign = policy;
    Bench bench(settings);
    for (const bool has_info : {false, true}) {
      const auto before = write({.hops = 1,
                                 .giaddr = ip("10.9.0.1"),
                                 .info = has_info ? octets({1, 1, 'x'}) : octets({})});
      const auto sent = bench.from_client(before);
      ASSERT_THAT(sent, SizeIs(1));
      auto expected = before;
      expected[wire::kHopsOffset] = std::byte{2};
      EXPECT_EQ(sent[0].payload, expected);
      EXPECT_EQ(sent[0].envelope.source_port, 67);
    }
  }
}

TEST(Requests, AGiaddrThatIsNoHostsIsDropped) {
  Bench bench;
  for (const auto* bad : {"127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.1", "240.0.0.1"}) {
    EXPECT_THAT(bench.from_client(Words{.giaddr = ip(bad)}), SizeIs(0)) << bad;
  }
  EXPECT_EQ(bench.dropped(Reason::bad_giaddr), 5);
}

TEST(Requests, BootpPasses) {  // RFC 1542 4.1
  Bench bench(with_circuit());
  EXPECT_EQ(bench.from_client(Words{.type = none}).at(0).option(82), kCircuit);
  std::vector<std::byte> old(300, std::byte{0});  // no cookie: no place for options
  old[0] = old[1] = std::byte{1};
  old[2] = std::byte{6};
  const auto sent = bench.from_client(old);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_THAT(sent[0].payload, SizeIs(300));
  EXPECT_EQ(sent[0].header().giaddr(), ip("10.1.0.1"));
  old.resize(236);
  EXPECT_THAT(bench.from_client(old).at(0).payload, SizeIs(300));  // RFC 1542 2.1
}

struct Malformed {
  const char* what;
  Reason reason;
  std::function<void(std::vector<std::byte>&)> spoil;
};

TEST(Requests, WhatIsMalformedIsDroppedAndCounted) {  // C2-01, C2-03, C2-04
  const Malformed cases[] = {
      {"empty", Reason::too_short, [](auto& m) { m.clear(); }},
      {"no whole header", Reason::too_short, [](auto& m) { m.resize(235); }},
      {"longer than a frame", Reason::too_long, [](auto& m) { m.resize(1'473); }},
      {"hlen 17", Reason::bad_hardware, [](auto& m) { m[2] = std::byte{17}; }},
      {"hlen 255", Reason::bad_hardware, [](auto& m) { m[2] = std::byte{255}; }},
      {"op 0", Reason::bad_op, [](auto& m) { m[0] = std::byte{0}; }},
      {"op 3", Reason::bad_op, [](auto& m) { m[0] = std::byte{3}; }},
      {"no length", Reason::bad_options,
       [](auto& m) {
         m.resize(244);
         m[243] = std::byte{12};
       }},
      {"length past the end", Reason::bad_options, [](auto& m) { m[241] = std::byte{255}; }},
  };
  for (const Malformed& one : cases) {
    SCOPED_TRACE(one.what);
    Bench bench(with_circuit());
    auto message = write({});
    one.spoil(message);
    EXPECT_THAT(bench.from_client(message), SizeIs(0));
    EXPECT_EQ(bench.dropped(one.reason), 1);
  }
}

TEST(Requests, MessagesOfServersComeFromNoClient) {  // C2-04: op swapped
  Bench bench;
  for (const auto type : {offer, ack, nak, forcerenew, leasequery, leaseactive}) {
    EXPECT_THAT(bench.from_client(Words{.type = type}), SizeIs(0));
  }
  EXPECT_EQ(bench.dropped(Reason::not_for_servers), 6);
  EXPECT_THAT(bench.from_client(Words{.type = leasequery, .giaddr = ip("10.9.0.1")}), SizeIs(1));
}

TEST(Requests, OnlyDownlinksHaveClients) {
  Bench bench;
  EXPECT_THAT(bench.from_client(Words{}, kUplink), SizeIs(0));
  EXPECT_EQ(bench.dropped(Reason::not_a_downlink), 1);
  Settings settings = make_settings();
  settings.downlinks.push_back(make_downlink("eth3.100"));
  Bench unnumbered(settings);
  EXPECT_THAT(unnumbered.from_client(Words{}, 4), SizeIs(0));
  EXPECT_EQ(unnumbered.dropped(Reason::no_giaddr), 1);
}

/// An unnumbered downlink, eth3.100, with all that option 82 can say.
Settings unnumbered() {
  Settings settings = make_settings();
  Downlink downlink = make_downlink("eth3.100");
  downlink.giaddr = ip("192.0.2.2");
  AgentInfo& agent = downlink.agent;
  agent.circuit_id = make_template("{interface}");
  agent.remote_id = make_template("{mac.raw}");
  agent.subscriber_id = make_template("{hostname}/{vlan}");
  agent.relay_id = make_template("0x0002");
  agent.vendors.push_back({.enterprise = 9, .data = make_template("{client-mac}")});
  agent.flags = true;
  agent.link_selection = {OwnAddress::Source::given, ip("10.3.0.0")};
  agent.server_id_override = {OwnAddress::Source::given, ip("10.3.0.1")};
  settings.downlinks.push_back(downlink);
  return settings;
}

TEST(Requests, UnnumberedLinksAreNamedByOption82) {  // R3527-a, R5107-a, R5010-a
  Bench bench(unnumbered());
  const auto sent = bench.from_client(Words{}, 4);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].header().giaddr(), ip("192.0.2.2"));
  std::vector<std::byte> expected = octets({1, 8});
  const auto add = [&](const std::vector<std::byte>& more) {
    expected.insert(expected.end(), more.begin(), more.end());
  };
  add(text("eth3.100"));
  add(octets({2, 6, 2, 0, 0, 0, 0, 4}));
  add(octets({5, 4, 10, 3, 0, 0}));
  add(octets({6, 10}));
  add(text("relay1/100"));
  add(octets({9, 22, 0, 0, 0, 9, 17}));
  add(text("02:06:00:00:00:01"));
  add(octets({10, 1, 0}));
  add(octets({11, 4, 10, 3, 0, 1}));
  add(octets({12, 2, 0, 2}));
  EXPECT_EQ(sent[0].option(82), expected);
}

TEST(Requests, UnicastIsFlagged) {  // R5010-a, R5107-a: a renewal that came to us
  Bench bench(unnumbered());
  const auto renewal = write({.type = request, .ciaddr = ip("10.3.0.50")});
  const auto sent = bench.from_client(renewal, 4, ip("10.3.0.1"));
  ASSERT_THAT(sent, SizeIs(1));
  const auto info = sent[0].option(82).value();
  const auto flagged = octets({10, 1, 0x80});
  EXPECT_NE(std::ranges::search(info, flagged).begin(), info.end());
  EXPECT_EQ(sent[0].header().ciaddr(), ip("10.3.0.50"));
}

TEST(Requests, DirectedBroadcastIsNotUnicast) {  // R5010-a
  Settings settings = make_settings();
  settings.downlinks[0].agent.flags = true;
  Bench bench(settings);
  EXPECT_EQ(bench.from_client(write({}), 2, ip("10.1.0.255")).at(0).option(82), octets({10, 1, 0}));
  EXPECT_EQ(bench.from_client(write({}), 2, ip("10.1.0.1")).at(0).option(82),
            octets({10, 1, 0x80}));
}

TEST(Requests, SourcePortIsSaidAndUsed) {  // R8357-a
  Settings settings = make_settings();
  settings.source_port = 6'767;
  settings.servers[0].port = 1'067;
  Bench bench(settings);
  const auto sent = bench.from_client(Words{});
  EXPECT_EQ(sent.at(0).envelope.source_port, 6'767);
  EXPECT_EQ(sent.at(0).envelope.destination_port, 1'067);
  EXPECT_EQ(sent.at(0).option(82), octets({19, 0}));
}

TEST(Requests, AnotherRelaysSourcePortIsKept) {  // R8357-a: its answer does not come through us
  Bench bench;
  const auto message = write({.giaddr = ip("10.9.0.1"), .info = octets({19, 0})});
  const auto sent = bench.hand_in({.payload = message,
                                   .source = ip("10.9.0.1"),
                                   .destination = ip("10.1.0.1"),
                                   .source_port = 5'000,
                                   .destination_port = 67,
                                   .interface = 2});
  EXPECT_EQ(sent.at(0).envelope.source_port, 5'000);
}

TEST(Requests, FramesGoWhereTheLastAnswerCameFromWhileThatIsFresh) {
  Bench bench;
  const auto first = bench.from_client(Words{});
  EXPECT_EQ(first.at(0).envelope.target_mac, net::Mac());
  (void)bench.from_server(answer_to(first[0].payload, offer));
  const auto second = bench.from_client(Words{.xid = 2});
  EXPECT_EQ(second.at(0).envelope.target_mac, mac("02:aa:00:00:00:01"));
  EXPECT_EQ(second.at(0).envelope.interface, kUplink);
  bench.advance(kMacTrust + Duration::seconds(1));
  EXPECT_EQ(bench.from_client(Words{.xid = 3}).at(0).envelope.target_mac, net::Mac());
}

TEST(Requests, FramesThatLeadToSilenceAreLeftToTheKernel) {
  Bench bench;
  const auto first = bench.from_client(Words{});
  (void)bench.from_server(answer_to(first.at(0).payload, offer));
  (void)bench.from_client(Words{.xid = 2});  // the server's hardware address is another by now
  bench.advance(Duration::seconds(3));
  const auto again = bench.from_client(Words{.xid = 2});
  EXPECT_EQ(again.at(0).envelope.target_mac, net::Mac());
  (void)bench.from_server(answer_to(again[0].payload, offer));
  EXPECT_EQ(bench.from_client(Words{.xid = 3}).at(0).envelope.target_mac, mac("02:aa:00:00:00:01"));
}

TEST(Requests, AClientCannotDrawTheServersFrames) {
  Bench bench;
  const auto first = bench.from_client(Words{});
  (void)bench.from_server(answer_to(first.at(0).payload, offer), "192.0.2.11", 2);
  EXPECT_EQ(bench.from_client(Words{.xid = 2}).at(0).envelope.target_mac, net::Mac());
}

TEST(Requests, RateOfADownlinkIsLimited) {
  Settings settings = make_settings();
  settings.downlinks[0].messages_per_second = 10;
  Bench bench(settings);
  std::size_t relayed = 0;
  for (int i = 0; i < 100; ++i) {
    relayed += bench.from_client(Words{.xid = static_cast<std::uint32_t>(i)}).size();
  }
  EXPECT_EQ(relayed, 10);
  EXPECT_EQ(bench.dropped(Reason::rate_limit), 90);
  EXPECT_THAT(bench.from_client(Words{}, 3), SizeIs(1));
  bench.advance(Duration::milliseconds(100));
  EXPECT_THAT(bench.from_client(Words{}), SizeIs(1));
  EXPECT_THAT(bench.from_client(Words{}), SizeIs(0));
}

TEST(Requests, DropsAreToldOnceInAWhile) {
  Bench bench;
  Event event;
  while (bench.engine.events().take(event)) {
  }
  for (int i = 0; i < 50; ++i) (void)bench.from_client(Words{.hops = 9});
  ASSERT_TRUE(bench.engine.events().take(event));
  EXPECT_EQ(event.reason, Reason::too_many_hops);
  EXPECT_FALSE(bench.engine.events().take(event));
  bench.advance(kDropEventPause);
  (void)bench.from_client(Words{.hops = 9});
  ASSERT_TRUE(bench.engine.events().take(event));
  EXPECT_EQ(event.count, 50);
}

}  // namespace
}  // namespace lessor::relay::v4
