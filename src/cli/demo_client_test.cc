#include "cli/demo_client.h"

#include <gmock/gmock.h>

namespace lessor::cli {
namespace {

using client::v4::State;
using testing::ElementsAre;

TEST(DemoClient, ReadsTheStepsOutOfWhatTheClientPrints) {
  const ClientLine line =
      read_client_line(R"({"time":"t","interface":"eth0","event":"entered","state":"SELECTING",)"
                       R"("before":"INIT","reason":"started","xid":7})");
  EXPECT_EQ(line.step, (ClientStep{State::init, State::selecting}));
  EXPECT_FALSE(line.sent);
  EXPECT_TRUE(read_client_line(R"({"event":"sent","message":"DHCPDISCOVER"})").sent);
}

TEST(DemoClient, PassesOverEverythingElse) {
  for (const char* line :
       {"", "eth0: looks for a server", "{", "{}", "[]",
        R"({"event":"sent","state":"INIT","before":"BOUND"})",
        R"({"event":"entered","state":"INIT"})", R"({"event":"entered","state":1,"before":"INIT"})",
        R"({"event":"entered","state":"BINDING","before":"INIT"})"}) {
    EXPECT_EQ(read_client_line(line).step, std::nullopt) << line;
  }
  EXPECT_TRUE(read_client_line("{}").is_event);
  EXPECT_FALSE(read_client_line("eth0: looks for a server").is_event);
}

TEST(DemoClient, KeepsTheWaySinceTheClientLastRested) {
  ClientWay way;
  EXPECT_THAT(way.states(), ElementsAre(State::stopped));
  way.take({State::stopped, State::init});
  way.take({State::init, State::selecting});
  way.take({State::selecting, State::checking});
  way.take({State::checking, State::bound});
  EXPECT_THAT(way.states(),
              ElementsAre(State::init, State::selecting, State::checking, State::bound));
  way.take({State::bound, State::renewing});
  way.take({State::renewing, State::bound});
  EXPECT_THAT(way.states(), ElementsAre(State::bound, State::renewing, State::bound));
  way.take({State::bound, State::stopped});
  EXPECT_THAT(way.states(), ElementsAre(State::bound, State::stopped));
  EXPECT_EQ(way.times(State::bound), 2);
  EXPECT_EQ(way.times(State::rebinding), 0);
}

}  // namespace
}  // namespace lessor::cli
