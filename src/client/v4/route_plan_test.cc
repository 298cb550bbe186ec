#include "client/v4/route_plan.h"

#include "client/v4/test_leases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lessor::client::v4 {
namespace {

using testing::addresses;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ip;
using ::testing::IsEmpty;
using testing::lease;
using testing::prefix;
using testing::routes;
using wire::testing::octets;

/// "10.0.0.0/8 - 192.0.2.1": the routes of a plan as a test shows them.
std::vector<std::string> shown(const HostPlan& plan) {
  std::vector<std::string> out;
  for (const net::HostRoute& route : plan.settings.routes) {
    out.push_back(to_string(route.destination) + " - " + to_string(route.gateway));
  }
  return out;
}
std::vector<std::string> told(const HostPlan& plan) {
  std::vector<std::string> out;
  for (const Refusal& refusal : plan.refusals) out.push_back(refusal.what);
  return out;
}

HostPlan plan(Options options, const HostRules& rules = {},
              std::string_view address = "192.0.2.50/24") {
  return plan_host(lease(std::move(options), address), rules, {});
}

HostRules protecting(std::initializer_list<std::string_view> prefixes) {
  HostRules rules;
  for (const std::string_view text : prefixes) rules.protected_prefixes.push_back(prefix(text));
  return rules;
}

struct Row {
  const char* why;
  Options options;
  std::vector<std::string> routes;
  std::vector<std::string> refusals;
  const char* address = "192.0.2.50/24";
};

void expect(const Row& row, const HostRules& rules = {}) {
  const HostPlan made = plan(row.options, rules, row.address);
  EXPECT_EQ(shown(made), row.routes) << row.why;
  EXPECT_EQ(told(made), row.refusals) << row.why;
}

// R3442-a, R3442-b
TEST(PlanRoutes, TakesOption121InPlaceOf3And33) {
  const auto old_routers = addresses({"192.0.2.9"});
  const auto old_routes = addresses({"10.0.0.0", "192.0.2.9"});
  const Row rows[] = {
      {"121 alone", {{121, routes({{"10.0.0.0/8", "192.0.2.1"}})}}, {"10.0.0.0/8 - 192.0.2.1"}, {}},
      {"121 with 3 and 33: no default comes of 3",
       {{121, routes({{"10.0.0.0/8", "192.0.2.1"}})}, {3, old_routers}, {33, old_routes}},
       {"10.0.0.0/8 - 192.0.2.1"},
       {}},
      {"249 like 121",
       {{249, routes({{"0.0.0.0/0", "192.0.2.1"}})}, {3, old_routers}},
       {"0.0.0.0/0 - 192.0.2.1"},
       {}},
      {"121 before 249",
       {{121, routes({{"0.0.0.0/0", "192.0.2.1"}})}, {249, routes({{"0.0.0.0/0", "192.0.2.2"}})}},
       {"0.0.0.0/0 - 192.0.2.1"},
       {}},
      {"host bits on the wire",
       {{121, octets({8, 10, 192, 0, 2, 1, 25, 10, 229, 0, 255, 192, 0, 2, 2})}},
       {"10.0.0.0/8 - 192.0.2.1", "10.229.0.128/25 - 192.0.2.2"},
       {}},
      {"host bits in the significant octet",
       {{121, octets({9, 10, 255, 192, 0, 2, 1})}},
       {"10.128.0.0/9 - 192.0.2.1"},
       {}},
      {"router 0.0.0.0: on the link",
       {{121, routes({{"169.254.0.0/16", "0.0.0.0"}})}},
       {"169.254.0.0/16 - 0.0.0.0"},
       {}},
      {"no routes at all", {}, {}, {}},
  };
  for (const Row& row : rows) expect(row);
}

// R3442-a, C2-01
// B26, B47
TEST(PlanRoutes, RefusesAMalformedListWhole) {
  const auto whole = octets({8, 10, 192, 0, 2, 1});
  struct Bad {
    const char* why;
    wire::testing::Octets list;
  };
  const Bad cases[] = {
      {"empty", {}},
      {"a width alone", octets({8})},
      {"width 33", whole + octets({33, 1, 2, 3, 4, 5, 192, 0, 2, 1})},
      {"width 255", octets({255, 1, 2, 3, 4, 192, 0, 2, 1})},
      {"the last router cut short", whole + octets({8, 11, 192, 0, 2})},
      {"the last router missing", whole + octets({24, 10, 1, 2})},
      {"an octet too many", whole + octets({0})},
  };
  for (const Bad& bad : cases) {
    for (const wire::OptionCode code : {wire::OptionCode{121}, wire::OptionCode{249}}) {
      const HostPlan made = plan({{code, bad.list}, {3, addresses({"192.0.2.9"})}});
      EXPECT_THAT(shown(made), ElementsAre("0.0.0.0/0 - 192.0.2.9"))
          << bad.why << ": as if it were absent";
      EXPECT_THAT(told(made), ElementsAre("the list of routes is malformed")) << bad.why;
    }
  }
}

// R2132-3-b
TEST(PlanRoutes, ReadsOption33ByClass) {
  const Row rows[] = {
      {"class A, B, C and a host",
       {{33, addresses({"10.0.0.0", "192.0.2.1", "172.16.0.0", "192.0.2.2", "198.51.100.0",
                        "192.0.2.3", "203.0.113.7", "192.0.2.4"})}},
       {"10.0.0.0/8 - 192.0.2.1", "172.16.0.0/16 - 192.0.2.2", "198.51.100.0/24 - 192.0.2.3",
        "203.0.113.7/32 - 192.0.2.4"},
       {}},
      {"the default is an illegal destination (RFC 2132 5.8)",
       {{33, addresses({"0.0.0.0", "192.0.2.1"})}},
       {},
       {"route 0.0.0.0/8 by 192.0.2.1: no network that a route may lead to"}},
      {"half a pair",
       {{33, addresses({"10.0.0.0", "192.0.2.1", "11.0.0.0"})}},
       {},
       {"the list of static routes is malformed"}},
      {"empty", {{33, {}}}, {}, {"the list of static routes is malformed"}},
      {"beside option 3",
       {{33, addresses({"10.0.0.0", "192.0.2.1"})}, {3, addresses({"192.0.2.9"})}},
       {"0.0.0.0/0 - 192.0.2.9", "10.0.0.0/8 - 192.0.2.1"},
       {}},
  };
  for (const Row& row : rows) expect(row);
}

// R2132-3-b
TEST(PlanRoutes, TakesOneRouterOfOption3) {
  const Row rows[] = {
      {"one", {{3, addresses({"192.0.2.1"})}}, {"0.0.0.0/0 - 192.0.2.1"}, {}},
      {"the first of several",
       {{3, addresses({"192.0.2.2", "192.0.2.1"})}},
       {"0.0.0.0/0 - 192.0.2.2"},
       {"router 192.0.2.1: one default route is enough, it is by 192.0.2.2"}},
      {"one in the subnet before one that is not",
       {{3, addresses({"198.51.100.1", "192.0.2.1"})}},
       {"0.0.0.0/0 - 192.0.2.1"},
       {"router 198.51.100.1: one default route is enough, it is by 192.0.2.1"}},
      {"none in the subnet: the first, with a route of its own",
       {{3, addresses({"198.51.100.1", "198.51.100.2"})}},
       {"198.51.100.1/32 - 0.0.0.0", "0.0.0.0/0 - 198.51.100.1"},
       {"router 198.51.100.2: one default route is enough, it is by 198.51.100.1"}},
      {"no hosts among them",
       {{3, addresses({"0.0.0.0", "127.0.0.1", "192.0.2.50", "192.0.2.255", "192.0.2.1"})}},
       {"0.0.0.0/0 - 192.0.2.1"},
       {"router 0.0.0.0: the router is no host's address",
        "router 127.0.0.1: the router is no host's address",
        "router 192.0.2.50: the router is our own address",
        "router 192.0.2.255: the router is no host's address"}},
      {"five octets", {{3, octets({192, 0, 2, 1, 0})}}, {}, {"the list of routers is malformed"}},
      {"empty", {{3, {}}}, {}, {"the list of routers is malformed"}},
  };
  for (const Row& row : rows) expect(row);
}

TEST(PlanRoutes, GivesRoutersOutsideOfTheSubnetARouteOfTheirOwn) {
  const Row rows[] = {
      {"an address alone, as clouds give it",
       {{3, addresses({"10.128.0.1"})}},
       {"10.128.0.1/32 - 0.0.0.0", "0.0.0.0/0 - 10.128.0.1"},
       {},
       "10.128.0.7/32"},
      {"the server says it itself, behind the route that needs it",
       {{121, routes({{"0.0.0.0/0", "10.128.0.1"}, {"10.128.0.1/32", "0.0.0.0"}})}},
       {"10.128.0.1/32 - 0.0.0.0", "0.0.0.0/0 - 10.128.0.1"},
       {},
       "10.128.0.7/32"},
      {"two routes by one router: one way to it",
       {{121, routes({{"10.0.0.0/8", "198.51.100.1"}, {"172.16.0.0/12", "198.51.100.1"}})}},
       {"198.51.100.1/32 - 0.0.0.0", "10.0.0.0/8 - 198.51.100.1", "172.16.0.0/12 - 198.51.100.1"},
       {}},
      {"a route to a router by itself",
       {{121, routes({{"198.51.100.1/32", "198.51.100.1"}, {"10.0.0.0/8", "198.51.100.1"}})}},
       {"198.51.100.1/32 - 0.0.0.0", "10.0.0.0/8 - 198.51.100.1"},
       {}},
      {"everything is on the link",
       {{121, routes({{"0.0.0.0/0", "0.0.0.0"}, {"10.0.0.0/8", "198.51.100.1"}})}},
       {"0.0.0.0/0 - 0.0.0.0", "10.0.0.0/8 - 198.51.100.1"},
       {}},
      {"/31 (RFC 3021): both are hosts",
       {{3, addresses({"192.0.2.50"})}},
       {"0.0.0.0/0 - 192.0.2.50"},
       {},
       "192.0.2.51/31"},
  };
  for (const Row& row : rows) expect(row);
}

TEST(PlanRoutes, RefusesRoutesThatLeadNowhere) {
  for (const char* const nowhere :
       {"127.0.0.0/8", "127.0.0.53/32", "0.0.0.0/8", "0.1.0.0/16", "224.0.0.0/4", "239.1.2.3/32",
        "240.0.0.0/4", "255.255.255.255/32"}) {
    const HostPlan made = plan({{121, routes({{nowhere, "192.0.2.1"}})}});
    EXPECT_THAT(shown(made), IsEmpty()) << nowhere;
    EXPECT_THAT(told(made), ElementsAre(HasSubstr("no network that a route may lead to")))
        << nowhere;
  }
  const HostPlan own = plan({{121, routes({{"192.0.2.50/32", "192.0.2.1"}})}});
  EXPECT_THAT(told(own), ElementsAre("route 192.0.2.50/32 by 192.0.2.1: our own address"));
}

TEST(PlanRoutes, RefusesRoutersThatAreNoHosts) {
  for (const char* const router : {"127.0.0.1", "0.0.0.1", "224.0.0.1", "240.0.0.1",
                                   "255.255.255.255", "192.0.2.0", "192.0.2.255", "192.0.2.50"}) {
    const HostPlan made = plan({{121, routes({{"10.0.0.0/8", router}})}});
    EXPECT_THAT(shown(made), IsEmpty()) << router;
    EXPECT_EQ(made.refusals.size(), 1U) << router;
  }
}

TEST(PlanRoutes, TakesOneRouteToADestination) {
  expect({"the first",
          {{121, routes({{"10.0.0.0/8", "192.0.2.1"}, {"10.0.0.0/8", "192.0.2.2"}})}},
          {"10.0.0.0/8 - 192.0.2.1"},
          {"route 10.0.0.0/8 by 192.0.2.2: another route leads there"}});
}

// C3-06
TEST(PlanRoutes, TakesNoRouteIntoAProtectedPrefix) {
  const HostRules rules = protecting({"10.8.0.0/16", "203.0.113.5/24"});
  const Row rows[] = {
      {"more specific",
       {{121, routes({{"10.8.1.0/24", "192.0.2.1"}})}},
       {},
       {"route 10.8.1.0/24 by 192.0.2.1: inside the protected 10.8.0.0/16"}},
      {"the same",
       {{121, routes({{"10.8.0.0/16", "192.0.2.1"}})}},
       {},
       {"route 10.8.0.0/16 by 192.0.2.1: inside the protected 10.8.0.0/16"}},
      {"on the link",
       {{121, routes({{"203.0.113.7/32", "0.0.0.0"}})}},
       {},
       {"route 203.0.113.7/32 by 0.0.0.0: inside the protected 203.0.113.0/24"}},
      {"by 33",
       {{33, addresses({"203.0.113.0", "192.0.2.1"})}},
       {},
       {"route 203.0.113.0/24 by 192.0.2.1: inside the protected 203.0.113.0/24"}},
      {"by 249",
       {{249, routes({{"10.8.0.1/32", "192.0.2.1"}})}},
       {},
       {"route 10.8.0.1/32 by 192.0.2.1: inside the protected 10.8.0.0/16"}},
      {"less specific: the tunnel's own route wins",
       {{121, routes({{"10.0.0.0/8", "192.0.2.1"}, {"0.0.0.0/0", "192.0.2.1"}})}},
       {"0.0.0.0/0 - 192.0.2.1", "10.0.0.0/8 - 192.0.2.1"},
       {}},
      {"a router whose own route would lie there",
       {{121, routes({{"172.16.0.0/12", "10.8.0.1"}})}},
       {},
       {"route 172.16.0.0/12 by 10.8.0.1: its router is not in the subnet, and a route to it would "
        "be inside the protected 10.8.0.0/16"}},
  };
  for (const Row& row : rows) expect(row, rules);
}

// C3-06
TEST(PlanRoutes, TakesOnlyTheDefaultWhenEverythingIsProtected) {
  const HostRules rules = protecting({"0.0.0.0/0"});
  const Row rows[] = {
      {"by 3", {{3, addresses({"192.0.2.1"})}}, {"0.0.0.0/0 - 192.0.2.1"}, {}},
      {"the whole by halves",
       {{121, routes({{"0.0.0.0/1", "192.0.2.1"},
                      {"128.0.0.0/1", "192.0.2.1"},
                      {"0.0.0.0/0", "192.0.2.1"}})}},
       {"0.0.0.0/0 - 192.0.2.1"},
       {"route 0.0.0.0/1 by 192.0.2.1: inside the protected 0.0.0.0/0",
        "route 128.0.0.0/1 by 192.0.2.1: inside the protected 0.0.0.0/0"}},
      {"a single host",
       {{121, routes({{"203.0.113.7/32", "192.0.2.1"}})}},
       {},
       {"route 203.0.113.7/32 by 192.0.2.1: inside the protected 0.0.0.0/0"}},
      {"a router that would need a route of its own",
       {{3, addresses({"203.0.113.7"})}},
       {},
       {"route 0.0.0.0/0 by 203.0.113.7: its router is not in the subnet, and a route to it would "
        "be inside the protected 0.0.0.0/0"}},
  };
  for (const Row& row : rows) expect(row, rules);
}

// C3-06
TEST(PlanRoutes, TakesNoSubnetInsideOfAProtectedPrefix) {
  const HostRules rules = protecting({"10.8.0.0/16"});
  const HostPlan made = plan({{3, addresses({"10.8.1.1"})}}, rules, "10.8.1.50/24");
  EXPECT_EQ(made.settings.address, prefix("10.8.1.50/32"));
  EXPECT_THAT(shown(made), IsEmpty());
  EXPECT_THAT(told(made), Contains(HasSubstr("subnet 10.8.1.0/24: inside the protected")));
  EXPECT_EQ(plan({}, rules, "10.8.1.50/8").settings.address, prefix("10.8.1.50/8"))
      << "less specific than the tunnel's";
  EXPECT_EQ(plan({}, protecting({"0.0.0.0/0"})).settings.address, prefix("192.0.2.50/24"));
}

TEST(PlanRoutes, TakesWhatTheOperatorAllows) {
  const Options options{{121, routes({{"0.0.0.0/0", "192.0.2.1"},
                                      {"128.0.0.0/1", "192.0.2.1"},
                                      {"64.0.0.0/2", "192.0.2.1"},
                                      {"10.0.0.0/8", "192.0.2.1"}})}};
  HostRules rules;
  rules.default_route = false;
  EXPECT_THAT(shown(plan(options, rules)), ElementsAre("10.0.0.0/8 - 192.0.2.1"))
      << "no part of a default either";
  EXPECT_THAT(told(plan(options, rules)), IsEmpty());
  rules.routes = false;
  EXPECT_THAT(shown(plan(options, rules)), IsEmpty());
  EXPECT_THAT(shown(plan(options, {.address = false})), IsEmpty());
}

TEST(PlanRoutes, StopsAtItsLimit) {
  std::vector<std::byte> list;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    wire::append_route({{{0x0a00'0000 + (i << 8)}, 24}, ip("192.0.2.1")}, list);
  }
  wire::append_route({{}, ip("198.51.100.1")}, list);
  const HostPlan made = plan({{121, list}});
  ASSERT_EQ(made.settings.routes.size(), net::kMaxHostRoutes);
  EXPECT_EQ(shown(made)[1], "0.0.0.0/0 - 198.51.100.1") << "the default is not cut off";
  EXPECT_EQ(made.refusals.size(), kMaxRefusals);
  EXPECT_EQ(told(made).back(), "and more of the kind");
}

}  // namespace
}  // namespace lessor::client::v4
