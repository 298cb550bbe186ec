#include "runtime/service_plan.h"

#include "runtime/destination_set.h"

#include <gtest/gtest.h>

namespace lessor::runtime {
namespace {

constexpr net::Ip4 kA{0xc0000201};  // 192.0.2.1
constexpr net::Ip4 kB{0xc6336401};  // 198.51.100.1

net::Interface interface(net::InterfaceIndex index, std::string name, net::Ip4 address) {
  net::Interface result{.index = index, .name = std::move(name), .admin_up = true, .up = true};
  result.ethernet = index != kLoopbackInterface;
  if (!address.is_zero()) result.addresses.push_back({address, 24});
  return result;
}

std::string plan(const std::vector<net::Interface>& interfaces, const WantedInterfaces& wanted) {
  std::string text;
  for (const ServedInterface& s : plan_service(net::InterfaceTable(interfaces), wanted)) {
    text += s.name + ": " + s.reason + "\n";
  }
  return text;
}

TEST(ServicePlan, SaysWhyAnInterfaceIsNotServed) {
  net::Interface down = interface(2, "down", kA);
  down.admin_up = down.up = false;
  net::Interface unplugged = interface(3, "unplugged", kA);
  unplugged.up = false;
  net::Interface port = interface(4, "port", kA);
  port.master = 6;
  const std::vector<net::Interface> all{down, unplugged, port, interface(5, "bare", {}),
                                        interface(6, "br0", kB)};
  WantedInterfaces wanted;
  for (const char* name : {"down", "unplugged", "port", "bare", "missing", "br0"}) {
    wanted.named.push_back({.name = name, .address = {}});
  }
  EXPECT_EQ(plan(all, wanted),
            "down: down\n"
            "unplugged: no carrier\n"
            "port: is a port of br0: serve br0\n"
            "bare: no IPv4 address\n"
            "missing: not there\n"
            "br0: serving\n");
}

TEST(ServicePlan, StarMeansAllButLoopbackAndWhatCannotBe) {
  net::Interface port = interface(4, "port", kA);
  port.master = 3;
  const std::vector<net::Interface> all{interface(1, "lo", {0x7f000001}), interface(2, "eth0", kA),
                                        interface(3, "br0", kB), port, interface(5, "bare", {})};
  EXPECT_EQ(plan(all, {.every = true}), "eth0: serving\nbr0: serving\n");
}

TEST(ServicePlan, APrefixChoosesByAddress) {
  const std::vector<net::Interface> all{interface(2, "eth0", kA), interface(3, "eth1", kB)};
  EXPECT_EQ(plan(all, {.holding_address_in = {{{0xc6336400}, 24}}}), "eth1: serving\n");
  EXPECT_EQ(plan(all, {.holding_address_in = {{{0xc6336480}, 25}}}), "");
}

TEST(ServicePlan, AnInterfaceAskedForTwiceIsServedOnce) {
  const std::vector<net::Interface> all{interface(2, "eth0", kA)};
  EXPECT_EQ(plan(all, {.named = {{"eth0", kB}, {"eth0", kA}}, .every = true}), "eth0: serving\n");
  EXPECT_EQ(plan(all, {.named = {{"eth0", kB}}}), "eth0: does not hold 198.51.100.1\n");
  EXPECT_EQ(plan(all, {}), "");
}

TEST(DestinationSet, HoldsOurAddressesAndThisLinksBroadcasts) {
  net::Interface eth0 = interface(2, "eth0", kA);
  eth0.addresses.push_back({{0x0a000000}, 31});
  const net::InterfaceTable table({eth0, interface(3, "eth1", kB)});
  const DestinationSet set(table, eth0);
  struct Row {
    const char* address;
    bool ours;
  };
  constexpr Row kRows[] = {
      {"192.0.2.1", true},    {"192.0.2.255", true},     {"255.255.255.255", true},
      {"198.51.100.1", true}, {"198.51.100.255", false},  // another link's broadcast
      {"192.0.2.2", false},   {"0.0.0.0", false},        {"10.0.0.0", true},
      {"10.0.0.1", false},  // the neighbour on a /31, which has no broadcast (RFC 3021)
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(set.contains(net::parse_ip4(row.address).value_or(net::kIp4Any)), row.ours)
        << row.address;
  }
}

TEST(PlanService, ServesWithoutAnAddressWhereThatIsWanted) {
  const net::InterfaceTable table({{.index = 2, .name = "v10", .admin_up = true, .up = true}});
  const auto plan_of = [&](bool unnumbered) {
    return plan_service(table, {.named = {{.name = "v10", .unnumbered = unnumbered}}}).front();
  };
  EXPECT_EQ(plan_of(false).state, ServeState::no_address);
  EXPECT_EQ(plan_of(true).state, ServeState::serving);
}

TEST(PlanService, ServesTheWayToSomewhereOnce) {
  const net::InterfaceTable table({{.index = 2, .name = "eth0", .admin_up = true, .up = true},
                                   {.index = 3, .name = "port", .admin_up = true, .master = 2}});
  const std::vector<net::InterfaceIndex> ways{2, 3, 9};
  const auto plan = plan_service(
      table, {.named = {{.name = "eth0", .unnumbered = true}}, .toward = {{0xc0000201}}}, ways);
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_EQ(plan.front().name, "eth0");
  EXPECT_TRUE(plan.front().is_open());
}

}  // namespace
}  // namespace lessor::runtime
