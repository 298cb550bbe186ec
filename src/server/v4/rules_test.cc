#include "server/v4/rules.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr Rule kMust = Rule::must;
constexpr Rule kMay = Rule::may;
constexpr Rule kNever = Rule::must_not;

struct ReplyCase {
  int option;
  Rule offer, ack, inform_ack, nak;
};

// RFC 2131 table 3, read again from the RFC.
TEST(Table3, SaysWhatRepliesCarry) {
  const ReplyCase cases[] = {
      {50, kNever, kNever, kNever, kNever},  // R2131-T3-f
      {51, kMust, kMust, kNever, kNever},    // R2131-T3-d
      {53, kMust, kMust, kMust, kMust},      // R2131-3-a, R2131-T3-e
      {54, kMust, kMust, kMust, kMust},      // R2131-T3-e
      {55, kNever, kNever, kNever, kNever},  // R2131-T3-f
      {57, kNever, kNever, kNever, kNever},  // R2131-T3-f
      {52, kMay, kMay, kMay, kNever},        // R2131-T3-c: sname and file are unused in a NAK
      {60, kMay, kMay, kMay, kMay},          // R2131-T3-g
      {61, kMay, kMay, kMay, kMay},          // RFC 6842
      {58, kMay, kMay, kNever, kNever},      // R2131-4.3.5-a: no lease times
      {59, kMay, kMay, kNever, kNever},
      {3, kMay, kMay, kMay, kNever},  // R2131-T3-g: "All others ... MUST NOT" in a NAK
      {43, kMay, kMay, kMay, kNever},
  };
  for (const ReplyCase& c : cases) {
    const auto code = static_cast<wire::OptionCode>(c.option);
    EXPECT_EQ(rule_for(ReplyKind::offer, code), c.offer) << c.option;
    EXPECT_EQ(rule_for(ReplyKind::ack, code), c.ack) << c.option;
    EXPECT_EQ(rule_for(ReplyKind::inform_ack, code), c.inform_ack) << c.option;
    EXPECT_EQ(rule_for(ReplyKind::nak, code), c.nak) << c.option;
  }
}

// RFC 2131 table 5, the MUST and MUST NOT of options 50 and 54.
TEST(Table5, SaysWhatClientsCarry) {
  const struct {
    Phase phase;
    Rule requested, server_id;
  } cases[] = {
      {Phase::discover, kMay, kNever},      // R2131-T5-a
      {Phase::inform, kNever, kNever},      // R2131-T5-a
      {Phase::selecting, kMust, kMust},     // R2131-T5-b
      {Phase::init_reboot, kMust, kNever},  // R2131-T5-b
      {Phase::renewing, kNever, kNever},    // R2131-T5-b
      {Phase::rebinding, kNever, kNever},   // R2131-T5-b
      {Phase::decline, kMust, kMust},       // R2131-T5-c
      {Phase::release, kNever, kMust},      // R2131-T5-c
  };
  const auto rule = [](int option, Phase phase) {
    for (const RequestRule& row : request_rules()) {
      if (row.option == option) return row.rules[static_cast<std::size_t>(phase)];
    }
    return Rule::may;
  };
  for (const auto& c : cases) {
    EXPECT_EQ(rule(50, c.phase), c.requested) << static_cast<int>(c.phase);
    EXPECT_EQ(rule(54, c.phase), c.server_id) << static_cast<int>(c.phase);
  }
  for (const int option : {51, 55, 57, 60}) {  // R2131-T5-d
    EXPECT_EQ(rule(option, Phase::decline), kNever) << option;
    EXPECT_EQ(rule(option, Phase::release), kNever) << option;
  }
}

struct PhaseCase {
  const char* what;
  Say say;
  bool unicast;
  std::optional<Phase> phase;
};

// R2131-4.3.2-a, R2131-4.3.2-b, R2131-4.3.2-f, R2131-4.3.2-g: the client's state by what the
// message carries.
TEST(Phase, IsReadFromTheMessage) {
  const Host h = host(1);
  const PhaseCase cases[] = {
      {"discover", discover(h), false, Phase::discover},
      {"54 and 50", selecting(h, "192.0.2.10"), false, Phase::selecting},
      {"50 alone", rebooting(h, "192.0.2.10"), false, Phase::init_reboot},
      {"ciaddr to us", renewing(h, "192.0.2.10"), true, Phase::renewing},
      {"ciaddr to all", rebinding(h, "192.0.2.10"), false, Phase::rebinding},
      {"ciaddr by relay", renewing(h, "192.0.2.10").through("10.9.0.1"), true, Phase::rebinding},
      {"ciaddr and 50", renewing(h, "192.0.2.10").asking("192.0.2.11"), true, Phase::renewing},
      {"ciaddr and 54", renewing(h, "192.0.2.10").to_server("192.0.2.1"), true, Phase::renewing},
      {"54 alone", Say(MessageType::request, h).to_server("192.0.2.1"), false, Phase::selecting},
      {"nothing", Say(MessageType::request, h), false, Phase::init_reboot},
      {"inform", inform(h, "192.0.2.9"), true, Phase::inform},
      {"an OFFER", Say(MessageType::offer, h), false, std::nullopt},
      {"an ACK", Say(MessageType::ack, h), false, std::nullopt},
      {"a LEASEQUERY", Say(MessageType::leasequery, h), false, std::nullopt},
  };
  for (PhaseCase c : cases) {
    wire::ParseScratch scratch;
    const net::Datagram in = c.say.said();
    const auto view = wire::MessageView::parse(in.payload, scratch);
    ASSERT_TRUE(view) << c.what;
    const auto request = wire::read_request(*view);
    ASSERT_TRUE(request) << c.what;
    EXPECT_EQ(phase_of(*request, c.unicast), c.phase) << c.what;
  }
}

TEST(Table5, DropsWhatLacksARequiredOption) {
  const Host h = host(1);
  struct {
    const char* what;
    Say say;
    int missing;
  } cases[] = {
      {"selecting without 50", Say(MessageType::request, h).to_server("192.0.2.1"), 50},
      {"a request with nothing", Say(MessageType::request, h), 50},
      {"decline without 54", Say(MessageType::decline, h).asking("192.0.2.10"), 54},
      {"decline without 50", Say(MessageType::decline, h).to_server("192.0.2.1"), 50},
      {"release without 54", Say(MessageType::release, h).having("192.0.2.10").unicast(), 54},
  };
  for (auto& c : cases) {
    Site site;
    EXPECT_FALSE(site.hear(c.say)) << c.what;
    const auto events = site.take_events();
    ASSERT_EQ(events.size(), 1U) << c.what;
    EXPECT_EQ(events[0].reason, Reason::option_missing) << c.what;
    EXPECT_EQ(events[0].detail, c.missing) << c.what;
  }
}

TEST(Table5, ToleratesWhatClientsMustNotFill) {  // R2131-T5-e: yiaddr, siaddr, hops are ignored
  Site site;
  Say say = discover(host(1));
  say.header().yiaddr = ip("192.0.2.15");
  say.header().siaddr = ip("192.0.2.66");
  say.header().hops = 255;
  const auto offer = site.hear(say);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  EXPECT_EQ(offer->view().siaddr(), net::kIp4Any);
  EXPECT_EQ(offer->view().hops(), 0);
}

}  // namespace
}  // namespace lessor::server::v4::testing
