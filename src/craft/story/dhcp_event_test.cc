#include "craft/story/dhcp_event.h"

#include "craft/story/test_exchange.h"
#include "craft/test_frames.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h and test_exchange.h
using wire::MessageType;

TEST(ReadEvent, TakesTheFactsOfAMessage) {
  const Octets frame = udp_frame(testing::from_server(), offer());
  const auto event = read_event(dissect(frame), Duration::seconds(5));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->since_1970, Duration::seconds(5));
  EXPECT_EQ(event->type, MessageType::offer);
  EXPECT_EQ(event->xid, 0x1aedU);
  EXPECT_EQ(net::to_string(event->client), "c0:01:1b:69:00:00");
  EXPECT_EQ(event->yiaddr, kAddress);
  EXPECT_EQ(event->server_identifier, kServer);
  EXPECT_EQ(event->lease_time, Duration::seconds(600));
  EXPECT_EQ(event->renewal_time, std::nullopt);
  EXPECT_TRUE(event->broadcast());
}

TEST(ReadEvent, IsNothingWithoutAWholeMessage) {
  EXPECT_FALSE(read_event(dissect(udp_frame({.destination_port = 53}, offer())), {}));
  Octets cut = offer();
  cut.resize(245);
  EXPECT_FALSE(read_event(dissect(udp_frame(testing::from_server(), cut)), {}));
  EXPECT_FALSE(read_event(dissect({}), {}));
}

TEST(ReadAnyEvent, ReadsWhatStandsBeforeTheBreak) {
  Octets cut = offer();
  cut.resize(wire::kOptionsOffset + 3 + 6 + 6 + 5);  // 53, 54, 51, a piece of 15
  const auto event = read_any_event(dissect(udp_frame(testing::from_server(), cut)), {});
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->broken);
  EXPECT_EQ(event->type, MessageType::offer);
  EXPECT_EQ(event->server_identifier, kServer);
  EXPECT_EQ(event->lease_time, Duration::seconds(600));
}

// RFC 2131 4.3.2: by server identifier, ciaddr and destination.
TEST(DhcpEvent, TellsTheFourKindsOfRequestsApart) {
  const DhcpEvent request = from_client(0, MessageType::request);
  EXPECT_EQ(naming(request, kServer).request_state(), RequestState::selecting);
  EXPECT_EQ(request.request_state(), RequestState::init_reboot);
  EXPECT_EQ(unicast(request).request_state(), RequestState::renewing);
  DhcpEvent rebinding = request;
  rebinding.ciaddr = kAddress;
  EXPECT_EQ(rebinding.request_state(), RequestState::rebinding);
}

TEST(DhcpEvent, KnowsItsServerByOptionElseByAddress) {
  const DhcpEvent request = from_client(0, MessageType::request);
  EXPECT_EQ(request.server(), std::nullopt);
  EXPECT_EQ(naming(request, kOther).server(), kOther);
  EXPECT_EQ(unicast(request).server(), kServer);
  DhcpEvent answer = from_server(0, MessageType::ack, kServer, kAddress);
  answer.server_identifier.reset();
  EXPECT_EQ(answer.server(), kServer);
}

}  // namespace
}  // namespace lessor::craft
