#include "cli/state_diagram.h"

#include "client/v4/test_kit.h"

#include <gmock/gmock.h>

#include <set>

namespace lessor::cli {
namespace {

using client::v4::Event;
using client::v4::EventKind;
using client::v4::State;
using client::v4::testing::Client;
using client::v4::testing::Reply;
using craft::Style;
using testing::HasSubstr;
using testing::Not;
using wire::MessageType;

TEST(StateDiagram, ShowsTheStateAndTheStepThatLedThere) {
  EXPECT_EQ(draw_states(State::requesting, State::selecting, Style{}),
            "         NAK, no answer                                in use: DECLINE\n"
            "       +---------------------------------------------+-----------------+\n"
            "       v                                             |                 |\n"
            " +-----------+ DISCOVER +-----------+ REQUEST ############## ACK +-----+----+\n"
            " |   INIT    +--------->| SELECTING +########># REQUESTING #---->| CHECKING |\n"
            " +-----------+          +-----+-----+         ##############     +-----+----+\n"
            "   ^                          | ACK at once: rapid commit           ^  |\n"
            "   | NAK, no answer           +-------------------------------------+  |\n"
            "   +---------------------------------+                              |  | free\n"
            "   |   +-------------+ REQUEST +-----+-----+  ACK                   |  |\n"
            "   |   | INIT-REBOOT +-------->| REBOOTING +------------------------+  |\n"
            "   |   +-------------+         +-----------+                           |\n"
            "   | NAK, lease over, conflict                                         |\n"
            "   +---------+-------------------------+--------------------+          v\n"
            "       +-----+-----+ T2: REQUEST +-----+----+ T1: REQUEST +-+-------------+\n"
            "       | REBINDING |<------------+ RENEWING |<------------+     BOUND     |\n"
            "       +-----+-----+             +-----+----+             +---------------+\n"
            "             | ACK                     | ACK                      ^\n"
            "             +-------------------------+--------------------------+\n"
            "\n"
            " other states:     STOPPED     NO-LINK     V6ONLY     INFORMING     INFORMED\n"
            "\n"
            " SELECTING -> [[REQUESTING]]: an offer is chosen, DHCPREQUEST sent\n");
}

TEST(StateDiagram, LightsAWholeWay) {
  const State way[] = {State::bound, State::renewing, State::bound};
  const std::string text = draw_states(way, {.unicode = true});
  EXPECT_THAT(text, HasSubstr("┤ RENEWING │◄════════════╣     BOUND     ║"));
  EXPECT_THAT(text, HasSubstr("║ ACK                      ▲"));
  EXPECT_THAT(text, HasSubstr("└─────────────────────────╚══════════════════════════╝"));
  EXPECT_THAT(text, HasSubstr("│ REBINDING │◄────────────┤ RENEWING │"));
}

TEST(StateDiagram, MarksTheStatesWithoutABox) {
  const State way[] = {State::bound, State::stopped};
  EXPECT_THAT(draw_states(way, {}), HasSubstr("other states:  [[ STOPPED ]]  NO-LINK     V6ONLY"));
  EXPECT_THAT(draw_states(State::stopped, State::bound, {}),
              HasSubstr(" BOUND -> [[STOPPED]]: told to: the lease is given back, or only left"));
}

TEST(StateDiagram, ShowsEveryStateOnce) {
  const std::string text = draw_states({}, {});
  for (std::size_t i = 0; i < client::v4::kStates; ++i) {
    const std::string name = " " + std::string(to_string(static_cast<State>(i)));
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += name.size()) {
      const char after = at + name.size() < text.size() ? text[at + name.size()] : ' ';
      count += after == ' ' || after == '\n' ? 1U : 0U;
    }
    EXPECT_EQ(count, 1U) << name;
  }
}

TEST(StateDiagram, FitsIntoEightyColumnsWithoutColoursOrStrangeCharactersUnlessAsked) {
  for (const bool unicode : {false, true}) {
    const State way[] = {State::init, State::selecting, State::requesting, State::checking,
                         State::bound};
    const std::string text = draw_states(way, {.unicode = unicode});
    for (const std::string_view line : craft::lines_of(text)) {
      EXPECT_LE(craft::display_width(line), 77U) << line;
      EXPECT_THAT(std::string(line), Not(HasSubstr("\033")));
      if (unicode) continue;
      EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) << line;
    }
  }
}

TEST(StateDiagram, ListsItsArrowsWhereItDoesNotFit) {
  const State way[] = {State::bound, State::renewing};
  const std::string text = draw_states(way, {.width = 76});
  EXPECT_THAT(text, HasSubstr(" INIT        -> SELECTING    DISCOVER\n"));
  EXPECT_THAT(text, HasSubstr("*BOUND       -> RENEWING     T1: REQUEST\n"));
  EXPECT_THAT(text, testing::EndsWith("\n\n now RENEWING\n"));
  EXPECT_THAT(draw_states(way, {.width = 77}), HasSubstr("other states:"));
}

