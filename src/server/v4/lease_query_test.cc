// DHCPLEASEQUERY (RFC 4388), as the server answers it.
#include "server/v4/lease_query.h"

#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kRelay = "10.9.9.9";

config::ServerConfig usual() {
  return load(R"("hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_lease_query.so",
      "parameters": {"requesters": ["192.0.2.254", "10.9.9.9"]}}],
    "calculate-tee-times": true, "valid-lifetime": 3600,
    "subnet4": [
      {"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
       "option-data": [{"name": "routers", "data": "192.0.2.1"}],
       "reservations": [{"hw-address": "02:00:00:00:00:07", "ip-address": "192.0.2.77",
         "option-data": [{"name": "ntp-servers", "data": "192.0.2.7"}]}]},
      {"id": 2, "subnet": "10.0.0.0/24", "pools": [{"pool": "10.0.0.10-10.0.0.19"}]}])");
}

/// A query as RFC 4388 6.2 has it: without chaddr until it gets one.
Say query() {
  Say say = Say(MessageType::leasequery, host(0)).through(kRelay);
  say.header().set_hardware_address({.type = 0, .size = 0});
  return say;
}
Say by_address(std::string_view address) { return query().having(address); }
Say by_hardware(const Host& h) {
  Say say = query();
  say.header().set_hardware_address(h.hardware());
  return say;
}
Say by_id(Octets id) { return query().with(61, std::move(id)); }

std::uint64_t silences(Site& site, Reason reason) {
  return site.engine().counters().silent[static_cast<std::size_t>(reason)];
}

// R4388-6-a: "The server MUST respond to queries by IP address, by MAC address and by client
// identifier".
TEST(LeaseQuery, FindsALeaseByAddressHardwareAndIdentifier) {
  Site site(usual());
  const Host h = host_with_id(1, octets({0, 1, 2, 3}));
  ASSERT_EQ(site.lease(h), "192.0.2.10");
  for (Say say : {by_address("192.0.2.10"), by_hardware(h), by_id(h.id)}) {
    const auto reply = site.hear(say.xid(77));
    ASSERT_TRUE(reply) << to_string(site.why());
    EXPECT_EQ(reply->type(), MessageType::leaseactive);
    EXPECT_EQ(net::to_string(reply->view().ciaddr()), "192.0.2.10");
    EXPECT_EQ(reply->yiaddr(), "0.0.0.0");
    EXPECT_EQ(reply->view().chaddr(), h.hardware());
    EXPECT_EQ(reply->view().xid(), 77U);
    EXPECT_EQ(net::to_string(reply->view().giaddr()), kRelay);
    EXPECT_EQ(reply->option(61), h.id);
    EXPECT_EQ(net::to_string(net::Ip4{reply->number(54)}), "192.0.2.1");
    EXPECT_EQ(reply->option(92), std::nullopt);
    EXPECT_EQ(net::to_string(reply->envelope().destination), kRelay);
    EXPECT_EQ(reply->envelope().destination_port, wire::kServerPort);
    // Not to whoever sent the frame: giaddr may be made up.
    EXPECT_EQ(reply->envelope().target_mac, net::Mac());
  }
}

