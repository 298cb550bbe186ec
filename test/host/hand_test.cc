// What the hand does to a host, seen by `ip` and by the files; and what it does when the main
// process lies to it, or dies.

#include "hand_fixture.h"

#include "runtime/netlink_socket.h"

#include <array>
#include <gmock/gmock.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace lessor::host::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(HandTest, PutsALeaseOnTheHostAndPutsTheHostBack) {
  const std::string before = picture();
  Hand hand = start(plan);
  net::HostSettings settings = lease();
  settings.hostname = "given";
  obeyed(hand, hand.configure("s0", settings));
  EXPECT_THAT(say("ip -o -4 address show dev s0"),
              AllOf(HasSubstr("192.0.2.10/24 brd 192.0.2.255"), HasSubstr("valid_lft 3600sec"),
                    HasSubstr("preferred_lft 3600sec")));
  EXPECT_EQ(say("ip -4 route show | sed 's/ *$//'"),
            "default via 192.0.2.1 dev s0 proto dhcp src 192.0.2.10\n"
            "192.0.2.0/24 dev s0 proto kernel scope link src 192.0.2.10\n"
            "198.51.100.0/24 via 192.0.2.2 dev s0 proto dhcp src 192.0.2.10\n");
  EXPECT_THAT(say("ip link show s0"), HasSubstr("mtu 1400"));
  EXPECT_THAT(folder.read("resolv.conf"), HasSubstr("domain example.org\nnameserver 192.0.2.53\n"));
  EXPECT_EQ(say("hostname"), "given\n");
  obeyed(hand, hand.deconfigure("s0"));
  EXPECT_EQ(picture(), before);
  obeyed(hand, hand.configure("s0", settings));
  end(hand);
  EXPECT_EQ(picture(), before);
}

TEST_F(HandTest, RoutesOfAMetricAndATableAreThere) {
  const std::string before = picture();
  Hand hand = start(plan);
  net::HostSettings settings = lease();
  settings.metric = 700;
  settings.table = 1'000;
  obeyed(hand, hand.configure("s0", settings));
  EXPECT_EQ(say("ip -4 route show"), "");
  EXPECT_EQ(say("ip -4 route show table 1000 | sed 's/ *$//'"),
            "default via 192.0.2.1 dev s0 proto dhcp src 192.0.2.10 metric 700\n"
            "192.0.2.0/24 dev s0 proto dhcp scope link src 192.0.2.10 metric 700\n"
            "198.51.100.0/24 via 192.0.2.2 dev s0 proto dhcp src 192.0.2.10 metric 700\n");
  end(hand);
  EXPECT_EQ(picture(), before);
}

