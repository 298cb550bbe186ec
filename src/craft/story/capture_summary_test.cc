#include "craft/story/capture_summary.h"

#include "craft/story/test_exchange.h"
#include "craft/test_frames.h"
#include "craft/text_layout.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_exchange.h
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using wire::MessageType;

/// The frame of an event, with a router and what `more` adds.
Octets frame_of(const DhcpEvent& event, const std::function<void(wire::MessageWriter&)>& more) {
  wire::Header h{.op = event.op, .xid = event.xid};
  h.set_hardware_address(event.client);
  h.ciaddr = event.ciaddr;
  h.yiaddr = event.yiaddr;
  h.giaddr = event.giaddr;
  const bool reply = event.op == wire::Op::reply;
  const std::uint16_t port = reply && event.giaddr.is_zero() ? 68 : 67;
  return udp_frame({.source = event.source,
                    .destination = event.destination,
                    .source_port = reply ? wire::kServerPort : wire::kClientPort,
                    .destination_port = port},
                   message(h, [&](wire::MessageWriter& out) {
                     out.option_u8(53, static_cast<std::uint8_t>(event.type));
                     if (event.requested_address) out.option_ip4(50, *event.requested_address);
                     if (event.server_identifier) out.option_ip4(54, *event.server_identifier);
                     if (event.lease_time) out.option_u32(51, event.lease_time->to_wire());
                     if (event.renewal_time) out.option_u32(58, event.renewal_time->to_wire());
                     if (event.rebinding_time) out.option_u32(59, event.rebinding_time->to_wire());
                     if (reply) out.option_ip4(1, {0xffffff00});
                     if (more) more(out);
                     out.end();
                   }));
}

class Fixture {
 public:
  void add(const DhcpEvent& event,
           const std::function<void(wire::MessageWriter&)>& more = nullptr) {
    const Octets frame = frame_of(event, more);
    summary.add(++number, event.since_1970, frame, dissect(frame));
  }
  std::vector<std::string> anomalies() {
    summary.finish();
    std::vector<std::string> texts;
    for (const Anomaly& a : summary.anomalies().kept()) {
      texts.push_back(std::string(to_string(a.kind)) + ": " + a.text);
    }
    return texts;
  }
  CaptureSummary summary;
  std::size_t number = 0;
};

/// The two clients' addresses on the wire.
DhcpEvent of_other(DhcpEvent event) {
  event.client.octets[5] = std::byte{9};
  return event;
}

/// DISCOVER to ACK with one server.
void bind(Fixture& f, int ms, Duration t1, Duration t2) {
  f.add(from_client(ms, MessageType::discover));
  f.add(from_server(ms + 2, MessageType::offer, kServer, kAddress));
  f.add(naming(from_client(ms + 3, MessageType::request), kServer));
  DhcpEvent ack = from_server(ms + 7, MessageType::ack, kServer, kAddress);
  ack.renewal_time = t1;
  ack.rebinding_time = t2;
  f.add(ack);
}

