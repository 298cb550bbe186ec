#include "craft/story/timeline.h"

#include "craft/story/test_exchange.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_exchange.h
using wire::MessageType;

TEST(Timeline, DrawsTheLifeOfALeaseAsTheRfcDoes) {
  EXPECT_EQ("\n" + draw_timeline(life(), kClient, {.width = 80}), R"(
                Server                   Client                   Server
            192.168.56.200          c0:01:1b:69:00:00         192.168.56.100
            (not selected)                                      (selected)
                   v                        v                        v
                   |                        |                        |
                   |              Begins initialization              |
                   |                        |                        |
 0.0000 s          |<---- DHCPDISCOVER -----+----- DHCPDISCOVER ---->|
                   |                        |                        |
              Determines                    |                   Determines
             configuration                  |                  configuration
                   |                        |                        |
 0.0010 s          | 192.168.56.104 for 30s |<------ DHCPOFFER ------|
 0.0510 s          |------- DHCPOFFER ----->| 192.168.56.201 for 30s |
                   |                        |                        |
                   |                Collects replies                 |
                   |              Selects configuration              |
                   |                        |                        |
 0.1510 s          |<----- DHCPREQUEST -----+------ DHCPREQUEST ---->|
                   |                        |                        |
            Offer declined                  |             Commits configuration
                   |                        |                        |
 0.1530 s          | 192.168.56.104 for 30s |<------- DHCPACK -------|
                   |                        |                        |
                   |             Initialization complete             |
                   |                        |                        |
                   .                        .                        .
                   .                        .                        .
                   .                        .                        .
                   |                        |                        |
                   |              T1: renews its lease               |
                   |                        |                        |
15.1600 s          |    to this server only |------ DHCPREQUEST ---->|
                   |                        |                        |
                   |                        |                  Extends lease
                   |                        |                        |
15.1610 s          | 192.168.56.104 for 30s |<------- DHCPACK -------|
                   |                        |                        |
                   |                 Lease extended                  |
                   |                        |                        |
                   |                Graceful shutdown                |
                   |                        |                        |
17.0000 s          |    to this server only |------ DHCPRELEASE ---->|
                   |                        |                        |
                   |                        |                 Discards lease
                   |                        |                        |
                   v                        v                        v
)");
}

TEST(Timeline, DrawnWhileItHappensTellsAStepWhenAnAnswerShowsIt) {
  Timeline timeline({.width = 80, .unicode = true},
                    {.client = kClient, .left = {{kOther}}, .right = {{kServer}}});
  std::string drawn = "\n" + timeline.begin();
  for (const DhcpEvent& event : life()) {
    if (event.since_1970 < Duration::milliseconds(100)) drawn += timeline.add(event);
  }
  EXPECT_EQ(drawn, R"(
                Server                   Client                   Server
            192.168.56.200          c0:01:1b:69:00:00         192.168.56.100
                   v                        v                        v
                   │                        │                        │
                   │              Begins initialization              │
                   │                        │                        │
 0.0000 s          │◄──── DHCPDISCOVER ─────┼───── DHCPDISCOVER ────►│
                   │                        │                        │
                   │                        │                   Determines
                   │                        │                  configuration
                   │                        │                        │
 0.0010 s          │ 192.168.56.104 for 30s │◄────── DHCPOFFER ──────│
                   │                        │                        │
              Determines                    │                        │
             configuration                  │                        │
                   │                        │                        │
 0.0510 s          │─────── DHCPOFFER ─────►│ 192.168.56.201 for 30s │
)");
}

TEST(Timeline, ABroadcastHasAnArrowheadAtEachOfManyServers) {
  Timeline timeline({.width = 80},
                    {.client = kClient, .left = {{{1}}, {{2}}}, .right = {{kServer}}});
  (void)timeline.begin();
  const std::string drawn = timeline.add(from_client(0, MessageType::discover));
  EXPECT_NE(drawn.find("|< DHCPDISCOVER -|< DHCPDISCOVER -+- DHCPDISCOVER >|"), std::string::npos)
      << drawn;
}

TEST(Timeline, OneServerStandsOnTheRightWithRemarksBehindIt) {
  const std::vector<DhcpEvent> events = {from_client(0, MessageType::discover),
                                         from_server(1, MessageType::offer, kServer, kAddress),
                                         from_server(1, MessageType::offer, kServer, kAddress, 99)};
  const std::string drawn = draw_timeline({events.data(), 2}, kClient, {.width = 80});
  EXPECT_NE(drawn.find("|<-------- DHCPOFFER ---------| 192.168.56.104 for 30s"), std::string::npos)
      << drawn;
  EXPECT_EQ(drawn.find("selected"), std::string::npos) << drawn;
}

TEST(Timeline, LeavesOtherClientsOut) {
  auto events = life();
  for (DhcpEvent& event : events) event.client.octets[5] = std::byte{9};
  EXPECT_EQ(draw_timeline(events, kClient, {}), "");
}

}  // namespace
}  // namespace lessor::craft