TEST_F(HandTest, ARefreshRenewsTheLifetimeAndTouchesNothingElse) {
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  auto events = runtime::NetlinkSocket::subscribe(RTMGRP_IPV4_ROUTE | RTMGRP_LINK);
  ASSERT_TRUE(events);
  net::HostSettings settings = lease();
  settings.lifetime = Duration::seconds(7'200);
  obeyed(hand, hand.configure("s0", settings));
  EXPECT_FALSE(events->discard_events());
  EXPECT_THAT(say("ip -o -4 address show dev s0"), HasSubstr("valid_lft 7200sec"));
  end(hand);
}

TEST_F(HandTest, AnotherLeaseTakesTheFirstOnesPlace) {
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  net::HostSettings other = lease();
  other.address = prefix("192.0.2.11/24");
  other.mtu.reset();
  other.routes = {{.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.3")}};
  other.name_servers = {ip("192.0.2.54")};
  obeyed(hand, hand.configure("s0", other));
  EXPECT_EQ(say("ip -4 route show | sed 's/ *$//'"),
            "default via 192.0.2.3 dev s0 proto dhcp src 192.0.2.11\n"
            "192.0.2.0/24 dev s0 proto kernel scope link src 192.0.2.11\n");
  EXPECT_THAT(say("ip -o -4 address show"), Not(HasSubstr("192.0.2.10")));
  EXPECT_THAT(say("ip link show s0"), HasSubstr("mtu 1500"));
  EXPECT_THAT(folder.read("resolv.conf"), Not(HasSubstr("192.0.2.53")));
  end(hand);
}

TEST_F(HandTest, NamesAloneLeaveTheInterfaceAlone) {
  EXPECT_EQ(say("ip address add 192.0.2.7/24 dev s0"), "");
  const std::string before = say("ip address show s0; ip route show");
  Hand hand = start(plan);
  net::HostSettings names = lease();
  names.address = {};
  names.routes.clear();
  names.mtu.reset();
  obeyed(hand, hand.configure("s0", names));
  EXPECT_EQ(say("ip address show s0; ip route show"), before);
  EXPECT_THAT(folder.read("resolv.conf"), HasSubstr("nameserver 192.0.2.53"));
  end(hand);
  EXPECT_EQ(folder.read("resolv.conf"), "nameserver 203.0.113.1\n");
}

TEST_F(HandTest, RoutesThatWereLostComeBackWithARefresh) {
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  const std::string routes = say("ip -4 route show");
  EXPECT_EQ(say("ip link set s0 down && ip link set s0 up"), "");
  obeyed(hand, hand.configure("s0", lease()));
  EXPECT_EQ(say("ip -4 route show"), routes);
  end(hand);
}

TEST_F(HandTest, WhatOthersMadeStaysAsItIs) {
  EXPECT_EQ(say("ip address add 203.0.113.5/24 dev c0 && ip route add default via 203.0.113.1 && "
                "ip address add 203.0.113.130/25 dev s0 && "
                "ip route add 198.18.0.0/15 dev s0 proto dhcp metric 9"),
            "");
  const std::string before = picture();
  Hand hand = start(plan);
  const auto reports = hear(hand, hand.configure("s0", lease()));
  EXPECT_THAT(texts(reports, ReportKind::trouble),
              Contains(HasSubstr("0.0.0.0/0 via 192.0.2.1 by s0: there is another route to it")));
  EXPECT_THAT(say("ip -4 route show"),
              AllOf(HasSubstr("default via 203.0.113.1"), Not(HasSubstr("default via 192.0.2.1"))));
  obeyed(hand, hand.deconfigure("s0"));
  EXPECT_EQ(picture(), before);
  end(hand);
}

TEST_F(HandTest, AnAddressThatTheHostHadForGoodIsPutBackForGood) {
  EXPECT_EQ(say("ip address add 192.0.2.10/24 brd + dev s0"), "");
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  EXPECT_THAT(say("ip -o -4 address show dev s0"), HasSubstr("valid_lft 3600sec"));
  end(hand);
  EXPECT_THAT(say("ip -o -4 address show dev s0"),
              AllOf(HasSubstr("192.0.2.10/24"), HasSubstr("valid_lft forever")));
}

TEST_F(HandTest, AKilledMainProcessLeavesTheHostAsItWas) {
  const std::string before = picture();
  in_a_main_process_that_is_killed([&] {
    Hand hand = start(plan);
    obeyed(hand, hand.configure("s0", lease()));
    if (picture() == before) std::abort();
    new Hand(std::move(hand));  // lives until the process dies
  });
  EXPECT_TRUE(becomes([&] { return picture() == before; })) << picture();
}

TEST_F(HandTest, AnEarlierRunsAddressIsKnownAndReplaced) {
  Hand first = start(plan);
  obeyed(first, first.configure("s0", lease()));
  end(first, Farewell::leave);
  EXPECT_THAT(say("ip -o -4 address show"), HasSubstr("192.0.2.10/24"));
  Hand second = start(plan);
  net::HostSettings other = lease();
  other.address = prefix("192.0.2.11/24");
  obeyed(second, second.configure("s0", other));
  EXPECT_THAT(say("ip -o -4 address show; ip route show"), Not(HasSubstr("192.0.2.10")));
  end(second);
  EXPECT_EQ(folder.read("resolv.conf"), "nameserver 203.0.113.1\n");
}

TEST_F(HandTest, TheHardwareAddressIsSetAndPutBack) {
  const std::string before = picture();
  Hand hand = start(plan);
  const net::Mac mac = net::parse_mac("06:11:22:33:44:55").value_or(net::Mac());
  obeyed(hand, hand.set_mac("s0", mac));
  EXPECT_THAT(say("ip link show s0"), AllOf(HasSubstr("06:11:22:33:44:55"), HasSubstr(",UP")));
  end(hand);
  EXPECT_EQ(picture(), before);
}

TEST_F(HandTest, ATestTouchesNothingAndSaysWhatItWouldDo) {
  const std::string before = picture();
  plan.test = true;
  plan.hook = hook("#!/bin/sh\ntouch " + folder.at("ran") + "\n");
  Hand hand = start(plan);
  const auto said = texts(hear(hand, hand.configure("s0", lease())), ReportKind::said);
  EXPECT_THAT(said, Contains("would add 192.0.2.10/24 to s0 for 1h"));
  EXPECT_THAT(said, Contains("would add the route 0.0.0.0/0 via 192.0.2.1 by s0"));
  EXPECT_THAT(said, Contains("would set the MTU of s0 to 1400"));
  EXPECT_THAT(texts(hear(hand, hand.configure("s0", lease())), ReportKind::said),
              ::testing::ElementsAre("would keep 192.0.2.10/24 on s0 for 1h",
                                     HasSubstr("would write " + plan.resolv_conf)));
  obeyed(hand, hand.write_lease_file("s0.lease", "x"));
  obeyed(hand, hand.run_hook("s0", {{.name = "LESSOR_A", .value = "b"}}));
  EXPECT_EQ(picture(), before);
  end(hand);
  EXPECT_EQ(picture(), before);
  EXPECT_FALSE(folder.has("ran") || folder.has("state") || folder.has("locks"));
}

TEST_F(HandTest, OrdersThatAreNotAllowedOrMakeNoSenseAreRefused) {
  const std::string before = picture();
  Hand hand = start(plan);
  net::HostSettings nonsense = lease();
  nonsense.domain = "a\nnameserver 6.6.6.6";
  const auto failed = [&](const runtime::Result<Ticket>& ticket) {
    return hear(hand, ticket).back().kind == ReportKind::failed;
  };
  EXPECT_TRUE(failed(hand.configure("c0", lease())));
  EXPECT_TRUE(failed(hand.configure("s0", nonsense)));
  EXPECT_TRUE(failed(hand.run_hook("s0", {})));  // there is none
  EXPECT_TRUE(failed(hand.write_lease_file("../s0.lease", "x")));
  EXPECT_EQ(picture(), before);
  end(hand);
}

TEST_F(HandTest, GarbageOnTheSocketChangesNothing) {
  Hand hand = start(plan);
  const std::string before = picture();
  std::array<unsigned char, 700> garbage{};
  std::uint32_t state = 1;
  for (int i = 0; i < 2'000; ++i) {
    for (unsigned char& octet : garbage) {
      state = state * 1'664'525U + 1'013'904'223U;
      octet = static_cast<unsigned char>(state >> 24);
    }
    if (i % 2 == 0) garbage[0] = 1;
    if (i % 2 == 0) garbage[1] = static_cast<unsigned char>(1 + i / 2 % 6);  // not "finish"
    const std::size_t size = 1 + state % garbage.size();
    ASSERT_EQ(::send(hand.descriptor(), garbage.data(), size, 0), static_cast<ssize_t>(size));
    (void)hand.take_reports();
  }
  const std::vector<char> huge(100'000, 1);
  (void)!::send(hand.descriptor(), huge.data(), huge.size(), 0);
  EXPECT_EQ(picture(), before);
  obeyed(hand, hand.configure("s0", lease()));
  end(hand);
  EXPECT_EQ(picture(), before);
}

TEST_F(HandTest, TheHookRunsAndItsLinesAndCodeAreReported) {
  plan.hook = hook("#!/bin/sh\necho \"$LESSOR_IP on $LESSOR_IF\"\nexit 5\n");
  Hand hand = start(plan);
  const auto reports = hear(hand, hand.run_hook("s0", {{.name = "LESSOR_IP", .value = "192.0.2.10"},
                                                       {.name = "LESSOR_IF", .value = "s0"}}));
  EXPECT_THAT(texts(reports, ReportKind::said), Contains("192.0.2.10 on s0"));
  EXPECT_EQ(reports.back().kind, ReportKind::done);
  EXPECT_EQ(reports.back().code, 5);
  end(hand);
}

TEST_F(HandTest, AHookThatHangsHoldsUpNothingForLongerThanItsTime) {
  plan.hook = hook("#!/bin/sh\nsleep 1000\n");
  plan.hook_timeout = Duration::milliseconds(300);
  Hand hand = start(plan);
  const auto ran = hand.run_hook("s0", {});
  ASSERT_TRUE(ran);
  const auto reports = hear(hand, hand.configure("s0", lease()));
  EXPECT_THAT(texts(reports, ReportKind::failed), Contains(HasSubstr("stopped after 300ms")));
  EXPECT_THAT(say("ip -o -4 address show"), HasSubstr("192.0.2.10/24"));
  end(hand);
}

TEST_F(HandTest, AHangingHookDoesNotKeepAKilledMainProcesssAddress) {
  const std::string before = picture();
  plan.hook = hook("#!/bin/sh\ntouch " + folder.at("ran") + "\nsleep 1000\n");
  plan.hook_timeout = Duration::seconds(1'000);
  in_a_main_process_that_is_killed([&] {
    Hand hand = start(plan);
    obeyed(hand, hand.configure("s0", lease()));
    if (!hand.run_hook("s0", {}) || !becomes([&] { return folder.has("ran"); })) std::abort();
    new Hand(std::move(hand));
  });
  EXPECT_TRUE(becomes([&] { return picture() == before; })) << picture();
}

TEST_F(HandTest, LeaseFilesAreWrittenAndRemoved) {
  Hand hand = start(plan);
  obeyed(hand, hand.write_lease_file("s0.lease", "lease"));
  EXPECT_EQ(folder.read("state/s0.lease"), "lease");
  obeyed(hand, hand.remove_lease_file("s0.lease"));
  EXPECT_FALSE(folder.has("state/s0.lease"));
  end(hand);
}

TEST_F(HandTest, ASecondClientOnTheInterfaceIsRefusedByName) {
  Hand hand = start(plan);
  const auto second = Hand::start(plan);
  ASSERT_FALSE(second);
  EXPECT_EQ(to_string(second.error()), "cannot run on s0: another lessor client (pid " +
                                           std::to_string(::getpid()) +
                                           ") runs there; end that one first");
  end(hand);
}

TEST_F(HandTest, AnInterfaceThatWentAwayIsAnErrorAndNoHarm) {
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  EXPECT_EQ(say("ip link delete s0"), "");
  EXPECT_EQ(hear(hand, hand.configure("s0", lease())).back().text,
            "cannot find the interface s0: No such device");
  end(hand);
  EXPECT_EQ(folder.read("resolv.conf"), "nameserver 203.0.113.1\n");
}

}  // namespace
}  // namespace lessor::host::testing
