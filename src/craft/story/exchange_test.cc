#include "craft/story/exchange.h"

#include "craft/story/test_exchange.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_exchange.h
using wire::MessageType;

/// How the last exchange of these messages came out.
std::string outcome(const std::vector<DhcpEvent>& events) {
  ExchangeTracker tracker;
  for (const DhcpEvent& event : events) (void)tracker.add(event);
  return outcome_text(tracker.at(tracker.count() - 1));
}

DhcpEvent rebind(int ms) {
  DhcpEvent event = from_client(ms, MessageType::request);
  event.ciaddr = kAddress;
  return event;
}

TEST(Exchange, TellsHowItCameOut) {
  const DhcpEvent discover = from_client(0, MessageType::discover);
  const DhcpEvent offer = from_server(1, MessageType::offer, kServer, kAddress);
  const DhcpEvent request = naming(from_client(2, MessageType::request), kServer);
  const DhcpEvent ack = from_server(3, MessageType::ack, kServer, kAddress);
  const DhcpEvent nak = from_server(3, MessageType::nak, kServer, {});
  const DhcpEvent inform = from_client(0, MessageType::inform);
  const std::string lease = "192.168.56.104 for 30s by 192.168.56.100";
  EXPECT_EQ(outcome({discover}), "no answer to DHCPDISCOVER");
  EXPECT_EQ(outcome({discover, offer}), "offered 192.168.56.104, not asked for");
  EXPECT_EQ(outcome({discover, offer, request}), "no answer to DHCPREQUEST");
  EXPECT_EQ(outcome({discover, offer, request, ack}), "bound to " + lease);
  EXPECT_EQ(outcome({discover, offer, request, nak}), "refused by 192.168.56.100");
  EXPECT_EQ(outcome({unicast(from_client(0, MessageType::request)), ack}), "renewed " + lease);
  EXPECT_EQ(outcome({rebind(0), ack}), "rebound to " + lease);
  EXPECT_EQ(outcome({inform, ack}), "informed by 192.168.56.100");
  EXPECT_EQ(outcome({unicast(from_client(0, MessageType::release))}), "released 192.168.56.104");
  EXPECT_EQ(outcome({ack}), "answers only: the question was not captured");
}

TEST(Exchange, BeginsWithEachNewQuestionEvenUnderTheSameXid) {
  ExchangeTracker tracker;
  std::vector<std::size_t> exchanges;
  for (const DhcpEvent& event : {from_client(0, MessageType::discover),
                                 from_server(1, MessageType::offer, kServer, kAddress),
                                 naming(from_client(2, MessageType::request), kServer),
                                 from_server(3, MessageType::ack, kServer, kAddress),
                                 unicast(from_client(4, MessageType::request)),
                                 unicast(from_client(5, MessageType::request)),
                                 from_server(6, MessageType::ack, kServer, kAddress),
                                 unicast(from_client(7, MessageType::release))}) {
    exchanges.push_back(tracker.add(event).exchange);
  }
  EXPECT_EQ(exchanges, (std::vector<std::size_t>{0, 0, 0, 0, 1, 1, 1, 2}));
}

TEST(Exchange, MarksWhatIsWrongWithAnAnswer) {
  ExchangeTracker tracker;
  (void)tracker.add(from_client(0, MessageType::discover));
  EXPECT_EQ(tracker.add(from_server(1, MessageType::offer, kServer, kAddress)).mark, "");
  EXPECT_EQ(tracker.add(from_server(2, MessageType::offer, kOther, kAddress)).mark,
            "Competes with the offer of 192.168.56.100");
  (void)tracker.add(naming(from_client(3, MessageType::request), kServer));
  EXPECT_EQ(tracker.add(from_server(4, MessageType::ack, kServer, {1})).mark,
            "Not the address that it offered");
  EXPECT_EQ(tracker.add(from_server(5, MessageType::ack, kOther, kAddress)).mark,
            "A second server grants, too");
  EXPECT_EQ(tracker.add(from_server(6, MessageType::nak, kOther, {})).mark,
            "Refuses what another server granted");
}

TEST(Exchange, ForgetsWhatIsOldAndGoesOnCounting) {
  ExchangeTracker tracker;
  for (std::uint32_t xid = 0; xid < 100; ++xid) {
    EXPECT_EQ(tracker.add(from_client(0, MessageType::discover, xid)).exchange, xid);
    tracker.forget_old();
  }
  EXPECT_EQ(tracker.count(), 100U);
  EXPECT_EQ(tracker.at(99).xid, 99U);
}

}  // namespace
}  // namespace lessor::craft
