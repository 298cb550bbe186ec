#include "craft/script/interpreter.h"

#include "craft/exchange/test_link.h"
#include "craft/packet/notation.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A peer that answers what it is sent, in scripted time.
class World {
 public:
  /// What comes back for a sent message, in order.
  using Peer = std::function<std::vector<Packet>(const Heard& sent)>;

  explicit World(std::string_view text, Peer peer = {}, ScriptWorld world = usual())
      : script_(read(text)), peer_(std::move(peer)), interpreter_(script_, std::move(world)) {}

  static ScriptWorld usual() {
    return {.interface_mac = kClientMac,
            .own_addresses = {*net::parse_ip4("10.9.8.7")},
            .mac = kClientMac,
            .seed = 1,
            .set = {}};
  }

  void play() {
    for (int turns = 0; !interpreter_.finished() && turns < 10'000; ++turns) {
      now_ = std::max(now_, interpreter_.next_deadline());
      ScriptEvents events;
      interpreter_.on_time(now_, events);
      take(events);
    }
  }

  std::vector<std::string> verdicts() const {
    std::vector<std::string> all;
    for (const StepResult& r : results)
      all.push_back(r.text + ": " + std::string(to_string(r.verdict)));
    return all;
  }
  [[nodiscard]] Duration elapsed() const { return now_ - Instant(); }

  std::vector<Heard> sent;
  std::vector<std::vector<std::byte>> unasked;
  std::vector<StepResult> results;
  std::vector<std::string> titles;

 private:
  static Script read(std::string_view text) {
    const auto script = read_script(text, {"given"});
    if (script) return *script;
    for (const ScriptProblem& p : script.error()) ADD_FAILURE() << p.at.line << ": " << p.what;
    return {};
  }

  void take(const ScriptEvents& events) {
    std::vector<Packet> back;
    for (const ScriptEvent& event : events) {
      if (const auto* title = std::get_if<ScriptTitle>(&event)) titles.push_back(title->text);
      if (const auto* result = std::get_if<StepResult>(&event)) results.push_back(*result);
      const auto* frame = std::get_if<ScriptFrame>(&event);
      if (frame == nullptr) continue;
      if (frame->step == 0) unasked.push_back(frame->bytes);
      auto message = hear({.at = {}, .bytes = frame->bytes});
      if (!message) continue;
      sent.push_back(*message);
      if (!peer_) continue;
      for (Packet& packet : peer_(*message)) back.push_back(std::move(packet));
    }
    for (const Packet& packet : back) {
      ScriptEvents more;
      interpreter_.on_frame(now_, {.at = {}, .bytes = packet.bytes}, more);
      take(more);
    }
  }

  Script script_;
  Peer peer_;
  Interpreter interpreter_;
  Instant now_;
};

/// A server's answer to `sent`.
Packet answer(const Heard& sent, std::string_view type, std::vector<std::string> lines = {}) {
  lines.push_back("chaddr = " + net::to_string(sent.event.client));
  lines.emplace_back("ip.src = 192.168.56.100");
  lines.emplace_back("option.dhcp-server-identifier = 192.168.56.100");
  return crafted(type, lines, kServerMac, sent.event.xid);
}
std::vector<Packet> server(const Heard& sent) {
  if (sent.event.type == wire::MessageType::discover) {
    return {answer(sent, "offer", {"yiaddr = 192.168.56.104"})};
  }
  if (sent.event.type != wire::MessageType::request) return {};
  if (sent.event.requested_address == net::parse_ip4("192.168.56.9")) return {answer(sent, "nak")};
  return {answer(sent, "ack", {"yiaddr = 192.168.56.104"})};
}

TEST(Interpreter, PlaysAnExchangeWithVariables) {
  World world(R"(
title "the whole exchange"
send discover { option.host-name = R1 } as $d
expect offer { yiaddr = 192.168.56.104 ; xid = $d.xid } as $offer
send request {
  xid = $offer.xid
  option.dhcp-requested-address = $offer.yiaddr
  option.dhcp-server-identifier = $offer.option.dhcp-server-identifier
  option.host-name = cost-$$5
}
expect ack { yiaddr = $offer.yiaddr } as $ack within 2s
send release { ciaddr = $ack.yiaddr ; ip.dst = $ack.ip.src }
expect silence 2s
)",
              server);
  world.play();
  EXPECT_THAT(world.verdicts(),
              ElementsAre("send discover as $d: passed", "expect offer as $offer: passed",
                          "send request: passed", "expect ack as $ack: passed",
                          "send release: passed", "expect silence for 2s: passed"));
  ASSERT_EQ(world.sent.size(), 3U);
  EXPECT_EQ(world.sent[1].event.xid, world.sent[0].event.xid);
  EXPECT_EQ(world.sent[1].event.requested_address, net::parse_ip4("192.168.56.104"));
  EXPECT_EQ(as_text(*world.sent[1].option(wire::kOptionHostName)), "cost-$5");
  // A server that was heard is spoken to by its own hardware address.
  EXPECT_EQ(world.sent[2].destination_mac, kServerMac);
  EXPECT_EQ(world.elapsed(), Duration::seconds(2));
  EXPECT_THAT(world.titles, ElementsAre("the whole exchange"));
}

