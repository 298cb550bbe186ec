// What the server makes of every bad message that docs/bad-input.md lists, and what is left of it
// afterwards.

#include "server/v4/test_kit.h"
#include "wire/test_seeds.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

using wire::testing::bad_message_answers;
using wire::testing::bad_seed;
using wire::testing::bad_seeds;
using wire::testing::Role;

/// The message as it comes by eth0: of a relay where it says so, of a client with an address by
/// unicast, else to everybody.
net::Datagram coming_in(Bytes message) {
  net::Datagram in;
  in.payload = message;
  in.destination = net::kIp4Broadcast;
  in.source_port = wire::kClientPort;
  in.destination_port = wire::kServerPort;
  in.interface = kEth0;
  in.framed = true;
  in.source_mac = host(1).mac;
  in.destination_mac = net::kMacBroadcast;
  if (message.size() < wire::kHeaderSize) return in;
  const wire::HeaderView header(message);
  if (header.giaddr() == ip("192.0.2.254")) {
    in.source = header.giaddr();
    in.source_port = wire::kServerPort;
    in.destination = kServer;
  } else if (!header.ciaddr().is_zero()) {
    in.source = header.ciaddr();
    in.destination = kServer;
  }
  return in;
}

/// "offer", "ack", "nak", or why nothing was said.
std::string answer_of(Site& site, Bytes message) {
  (void)site.take_events();
  const auto reply = site.hear(coming_in(message));
  if (!reply) return std::string(name_of(site.why()));
  if (reply->type() == MessageType::offer) return "offer";
  if (reply->type() == MessageType::ack) return "ack";
  return reply->type() == MessageType::nak ? "nak" : "another message";
}

// B01-B50 as far as they are messages.
TEST(ServerBadInput, EveryBadMessageHasItsAnswer) {
  auto answers = bad_message_answers(Role::server);
  for (const auto& [name, octets] : bad_seeds("message")) {
    Site site;
    EXPECT_EQ(answer_of(site, octets), answers[name]) << "ANSWER " << name;
    answers.erase(name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

}  // namespace
}  // namespace lessor::server::v4::testing