TEST(StateDiagram, DrawsTheWayInALine) {
  const State way[] = {State::init, State::selecting, State::requesting};
  EXPECT_EQ(draw_way(way, {}), "INIT -> SELECTING -> [[REQUESTING]]");
  EXPECT_EQ(draw_way(way, {.unicode = true}), "INIT ─► SELECTING ─► [[REQUESTING]]");
  EXPECT_EQ(draw_way(way, {.unicode = true, .colour = true}),
            "INIT\033[2m ─► \033[0mSELECTING\033[2m ─► \033[0m\033[33mREQUESTING\033[0m");
  EXPECT_EQ(draw_way({}, {}), "");
}

TEST(StateDiagram, ReadsTheStatesNames) {
  for (std::size_t i = 0; i < client::v4::kStates; ++i) {
    const auto state = static_cast<State>(i);
    EXPECT_EQ(parse_state(to_string(state)), state);
  }
  EXPECT_EQ(parse_state("BINDING"), std::nullopt);
}

using Step = std::pair<State, State>;

/// Plays a client through whatever a seed draws, and keeps each step from state to state.
class RandomLife {
 public:
  explicit RandomLife(std::uint64_t seed, std::set<Step>& steps)
      : random_(seed), client_(settings(random_), seed), steps_(steps) {}

  void play() {
    constexpr int kActs = 60;
    if (random_.one_in(4)) client_.link(false);
    if (random_.one_in(3)) client_.engine.remember(remembered(client_));
    begin();
    for (int i = 0; i < kActs; ++i) act();
    Step last;
    for (const Event& event : client_.events) {
      if (event.kind != EventKind::entered) continue;
      steps_.emplace(event.before, event.state);
      last = {event.before, event.state};
    }
    const client::v4::Situation now = client_.engine.situation();
    EXPECT_EQ(last, Step(now.before, now.state));
  }

 private:
  static client::v4::Settings settings(Random& random) {
    auto wishes = client::v4::testing::plain_settings();
    wishes.rapid_commit = random.one_in(2);
    wishes.v6_only = random.one_in(4);
    wishes.keep_unconfirmed = random.one_in(2);
    return wishes;
  }

  void begin() {
    client_.sent.clear();
    if (random_.one_in(6)) {
      client_.engine.start_inform(client_.now, client::v4::testing::kAddress, client_.outbox);
    } else if (!random_.one_in(6) || !client_.engine.resume_bound(client_.now, client_.outbox)) {
      client_.engine.start(client_.now, client_.outbox);
    }
    client_.run();
  }
  void hear() {
    if (client_.sent.empty()) return;
    constexpr MessageType kTypes[] = {MessageType::offer, MessageType::ack, MessageType::ack,
                                      MessageType::nak};
    Reply reply{.type = kTypes[random_.below(4)], .lease_time = random_.one_in(2) ? 60 : 3'600};
    if (client_.state() == State::selecting && random_.one_in(2)) {
      reply.type = MessageType::ack;
      reply.options.emplace_back(80, "");
    }
    if (random_.one_in(8)) reply.options.emplace_back(108, "00000e10");
    client_.hear(reply);
  }
  void order() {
    bool done = true;
    const std::uint32_t what = random_.below(5);
    if (what == 0) done = client_.engine.renew(client_.now, client_.outbox);
    if (what == 1) done = client_.engine.rebind(client_.now, client_.outbox);
    if (what == 2) client_.engine.on_resume(client_.now, client_.outbox);
    if (what == 3 && random_.one_in(3)) client_.engine.stop(client_.now);
    if (what == 4 && random_.one_in(3)) (void)client_.engine.release(client_.now, client_.outbox);
    if (!done) return;
    client_.run();
    if (client_.state() == State::stopped) begin();
  }
  void act() {
    switch (random_.below(8)) {
      case 0:
        client_.link(random_.one_in(2), random_.one_in(4) ? client::v4::testing::kOtherMac
                                                          : client::v4::testing::kMac);
        break;
      case 1:
        order();
        break;
      case 2:
        client_.see({.interface = 2,
                     .address = client::v4::testing::kAddress,
                     .mac = client::v4::testing::kServerMac,
                     .target = client::v4::testing::kAddress});
        break;
      case 3:
        client_.set_time(client_.now.mono + Duration::seconds(random_.below(100'000)));
        client_.run();
        break;
      case 4:
        if (client_.engine.next_deadline() < Instant::never()) client_.next();
        break;
      default:
        hear();
        break;
    }
  }

  Random random_;
  Client client_;
  std::set<Step>& steps_;
};

TEST(StateDiagram, KnowsEveryStepThatTheEngineTakesAndNoOthers) {
  std::set<Step> taken;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) RandomLife(seed, taken).play();
  for (const auto& [before, after] : taken) {
    EXPECT_NE(name_of_step(before, after), "") << to_string(before) << " " << to_string(after);
  }
  for (std::size_t i = 0; i < client::v4::kStates; ++i) {
    for (std::size_t j = 0; j < client::v4::kStates; ++j) {
      const Step step{static_cast<State>(i), static_cast<State>(j)};
      if (!has_arrow(step.first, step.second)) continue;
      EXPECT_TRUE(taken.contains(step)) << to_string(step.first) << " " << to_string(step.second);
    }
  }
}

}  // namespace
}  // namespace lessor::cli