// R4388-6-c: times are what is left of them, R4388-6-d: and the client's silence is told.
TEST(LeaseQuery, CountsTimesFromNow) {
  Site site(usual());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(600);
  const auto early = site.hear(by_address("192.0.2.10"));
  EXPECT_EQ(early->number(51), 3'000U);
  EXPECT_EQ(early->number(58), 1'200U);
  EXPECT_EQ(early->number(59), 2'550U);
  EXPECT_EQ(early->number(91), 600U);
  site.pass_seconds(1'800);
  const auto late = site.hear(by_address("192.0.2.10"));
  EXPECT_EQ(late->number(51), 1'200U);
  EXPECT_EQ(late->option(58), std::nullopt);
  EXPECT_EQ(late->number(59), 750U);
  EXPECT_EQ(late->number(91), 2'400U);
  ASSERT_TRUE(site.hear(renewing(host(1), "192.0.2.10")));
  EXPECT_EQ(site.hear(by_address("192.0.2.10"))->number(91), 0U);
}

TEST(LeaseQuery, AnInfiniteLeaseStaysInfinite) {
  config::ServerConfig config = usual();
  for (config::Subnet& each : config.subnets) {
    each.lifetimes = {Duration::infinite(), Duration::infinite(), Duration::infinite()};
  }
  Site site(std::move(config));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(5'000);
  const auto reply = site.hear(by_address("192.0.2.10"));
  EXPECT_EQ(reply->number(51), UINT32_MAX);
  EXPECT_EQ(reply->option(58), std::nullopt);
  EXPECT_EQ(reply->number(91), 5'000U);
}

// R4388-6-c: UNASSIGNED for what can be leased here and is not; UNKNOWN for all else.
TEST(LeaseQuery, TellsUnassignedFromUnknown) {
  Site site(usual());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  const auto type_of_answer = [&](std::string_view address) {
    const auto reply = site.hear(by_address(address));
    EXPECT_TRUE(reply);
    EXPECT_EQ(net::to_string(reply->view().ciaddr()), address);
    EXPECT_EQ(reply->codes(), reply->type() == MessageType::leaseactive
                                  ? (std::vector<int>{53, 54, 51, 91, 58, 59, 255})
                                  : (std::vector<int>{53, 54, 255}));
    return reply->type();
  };
  EXPECT_EQ(type_of_answer("192.0.2.10"), MessageType::leaseactive);
  EXPECT_EQ(type_of_answer("192.0.2.11"), MessageType::leaseunassigned);  // in a pool
  EXPECT_EQ(type_of_answer("192.0.2.77"), MessageType::leaseunassigned);  // reserved
  EXPECT_EQ(type_of_answer("192.0.2.99"), MessageType::leaseunknown);     // in the subnet only
  EXPECT_EQ(type_of_answer("203.0.113.1"), MessageType::leaseunknown);
  (void)site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(type_of_answer("192.0.2.10"), MessageType::leaseunassigned);
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(3'601);
  EXPECT_EQ(type_of_answer("192.0.2.10"), MessageType::leaseunassigned);
}

// R4388-6-b: "UNKNOWN MUST NOT carry other options".
TEST(LeaseQuery, AnUnknownClientIsUnknown) {
  Site site(usual());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  for (Say say : {by_hardware(host(2)), by_id(octets({9, 9}))}) {
    const auto reply = site.hear(say.wanting({1, 3, 6, 51, 82}));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->type(), MessageType::leaseunknown);
    EXPECT_EQ(reply->codes(), (std::vector<int>{53, 54, 255}));
  }
  EXPECT_EQ(site.hear(by_hardware(host(2)))->view().chaddr(), host(2).hardware());
}

// R4388-6-c: the lease that the client spoke of last, and all of them in associated-ip.
TEST(LeaseQuery, OfSeveralLeasesTheLatest) {
  Site site(usual());
  const Host h = host(1);
  ASSERT_EQ(site.lease(h), "192.0.2.10");
  site.pass_seconds(10);
  const auto offer = site.hear(discover(h).on(kEth1));
  ASSERT_TRUE(offer);
  ASSERT_TRUE(site.hear(selecting(h, offer->view().yiaddr(), "10.0.0.1").on(kEth1)));
  const auto both = site.hear(by_hardware(h));
  EXPECT_EQ(net::to_string(both->view().ciaddr()), "10.0.0.10");
  Octets all = ip_octets("10.0.0.10");
  for (const std::byte octet : ip_octets("192.0.2.10")) all.push_back(octet);
  EXPECT_EQ(both->option(92), all);
  site.pass_seconds(10);
  ASSERT_TRUE(site.hear(renewing(h, "192.0.2.10")));
  EXPECT_EQ(net::to_string(site.hear(by_hardware(h))->view().ciaddr()), "192.0.2.10");
  // By address it is that lease, whatever its client has besides.
  const auto one = site.hear(by_address("10.0.0.10"));
  EXPECT_EQ(net::to_string(one->view().ciaddr()), "10.0.0.10");
  EXPECT_EQ(one->option(92), std::nullopt);
  (void)site.hear(release(h, "10.0.0.10", "10.0.0.1").on(kEth1));
  EXPECT_EQ(site.hear(by_hardware(h))->option(92), std::nullopt);
}

TEST(LeaseQuery, TellsTheOptionsThatAreAskedFor) {
  Site site(usual());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  ASSERT_TRUE(site.hear(selecting(host(7), "192.0.2.77").with(12, text("printer"))));
  const auto plain = site.hear(by_address("192.0.2.10").wanting({3, 1, 42, 12}));
  EXPECT_EQ(plain->codes(), (std::vector<int>{53, 54, 51, 91, 1, 3, 58, 59, 255}));
  const auto reserved = site.hear(by_address("192.0.2.77").wanting({42, 12}));
  EXPECT_EQ(reserved->option(42), ip_octets("192.0.2.7"));
  EXPECT_EQ(reserved->option(12), text("printer"));
  EXPECT_EQ(reserved->option(3), std::nullopt);
}

// B31: by whatever way it comes.
TEST(LeaseQuery, OnlyRequestersAreAnswered) {
  Site site(usual());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_FALSE(site.hear(by_address("192.0.2.10").through("192.0.2.253")));
  EXPECT_EQ(site.why(), Reason::not_a_requester);
  Say direct = by_address("192.0.2.10");
  direct.header().giaddr = {};  // R4388-6-a: giaddr is not zero
  EXPECT_FALSE(site.hear(direct));
  EXPECT_EQ(site.why(), Reason::not_a_requester);
  EXPECT_TRUE(site.hear(by_address("192.0.2.10").through("192.0.2.254")));
  EXPECT_EQ(silences(site, Reason::not_a_requester), 2U);
}

// R4388-6-a: exactly one of the three.
TEST(LeaseQuery, AsksByOneThing) {
  Site site(usual());
  const Host h = host_with_id(1, octets({0, 1, 2, 3}));
  ASSERT_EQ(site.lease(h), "192.0.2.10");
  EXPECT_FALSE(site.hear(query()));
  EXPECT_FALSE(site.hear(by_hardware(h).having("192.0.2.10")));
  EXPECT_FALSE(site.hear(by_hardware(h).with(61, h.id)));
  EXPECT_FALSE(site.hear(by_address("192.0.2.10").with(61, h.id)));
  EXPECT_EQ(site.why(), Reason::unclear_query);
  EXPECT_EQ(silences(site, Reason::unclear_query), 4U);
  // A chaddr of zeros names nobody.
  Say zeros = by_address("192.0.2.10");
  zeros.header().set_hardware_address({.type = 1, .size = 6});
  EXPECT_TRUE(site.hear(zeros));
  EXPECT_FALSE(site.hear(by_address("192.0.2.10").to_server("192.0.2.9")));
  EXPECT_EQ(site.why(), Reason::other_server);
  EXPECT_TRUE(site.hear(by_address("192.0.2.10").to_server("192.0.2.1")));
  EXPECT_FALSE(site.hear(by_address("192.0.2.10").with(51, octets({1}))));
  EXPECT_EQ(site.why(), Reason::bad_option);
}

TEST(LeaseQuery, NothingIsAnsweredWithoutTheHook) {
  Site site;
  EXPECT_FALSE(site.hear(by_address("192.0.2.10")));
  EXPECT_EQ(site.why(), Reason::no_identity);
  EXPECT_FALSE(site.hear(by_hardware(host(1))));
  EXPECT_EQ(site.why(), Reason::not_for_servers);
  site.reload(usual());
  EXPECT_TRUE(site.hear(by_address("192.0.2.10")));
  site.reload(one_subnet());
  EXPECT_FALSE(site.hear(by_address("192.0.2.10")));
}

/// Nobody hears of a lease that a crash could still undo.
TEST(LeaseQuery, WaitsForTheLeaseToBeOnDisk) {
  Site site(usual());
  site.hold_disk();
  const auto offer = site.hear(discover(host(1)));
  ASSERT_TRUE(offer);
  EXPECT_FALSE(site.hear(selecting(host(1), offer->view().yiaddr())));
  EXPECT_FALSE(site.hear(by_address("192.0.2.10")));
  EXPECT_EQ(site.hear(by_address("192.0.2.11"))->type(), MessageType::leaseunassigned);
  site.flush();
  EXPECT_EQ(site.next_reply()->type(), MessageType::ack);
  EXPECT_EQ(site.next_reply()->type(), MessageType::leaseactive);
}

TEST(LeaseQuery, ChangesNothingAndIsCounted) {
  Site site(usual());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  const auto before = site.changes().last();
  (void)site.take_events();
  (void)site.hear(by_address("192.0.2.10"));
  (void)site.hear(by_address("192.0.2.11"));
  (void)site.hear(by_address("192.0.2.99"));
  EXPECT_EQ(site.changes().last(), before);
  const std::vector<Event> told = site.take_events();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].kind, EventKind::lease_told);
  EXPECT_EQ(told[0].detail, static_cast<std::uint8_t>(MessageType::leaseactive));
  EXPECT_EQ(told[0].address, ip("192.0.2.10"));
  std::size_t seen = 0;
  for (const Statistic& each : statistics(site.engine().counters())) {
    if (!each.name.starts_with("pkt4-lease-query")) continue;
    ++seen;
    EXPECT_EQ(each.value, each.name == "pkt4-lease-query-received" ? 3U : 1U) << each.name;
  }
  EXPECT_EQ(seen, 4U);
}

/// B29: a subnet that a reload took away leaves its leases, and they are told without options.
TEST(LeaseQuery, ALeaseOutsideOfEverySubnetIsStillOne) {
  Site site(usual());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  config::ServerConfig config = usual();
  std::erase_if(config.subnets, [](const config::Subnet& each) { return each.id == 1; });
  config.build_indexes();
  site.reload(std::move(config));
  const auto reply = site.hear(by_address("192.0.2.10").wanting({1, 3}));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->type(), MessageType::leaseactive);
  EXPECT_EQ(reply->codes(), (std::vector<int>{53, 54, 51, 91, 255}));
}

}  // namespace
}  // namespace lessor::server::v4::testing