TEST(Interpreter, DrawsAnXidForEachMessageUnlessOneIsSet) {
  World world("send discover\nsend discover\n$xid = 0x1aed\nsend discover\nsend discover\n");
  world.play();
  ASSERT_EQ(world.sent.size(), 4U);
  EXPECT_NE(world.sent[0].event.xid, world.sent[1].event.xid);
  EXPECT_EQ(world.sent[2].event.xid, 0x1aedU);
  EXPECT_EQ(world.sent[3].event.xid, 0x1aedU);
}

TEST(Interpreter, CountsHardwareAddressesUp) {
  World world(
      "$mac = 02:00:00:00:00:01\nrepeat 3 {\n  send discover { chaddr = $mac++ }\n}\n"
      "$mac++\nsend discover\n");
  world.play();
  ASSERT_EQ(world.sent.size(), 4U);
  EXPECT_EQ(net::to_string(world.sent[0].event.client), "02:00:00:00:00:01");
  EXPECT_EQ(net::to_string(world.sent[2].event.client), "02:00:00:00:00:03");
  EXPECT_EQ(net::to_string(world.sent[2].source_mac), "02:00:00:00:00:03");
  EXPECT_EQ(net::to_string(world.sent[3].event.client), "02:00:00:00:00:05");
}

TEST(Interpreter, SaysWhatCameInstead) {
  World world(
      "send request { option.dhcp-requested-address = 192.168.56.9 }\n"
      "expect ack as $ack within 1s\n"
      "send release { ciaddr = $ack.yiaddr }\n",
      server);
  world.play();
  EXPECT_THAT(world.verdicts(), ElementsAre("send request: passed", "expect ack as $ack: failed",
                                            "send release: skipped"));
  EXPECT_EQ(world.results[1].why, "instead came DHCPNAK from 192.168.56.100 within 1s");
  ASSERT_TRUE(world.results[1].packet);
  EXPECT_EQ(world.results[2].why, "$ack did not come");
  EXPECT_EQ(world.sent.size(), 1U);
}

TEST(Interpreter, SaysWhichConditionsDidNotHold) {
  World world("send discover\nexpect offer { yiaddr = 192.168.56.105 ; xid = $xid } within 1s\n",
              server);
  world.play();
  const StepResult& result = world.results[1];
  EXPECT_EQ(result.verdict, StepVerdict::failed);
  ASSERT_EQ(result.conditions.size(), 1U);
  EXPECT_EQ(result.conditions[0].name, "yiaddr");
  EXPECT_EQ(result.conditions[0].expected, "192.168.56.105");
  EXPECT_EQ(result.conditions[0].found, "192.168.56.104");
  EXPECT_THAT(result.why, HasSubstr("not as expected"));
}

TEST(Interpreter, SaysThatNothingCame) {
  World world("send discover\nexpect offer within 3s\nexpect offer\n");
  world.play();
  EXPECT_EQ(world.results[1].why, "nothing came within 3s");
  EXPECT_EQ(world.elapsed(), Duration::seconds(7));
}

TEST(Interpreter, HearsWhatMustNotCome) {
  World world(
      "send discover\nexpect silence 1s\nsend discover\nexpect no nak 1s\n"
      "send request { option.dhcp-requested-address = 192.168.56.9 }\nexpect no nak 1s\n",
      server);
  world.play();
  EXPECT_THAT(world.verdicts(),
              ElementsAre("send discover: passed", "expect silence for 1s: failed",
                          "send discover: passed", "expect no nak for 1s: passed",
                          "send request: passed", "expect no nak for 1s: failed"));
  EXPECT_EQ(world.results[1].why, "DHCPOFFER from 192.168.56.100 came");
}