TEST(CaptureSummary, FindsLeasesLatenciesAndWhoTakesPart) {
  Fixture f;
  f.add(from_client(0, MessageType::discover), [](wire::MessageWriter& out) {
    out.option(12, as_bytes("R1"));
    out.option(60, as_bytes("udhcp 1.35.0"));
  });
  f.add(from_server(2, MessageType::offer, kServer, kAddress));
  f.add(naming(from_client(3, MessageType::request), kServer));
  f.add(from_server(7, MessageType::ack, kServer, kAddress));
  f.add(unicast(from_client(15'000, MessageType::request, 2)));
  f.add(from_server(15'001, MessageType::ack, kServer, kAddress, 2));
  f.add(naming(unicast(from_client(17'000, MessageType::release, 3)), kServer));
  EXPECT_THAT(f.anomalies(), IsEmpty());
  ASSERT_EQ(f.summary.clients().size(), 1U);
  const auto& client = f.summary.clients()[0];
  EXPECT_EQ(client.host_name, "R1");
  ASSERT_TRUE(client.watch.lease());
  EXPECT_EQ(client.watch.lease()->address, kAddress);
  EXPECT_EQ(client.watch.lease()->renewals, 1U);
  EXPECT_EQ(client.watch.lease()->state, SeenLease::State::released);
  EXPECT_EQ(f.summary.latencies()[0].greatest(), Duration::milliseconds(2));
  EXPECT_EQ(f.summary.latencies()[1].greatest(), Duration::milliseconds(4));
  EXPECT_EQ(f.summary.latencies()[2].greatest(), Duration::milliseconds(1));
  EXPECT_EQ(f.summary.servers()[0].acks, 2U);
  const std::string text = f.summary.text({});
  EXPECT_THAT(text, HasSubstr("7 packets, 1 client, 1 server, 0 relays"));
  EXPECT_THAT(text, HasSubstr("192.168.56.104 released"));
  EXPECT_THAT(text, HasSubstr("udhcpc (busybox): says so"));
  EXPECT_THAT(text, HasSubstr("No anomalies."));
}

TEST(CaptureSummary, TellsUnansweredQuestionsAndHowOftenTheyWereAsked) {
  Fixture f;
  f.add(from_client(0, MessageType::discover));
  f.add(from_client(4'000, MessageType::discover));
  EXPECT_THAT(
      f.anomalies(),
      Contains("unanswered: c0:01:1b:69:00:00 got no answer to DHCPDISCOVER, sent 2 times"));
}

TEST(CaptureSummary, SuspectsTheServerBesideTheOneThatMostClientsKnow) {
  Fixture f;
  const auto router = [](net::Ip4 address) {
    return [address](wire::MessageWriter& out) { out.option_ip4(3, address); };
  };
  bind(f, 0, Duration::seconds(15), Duration::seconds(26));
  f.add(from_client(20'000, MessageType::discover, 2));
  f.add(from_server(20'001, MessageType::offer, kServer, kAddress, 2), router({1}));
  f.add(from_server(20'002, MessageType::offer, kOther, {kOther.value + 1}, 2), router({2}));
  const auto anomalies = f.anomalies();
  EXPECT_THAT(anomalies,
              Contains("competing-offers: c0:01:1b:69:00:00 is offered 192.168.56.201 by "
                       "192.168.56.200, after 192.168.56.100 made an offer"));
  EXPECT_THAT(anomalies, Contains("suspect-server: 192.168.56.200 answers (1) beside "
                                  "192.168.56.100 (3); its routers are 0.0.0.2, not none"));
}

TEST(CaptureSummary, TellsAnAddressThatTwoClientsHave) {
  Fixture f;
  bind(f, 0, Duration::seconds(15), Duration::seconds(26));
  f.add(of_other(naming(from_client(1'000, MessageType::request, 5), kServer)));
  f.add(of_other(from_server(1'001, MessageType::ack, kServer, kAddress, 5)));
  EXPECT_THAT(f.anomalies(), Contains("given-twice: 192.168.56.104 is given to c0:01:1b:69:00:09 "
                                      "while c0:01:1b:69:00:00 has it"));
  Fixture over;  // 30 seconds later the lease is over
  bind(over, 0, Duration::seconds(15), Duration::seconds(26));
  over.add(of_other(naming(from_client(31'000, MessageType::request, 5), kServer)));
  over.add(of_other(from_server(31'001, MessageType::ack, kServer, kAddress, 5)));
  EXPECT_THAT(over.anomalies(), IsEmpty());
}

// RFC 2131 4.4.5.
TEST(CaptureSummary, ChecksT1AndT2AgainstTheLeaseAndTheClient) {
  Fixture told;
  bind(told, 0, Duration::seconds(28), Duration::seconds(26));
  EXPECT_THAT(told.anomalies(), Contains(HasSubstr("is told T1 28s, T2 26s, lease 30s")));
  Fixture early;
  bind(early, 0, Duration::seconds(15), Duration::seconds(26));
  early.add(unicast(from_client(5'000, MessageType::request, 2)));
  early.add(from_server(5'001, MessageType::ack, kServer, kAddress, 2));
  EXPECT_THAT(early.anomalies(),
              Contains("timing: c0:01:1b:69:00:00 renews after 4s, though T1 is 15s"));
  Fixture late;
  bind(late, 0, Duration::seconds(15), Duration::seconds(20));
  late.add(unicast(from_client(25'000, MessageType::request, 2)));
  late.add(from_server(25'001, MessageType::ack, kServer, kAddress, 2));
  EXPECT_THAT(late.anomalies(), Contains(HasSubstr("asks its server alone after 24s")));
}

TEST(CaptureSummary, TellsRefusalsDeclinesStormsAndBrokenMessages) {
  Fixture f;
  f.add(from_client(0, MessageType::request));
  f.add(from_server(1, MessageType::nak, kServer, {}));
  DhcpEvent decline = naming(from_client(2, MessageType::decline, 2), kServer);
  decline.requested_address = kAddress;
  f.add(decline);
  for (int i = 0; i < 20; ++i) f.add(from_client(10'000 + i, MessageType::discover, 9));
  Octets cut = frame_of(from_client(11'000, MessageType::discover), nullptr);
  cut.resize(cut.size() - 2);
  store_be16(&cut[16], static_cast<std::uint16_t>(cut.size() - 14));  // IPv4 and UDP agree
  store_be16(&cut[38], static_cast<std::uint16_t>(cut.size() - 34));
  f.summary.add(99, Duration::seconds(11), cut, dissect(cut));
  const auto anomalies = f.anomalies();
  EXPECT_THAT(anomalies, Contains("refused: c0:01:1b:69:00:00 is refused by 192.168.56.100"));
  EXPECT_THAT(anomalies, Contains("declined: c0:01:1b:69:00:00 declines 192.168.56.104: somebody "
                                  "uses it"));
  EXPECT_THAT(anomalies, Contains("storm: c0:01:1b:69:00:00 asks more than 12 times in 10s"));
  EXPECT_THAT(anomalies, Contains(HasSubstr("broken: broken at octet")));
}

TEST(CaptureSummary, CountsARelaysTwoLegsOnce) {
  Fixture f;
  constexpr net::Ip4 kRelay{0xc6336401};
  const auto relayed = [&](DhcpEvent event, net::Ip4 source, net::Ip4 destination) {
    event.giaddr = kRelay;
    event.source = source;
    event.destination = destination;
    return event;
  };
  f.add(from_client(0, MessageType::discover));
  f.add(relayed(from_client(1, MessageType::discover), kRelay, kServer));
  const DhcpEvent offer = from_server(5, MessageType::offer, kServer, kAddress);
  f.add(relayed(offer, kServer, kRelay));
  DhcpEvent to_client = relayed(offer, kRelay, net::kIp4Broadcast);
  to_client.since_1970 = Duration::milliseconds(8);
  f.add(to_client);
  EXPECT_EQ(f.summary.servers()[0].offers, 1U);
  EXPECT_EQ(f.summary.relays()[0].to_servers, 1U);
  EXPECT_EQ(f.summary.latencies()[0].count(), 1U);
  EXPECT_EQ(f.summary.latencies()[0].greatest(), Duration::milliseconds(8));
  EXPECT_THAT(f.anomalies(), IsEmpty());
}

TEST(CaptureSummary, SaysWhenThereAreMoreClientsThanItRemembers) {
  CaptureSummary summary({.clients_max = 1});
  const Octets one = frame_of(from_client(0, MessageType::discover), nullptr);
  const Octets two = frame_of(of_other(from_client(0, MessageType::discover)), nullptr);
  summary.add(1, {}, one, dissect(one));
  EXPECT_EQ(summary.left_out(), "");
  summary.add(2, {}, two, dissect(two));
  summary.finish();
  EXPECT_THAT(summary.text({}), HasSubstr("1 messages of clients beyond the first 1 are counted"));
}

TEST(CaptureSummary, JsonIsSafeWhateverClientsCallThemselves) {
  Fixture f;
  f.add(from_client(0, MessageType::discover), [](wire::MessageWriter& out) {
    out.option(12, as_bytes(std::string_view("\"\xff\n\x1b[2J", 7)));
  });
  f.summary.finish();
  EXPECT_THAT(f.summary.json(), HasSubstr(R"("host-name": "\"\\xff\\x0a\\x1b[2J")"));
  EXPECT_THAT(f.summary.text({}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(CaptureSummary().json(), HasSubstr("\"packets\": 0"));
}

TEST(CaptureSummary, RemembersNoMoreOfARequestListThanThereAreCodes) {
  Fixture f;
  const Octets part(255, std::byte{1});
  f.add(from_client(0, MessageType::discover), [&](wire::MessageWriter& out) {
    for (int i = 0; i < 4; ++i) out.option(wire::kOptionDhcpParameterRequestList, part);
  });
  ASSERT_EQ(f.summary.clients().size(), 1U);
  EXPECT_EQ(f.summary.clients()[0].print.request_list.size(), 255U);
}

}  // namespace
}  // namespace lessor::craft
