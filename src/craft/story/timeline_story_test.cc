#include "craft/story/timeline_story.h"

#include "craft/story/test_exchange.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_exchange.h
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::MessageType;

/// Every step of the exchange in one list, "server: step" or "client: step".
std::vector<std::string> tell(const std::vector<DhcpEvent>& events) {
  TimelineStory story;
  std::vector<std::string> told;
  const auto add = [&](const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      told.push_back((step.server ? net::to_string(*step.server) : "client") + ": " + step.text);
    }
  };
  for (const DhcpEvent& event : events) {
    add(story.before(event));
    add(story.after(event));
  }
  return told;
}

TEST(TimelineStory, TellsTheLifeOfALease) {
  EXPECT_THAT(
      tell(life()),
      ElementsAre("client: Begins initialization", "192.168.56.100: Determines configuration",
                  "192.168.56.200: Determines configuration",
                  "client: Collects replies\nSelects configuration",
                  "192.168.56.200: Offer declined", "192.168.56.100: Commits configuration",
                  "client: Initialization complete", "client: T1: renews its lease",
                  "192.168.56.100: Extends lease", "client: Lease extended",
                  "client: Graceful shutdown", "192.168.56.100: Discards lease"));
}

TEST(TimelineStory, TellsInitRebootAsFigure4Does) {
  DhcpEvent request = from_client(0, MessageType::request);
  request.requested_address = kAddress;
  EXPECT_THAT(tell({request, from_server(1, MessageType::ack, kServer, kAddress)}),
              ElementsAre("client: Begins initialization", "192.168.56.100: Locates configuration",
                          "client: Initialization complete"));
  EXPECT_THAT(tell({request, from_server(1, MessageType::nak, kServer, {})}),
              ElementsAre("client: Begins initialization", "192.168.56.100: Refuses",
                          "client: Must start over"));
}

TEST(TimelineStory, TellsRebindingDeclineAndInform) {
  DhcpEvent rebind = from_client(0, MessageType::request);
  rebind.ciaddr = kAddress;
  EXPECT_THAT(tell({rebind, from_server(1, MessageType::ack, kOther, kAddress)}),
              ElementsAre("client: T2: asks any server", "192.168.56.200: Extends lease",
                          "client: Lease extended"));
  EXPECT_THAT(tell({naming(from_client(0, MessageType::decline), kServer)}),
              ElementsAre("client: Finds address in use", "192.168.56.100: Avoids address"));
  EXPECT_THAT(
      tell({from_client(0, MessageType::inform), from_server(1, MessageType::ack, kServer, {})}),
      ElementsAre("client: Asks for parameters only", "192.168.56.100: Looks up parameters",
                  "client: Has its parameters"));
}

TEST(TimelineStory, ARetransmissionTellsOnlyThatItIsOne) {
  const DhcpEvent discover = from_client(0, MessageType::discover);
  const DhcpEvent offer = from_server(1, MessageType::offer, kServer, kAddress);
  const DhcpEvent ack = from_server(9, MessageType::ack, kServer, kAddress);
  const DhcpEvent request = naming(from_client(5, MessageType::request), kServer);
  EXPECT_THAT(
      tell({discover, discover, discover, offer, offer}),
      ElementsAre("client: Begins initialization", "client: No answer: asks again",
                  "client: No answer: asks again (2)", "192.168.56.100: Determines configuration"));
  EXPECT_THAT(tell({request, ack, request, ack}),
              ElementsAre("client: Selects configuration", "192.168.56.100: Commits configuration",
                          "client: Initialization complete", "client: Asks again"));
}

TEST(TimelineStory, PutsWhatServersDoSideBySideWhenTheFutureIsKnown) {
  TimelineStory story;
  const DhcpEvent discover = from_client(0, MessageType::discover);
  const DhcpEvent answers[] = {from_server(1, MessageType::offer, kServer, kAddress),
                               from_server(2, MessageType::offer, kOther, kAddress)};
  (void)story.before(discover);
  EXPECT_THAT(story.after(discover, answers),
              ElementsAre(Step{kServer, "Determines configuration"},
                          Step{kOther, "Determines configuration"}));
  EXPECT_THAT(story.before(answers[0]), IsEmpty());
}

}  // namespace
}  // namespace lessor::craft