// Each answer meets one expectation, in whatever order they come.
TEST(Interpreter, TellsTheAnswersOfTwoServersApart) {
  World world(
      "send discover\n"
      "expect offer { option.dhcp-server-identifier = 192.168.56.200 } as $b\n"
      "expect offer { option.dhcp-server-identifier = 192.168.56.100 } as $a\n"
      "expect silence 1s\n",
      [](const Heard& sent) {
        return std::vector<Packet>{answer(sent, "offer"),
                                   crafted("offer",
                                           {"chaddr = c0:01:1b:69:00:00",
                                            "option.dhcp-server-identifier = 192.168.56.200"},
                                           kServerMac, sent.event.xid)};
      });
  world.play();
  for (const StepResult& r : world.results) EXPECT_EQ(r.verdict, StepVerdict::passed) << r.text;
}

TEST(Interpreter, ForgetsAnswersToOlderMessages) {
  World world("send discover\nexpect any\nsend release\nexpect silence 1s\n",
              [](const Heard& sent) {
                if (sent.event.type != wire::MessageType::discover) return std::vector<Packet>{};
                return std::vector<Packet>{answer(sent, "offer"), answer(sent, "offer")};
              });
  world.play();
  for (const StepResult& r : world.results) EXPECT_EQ(r.verdict, StepVerdict::passed) << r.text;
}

TEST(Interpreter, AnswersForTheAddressesThatItSpeaksFrom) {
  World world("send renew { ciaddr = 192.168.56.104 ; ip.dst = 192.168.56.100 }\nexpect ack\n",
              [](const Heard&) {
                Packet arp;
                arp.bytes = arp_request(kServerMac, *net::parse_ip4("192.168.56.100"),
                                        *net::parse_ip4("192.168.56.104"));
                return std::vector<Packet>{arp};
              });
  world.play();
  ASSERT_EQ(world.unasked.size(), 1U);
  EXPECT_EQ(net::parse_arp_frame(world.unasked[0])->sender_mac, kClientMac);
}

TEST(Interpreter, SendsAShownPacketOctetByOctet) {
  const Packet packet = crafted("discover", {"option.host-name = a$b"}, kServerMac);
  World world(print_recipe(recipe_of(packet.bytes)), server);
  world.play();
  ASSERT_EQ(world.sent.size(), 1U);
  EXPECT_EQ(world.sent[0].frame.bytes, packet.bytes);
}

TEST(Interpreter, KnowsTheInterfaceAndWhatIsSet) {
  ScriptWorld where = World::usual();
  where.set["given"] = "R7";
  World world("send discover { giaddr = $iface.ip ; option.host-name = $given.x-$iface.mac }\n", {},
              where);
  world.play();
  ASSERT_EQ(world.sent.size(), 1U);
  EXPECT_EQ(net::to_string(*world.sent[0].relay), "10.9.8.7");
  EXPECT_EQ(as_text(*world.sent[0].option(wire::kOptionHostName)), "R7.x-c0:01:1b:69:00:00");
}

TEST(Interpreter, NamesTheLineOfWhatMakesNoSense) {
  World world("$x = here\nsend discover {\n  ciaddr = $x\n}\nexpect offer { yiaddr = $x }\n");
  world.play();
  EXPECT_EQ(world.results[0].verdict, StepVerdict::failed);
  EXPECT_THAT(world.results[0].why, HasSubstr("line 3: "));
  EXPECT_THAT(world.results[1].why, HasSubstr("line 5: "));
}

TEST(Interpreter, WorksOffAMillionMessagesInPieces) {
  const auto script = read_script("repeat 1000000 {\n send discover\n}\n");
  ASSERT_TRUE(script);
  Interpreter interpreter(*script, World::usual());
  ScriptEvents events;
  interpreter.on_time(Instant(), events);
  EXPECT_LT(events.size(), 1'000U);
  EXPECT_FALSE(interpreter.finished());
  EXPECT_EQ(interpreter.next_deadline(), Instant());
}

TEST(Interpreter, ComesBackFromRepeatsThatTellNothing) {
  const auto script = read_script(
      "$n = 1\nrepeat 1000000 {\n repeat 1000000 {\n  repeat 1000000 {\n  }\n  $n++\n }\n}\n");
  ASSERT_TRUE(script);
  Interpreter interpreter(*script, World::usual());
  ScriptEvents events;
  interpreter.on_time(Instant(), events);
  EXPECT_FALSE(interpreter.finished());
  EXPECT_EQ(interpreter.next_deadline(), Instant());
}

TEST(Interpreter, StopsAValueThatDoublesItself) {
  World world("$a = 0123456789abcdef\nrepeat 40 {\n $a = $a$a\n}\n");
  world.play();
  ASSERT_FALSE(world.results.empty());
  EXPECT_THAT(world.results[0].why, HasSubstr("longer than 1048576 characters"));
}

}  // namespace
}  // namespace lessor::craft
