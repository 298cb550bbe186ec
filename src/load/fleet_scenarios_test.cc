// What the scenarios ask, and how they end.

#include "load/test_fleet.h"

namespace lessor::load {
namespace {

Plan plan_of(Scenario scenario, std::uint32_t clients) {
  return {.scenario = scenario, .clients = clients, .window = 5, .exchanges = clients};
}

/// The questions of the run itself: what was heard after everybody was bound.
std::vector<Asked> asked_when_bound(World& world) {
  const auto& heard = world.heard();
  const auto bound = static_cast<std::ptrdiff_t>(world.fleet().preparation().count(Count::sent));
  return {heard.begin() + bound, heard.end()};
}

/// What RFC 2131's tables 4 and 5 say of a message from a client that holds an address.
struct Says {
  Scenario scenario;
  MessageType type;
  bool ciaddr, requested, server, wants, flag, unicast;
};

// R2131-4.3.2-b R2131-4.3.2-f R2131-4.3.2-g
TEST(FleetScenarios, AskAsTheTablesOfTheRfcSay) {
  const Says rows[] = {
      {Scenario::renew, MessageType::request, true, false, false, true, false, true},
      {Scenario::rebind, MessageType::request, true, false, false, true, false, false},
      {Scenario::reboot, MessageType::request, false, true, false, true, true, false},
      {Scenario::release, MessageType::release, true, false, true, false, false, true},
      {Scenario::decline, MessageType::decline, false, true, true, false, false, false},
  };
  for (const Says& row : rows) {
    Plan plan = plan_of(row.scenario, 3);
    plan.broadcast = true;
    World world(plan);
    world.run();
    const auto name = static_cast<int>(row.scenario);
    EXPECT_EQ(world.count(Count::done), 3U) << name;
    const auto heard = asked_when_bound(world);
    ASSERT_EQ(heard.size(), 3U) << name;
    for (std::uint32_t i = 0; i < 3; ++i) {
      const Asked& asked = heard[i];
      const Ip4 held{kPool + i};
      const Ip4 none;
      EXPECT_EQ(asked.type, row.type) << name;
      EXPECT_EQ(asked.ciaddr, row.ciaddr ? held : none) << name;
      EXPECT_EQ(asked.requested, row.requested ? held : none) << name;
      EXPECT_EQ(asked.server, row.server ? kServer : none) << name;
      EXPECT_EQ(asked.wants, row.wants) << name;
      EXPECT_EQ(asked.flags, row.flag ? wire::kBroadcastFlag : 0) << name;
      EXPECT_EQ(asked.secs, 0) << name;
      EXPECT_EQ(asked.envelope.source, row.ciaddr ? held : none) << name;
      EXPECT_EQ(asked.envelope.destination, row.unicast ? kServer : net::kIp4Broadcast) << name;
      EXPECT_EQ(asked.envelope.target,
                row.unicast ? net::LinkTarget::mac : net::LinkTarget::broadcast)
          << name;
    }
  }
}

TEST(FleetScenarios, GoThroughTheRelayWhereThereIsOne) {
  for (const Scenario scenario : {Scenario::rebind, Scenario::reboot, Scenario::release}) {
    Plan plan = plan_of(scenario, 2);
    plan.relays = {Ip4{0x0a010001}};
    plan.server = kServer;
    World world(plan);
    world.run();
    EXPECT_EQ(world.count(Count::done), 2U);
    for (const Asked& asked : asked_when_bound(world)) {
      EXPECT_EQ(asked.giaddr, plan.relays[0]);
      EXPECT_EQ(asked.envelope.source, plan.relays[0]);
      EXPECT_EQ(asked.envelope.destination, kServer);
    }
  }
}

TEST(FleetScenarios, TimeEachKindApart) {
  const std::pair<Scenario, Step> rows[] = {{Scenario::renew, Step::renew},
                                            {Scenario::rebind, Step::rebind},
                                            {Scenario::reboot, Step::reboot}};
  for (const auto& [scenario, step] : rows) {
    Plan plan = plan_of(scenario, 10);
    plan.exchanges = 35;
    World world(plan);
    world.run();
    EXPECT_EQ(world.count(Count::done), 35U);
    EXPECT_EQ(world.figures().count(Count::done, exchange_of(scenario)), 35U);
    EXPECT_EQ(world.figures().step(step).count(), 35U);
    EXPECT_EQ(world.figures().step(step).percentile(500'000).to_milliseconds(), 2);
    EXPECT_EQ(world.figures().step(Step::bind).count(), 0U);
    EXPECT_EQ(world.figures().violated(), 0U);
    EXPECT_EQ(world.fleet().preparation().count(Count::done, Exchange::dora), 10U);
  }
}

// R2131-4.3.2-g: any server may answer who rebinds; who renews has asked one.
TEST(FleetScenarios, AcceptAnotherServerOnlyWhereAnyWasAsked) {
  const std::pair<Scenario, std::uint64_t> rows[] = {
      {Scenario::renew, 4}, {Scenario::rebind, 0}, {Scenario::reboot, 0}};
  for (const auto& [scenario, wrong] : rows) {
    World world(plan_of(scenario, 4));
    world.serve([&](const Asked& asked) {
      auto told = world.honest(asked);
      const bool binds = asked.type == MessageType::discover || !asked.server.is_zero();
      if (!binds) told[0].server = Ip4{kServer.value + 1};
      return told;
    });
    world.run();
    EXPECT_EQ(world.count(Count::done), 4U);
    EXPECT_EQ(world.violations(Violation::server_changed), wrong);
    EXPECT_EQ(world.figures().violated(), wrong);
  }
}

TEST(FleetScenarios, WantTheAddressThatTheyHad) {
  for (const Scenario scenario : {Scenario::rebind, Scenario::reboot}) {
    World world(plan_of(scenario, 4));
    world.serve([&](const Asked& asked) {
      auto told = world.honest(asked);
      const bool binds = asked.type == MessageType::discover || !asked.server.is_zero();
      if (!binds) told[0].address.value += 1'000;
      return told;
    });
    world.run();
    EXPECT_EQ(world.violations(Violation::other_address), 4U);
  }
}

TEST(FleetScenarios, LetGoOfWhatIsGivenBackAndEndWhenNobodyHasAnything) {
  for (const Scenario scenario : {Scenario::release, Scenario::decline}) {
    Plan plan = plan_of(scenario, 20);
    plan.exchanges = 1'000;
    plan.window = 0;
    plan.rate = 10;
    World world(plan);
    const Instant start = world.now();
    world.run();
    EXPECT_EQ(world.count(Count::begun), 20U);
    EXPECT_EQ(world.count(Count::done), 20U);
    EXPECT_EQ(world.count(Count::sent), 20U);
    EXPECT_EQ(world.count(Count::timeouts), 0U);
    EXPECT_EQ(world.fleet().holding(world.now()), 0U);
    EXPECT_FALSE(world.fleet().holder_mac(world.now(), Ip4{kPool}));
    EXPECT_NEAR(static_cast<double>((world.now() - start).to_milliseconds()), 1'900, 150);
  }
}

TEST(FleetScenarios, ReleaseAsFastAsTheSocketTakesWithAWindow) {
  Plan plan = plan_of(Scenario::release, 100);
  World world(plan, 8);  // eight at a time
  world.run();
  EXPECT_EQ(world.count(Count::done), 100U);
  EXPECT_EQ(asked_when_bound(world).size(), 100U);
}

// A client asks in vain until its lease is over, and another gets its address: it has nothing to
// ask for any more.
TEST(FleetScenarios, EndWhenSomebodyElseHasWhatWasKept) {
  Plan plan = plan_of(Scenario::rebind, 2);
  plan.tries = 10;
  World world(plan);
  world.serve([&](const Asked& asked) {
    auto told = world.honest(asked);
    told[0].lease_time = 3;
    told[0].t1 = told[0].t2 = std::nullopt;
    if (asked.ciaddr == Ip4{kPool}) return std::vector<Told>();
    if (!asked.ciaddr.is_zero()) {
      told[0].address = {kPool};
      told[0].after = Duration::milliseconds(3'500);
    }
    return told;
  });
  world.run();
  EXPECT_EQ(world.count(Count::done), 1U);
  EXPECT_EQ(world.count(Count::dropped), 1U);
  EXPECT_EQ(world.violations(Violation::two_holders), 0U);
  for (const Asked& asked : asked_when_bound(world)) EXPECT_FALSE(asked.ciaddr.is_zero());
}

}  // namespace
}  // namespace lessor::load
