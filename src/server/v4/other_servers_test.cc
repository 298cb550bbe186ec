#include "server/v4/other_servers.h"

#include "server/v4/test_kit.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

using News = OtherServers::News;

Now at(std::int64_t seconds) {
  return {Instant() + Duration::seconds(seconds), WallTime{1'000'000 + seconds}};
}

net::Mac mac(int number) {
  net::Mac m{{std::byte{2}}};
  store_be32(m.octets.data() + 2, static_cast<std::uint32_t>(number));
  return m;
}

ServerSighting seen(ServerSign sign, std::string_view server, int from,
                    net::InterfaceIndex link = kEth0) {
  return {.interface = link,
          .sign = sign,
          .mac = mac(from),
          .source = ip(server),
          .server = ip(server),
          .address = ip("192.0.2.77")};
}
ServerSighting offer(std::string_view server, int from, net::InterfaceIndex link = kEth0) {
  return seen(ServerSign::offer, server, from, link);
}
ServerSighting chosen(net::Ip4 server) {
  return {.interface = kEth0, .sign = ServerSign::chosen, .server = server};
}
ServerSighting chosen(std::string_view server) { return chosen(ip(server)); }

// C3-04: a rogue server is logged, counted and shown.
TEST(OtherServers, TellsOfAServerOnceAndAgainEveryHour) {
  OtherServers others;
  EXPECT_EQ(others.note(at(0), offer("192.0.2.9", 9)), News::first);
  EXPECT_EQ(others.note(at(1), seen(ServerSign::ack, "192.0.2.9", 9)), News::none);
  EXPECT_EQ(others.note(at(3'599), offer("192.0.2.9", 9)), News::none);
  EXPECT_EQ(others.note(at(3'600), offer("192.0.2.9", 9)), News::again);
  EXPECT_EQ(others.note(at(3'601), offer("192.0.2.9", 9)), News::none);
  ASSERT_EQ(others.seen().size(), 1U);
  const OtherServer& other = others.seen()[0];
  EXPECT_EQ(other.counts[static_cast<std::size_t>(ServerSign::offer)], 4U);
  EXPECT_EQ(other.counts[static_cast<std::size_t>(ServerSign::ack)], 1U);
  EXPECT_EQ(other.first_at, at(0).wall);
  EXPECT_EQ(other.last_at, at(3'601).wall);
  EXPECT_EQ(others.messages(), 5U);
}

TEST(OtherServers, TellsThemApartByLinkMacAndIdentifier) {
  OtherServers others;
  EXPECT_EQ(others.note(at(0), offer("192.0.2.9", 9)), News::first);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.9", 9, kEth1)), News::first);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.9", 8)), News::first);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.8", 9)), News::first);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.8", 9)), News::none);
}

TEST(OtherServers, OneThatClientsNameIsTheOneThatIsHeard) {
  OtherServers others;
  EXPECT_EQ(others.note(at(0), chosen("192.0.2.9")), News::first);
  EXPECT_EQ(others.note(at(1), seen(ServerSign::nak, "192.0.2.9", 9)), News::none);
  EXPECT_EQ(others.note(at(2), chosen("192.0.2.9")), News::none);
  ASSERT_EQ(others.seen().size(), 1U);
  EXPECT_EQ(others.seen()[0].last.mac, mac(9));
  EXPECT_EQ(others.seen()[0].last.source, ip("192.0.2.9"));
}

TEST(OtherServers, NeitherKnownServersNorThisHostAreOthers) {
  OtherServers others;
  net::Interface own;
  own.index = kEth0;
  own.mac = mac(1);
  own.addresses = {{ip("192.0.2.1"), 24}};
  others.set_interfaces(net::InterfaceTable({own}));
  others.set_policy({.addresses = {ip("192.0.2.5")}, .macs = {mac(6)}});
  EXPECT_EQ(others.note(at(0), offer("192.0.2.5", 5)), News::none);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.66", 6)), News::none);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.1", 1)), News::none);
  ServerSighting relayed = offer("192.0.2.1", 7);
  relayed.giaddr = ip("192.0.2.3");
  EXPECT_EQ(others.note(at(0), relayed), News::none);
  EXPECT_EQ(others.messages(), 0U);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.1", 7)), News::first);  // it says that it is us
}

TEST(OtherServers, OneThatIsKnownFromNowOnLeavesTheList) {
  OtherServers others;
  (void)others.note(at(0), offer("192.0.2.9", 9));
  (void)others.note(at(0), offer("192.0.2.8", 8));
  others.set_policy({.addresses = {ip("192.0.2.9")}});
  ASSERT_EQ(others.seen().size(), 1U);
  EXPECT_EQ(others.seen()[0].last.server, ip("192.0.2.8"));
}

// C3-04
TEST(OtherServers, AFloodOfForgedOnesFillsOneLinksShareAndOneLine) {
  OtherServers others;
  EXPECT_EQ(others.note(at(0), offer("192.0.2.9", 9)), News::first);
  std::size_t lines = 0;
  for (int i = 0; i < 100'000; ++i) {
    lines += others.note(at(i / 1'000), offer("192.0.2.10", 1'000 + i)) == News::none ? 0 : 1;
  }
  EXPECT_EQ(others.seen().size(), kOtherServersOfLink);
  EXPECT_EQ(lines, kOtherServersOfLink);  // fifteen of them, and one that there are more
  EXPECT_EQ(others.unlisted(), 100'000U - (kOtherServersOfLink - 1));
  EXPECT_EQ(others.note(at(100), offer("192.0.2.9", 9)), News::none);  // still listed
  EXPECT_EQ(others.note(at(100), offer("192.0.2.9", 9, kEth1)), News::first);
}

TEST(OtherServers, WhatClientsNameTakesHalfOfALinksShareAtMost) {
  OtherServers others;
  for (std::uint32_t i = 1; i <= 100; ++i) (void)others.note(at(0), chosen(net::Ip4{i}));
  EXPECT_EQ(others.seen().size(), kChosenServersOfLink);
  EXPECT_EQ(others.note(at(0), offer("192.0.2.9", 9)), News::first);
}

TEST(OtherServers, AllLinksTogetherAreBoundedToo) {
  OtherServers others;
  for (net::InterfaceIndex link = 1; link <= 1'000; ++link) {
    (void)others.note(at(0), offer("192.0.2.9", 9, link));
  }
  EXPECT_EQ(others.seen().size(), kOtherServers);
}

TEST(OtherServers, OneThatHasGoneForLongMakesRoom) {
  OtherServers others;
  for (int i = 0; i < 20; ++i) (void)others.note(at(0), offer("192.0.2.9", i));
  (void)others.note(at(500), offer("192.0.2.9", 1));
  EXPECT_EQ(others.note(at(599), offer("192.0.2.9", 100)), News::none);
  EXPECT_EQ(others.note(at(600), offer("192.0.2.9", 100)), News::first);
  EXPECT_EQ(others.seen().size(), kOtherServersOfLink);
  EXPECT_EQ(others.note(at(601), offer("192.0.2.9", 1)), News::none);
}

TEST(ReadServerMessage, IsOneOfAServersOnly) {
  const auto read = [](const Octets& bytes) { return read_server_message(bytes); };
  Say say = discover(host(1));
  const Bytes said = say.said().payload;
  Octets bytes(said.begin(), said.end());
  EXPECT_FALSE(read(bytes));  // a client's
  bytes[0] = std::byte{2};
  EXPECT_FALSE(read(bytes));  // a client's type with a server's op
  const auto type = std::ranges::search(bytes, octets({53, 1, 1})).begin();
  ASSERT_NE(type, bytes.end());
  for (const int kind : {2, 5, 6}) {
    type[2] = static_cast<std::byte>(kind);
    ASSERT_TRUE(read(bytes));
    EXPECT_EQ(read(bytes)->server, net::kIp4Any);  // it has no option 54
  }
  EXPECT_EQ(read(bytes)->sign, ServerSign::nak);
  EXPECT_FALSE(read({}));
  EXPECT_FALSE(read(Octets(100)));
}

// The engine says to whom a client's REQUEST goes that is not for us.
TEST(OtherServers, ARequestForAnotherServerTellsWhichOne) {
  Site site(one_subnet());
  (void)site.hear(selecting(host(1), ip("192.0.2.10"), "192.0.2.99"));
  const auto events = site.take_events();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().reason, Reason::other_server);
  EXPECT_EQ(events.back().server, ip("192.0.2.99"));
}

}  // namespace
}  // namespace lessor::server::v4::testing
