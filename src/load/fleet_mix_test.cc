// Several kinds of exchanges in one run, and rates that change.

#include "load/test_fleet.h"

namespace lessor::load {
namespace {

Plan mix_of(const Mix& mix, std::uint32_t clients) {
  return {.scenario = Scenario::mix,
          .clients = clients,
          .window = 20,
          .mix = mix,
          .exchanges = clients};
}

std::uint64_t done(const World& world, Exchange kind) {
  return world.figures().count(Count::done, kind);
}

TEST(FleetMix, KeepsItsProportionsAndTimesEachKindApart) {
  Plan plan = mix_of({20, 70, 2, 5, 3, 0}, 10'000);
  World world(plan);
  world.run();
  const std::pair<Exchange, int> rows[] = {{Exchange::dora, 2'000},  {Exchange::renew, 7'000},
                                           {Exchange::rebind, 200},  {Exchange::reboot, 500},
                                           {Exchange::release, 300}, {Exchange::decline, 0}};
  std::uint64_t sum = 0;
  for (const auto& [kind, parts] : rows) {
    EXPECT_NEAR(static_cast<double>(done(world, kind)), parts, 150) << static_cast<int>(kind);
    sum += done(world, kind);
    const bool timed = is_answered(kind);
    EXPECT_EQ(timed ? world.figures().step(whole_of(kind)).count() : done(world, kind),
              done(world, kind));
  }
  EXPECT_EQ(sum, 10'000U);
  EXPECT_EQ(world.count(Count::done), 10'000U);
  // Those who make new leases have none before.
  EXPECT_EQ(world.fleet().preparation().count(Count::done), 8'000U);
  EXPECT_EQ(world.figures().violated(), 0U);
}

TEST(FleetMix, IsTheSameFromTheSameSeedInBothLoops) {
  Plan plan = mix_of({1, 1, 1, 1, 1, 1}, 500);
  World closed_loop(plan);
  closed_loop.run();
  plan.window = 0;
  plan.rate = 100;
  World open_loop(plan);
  open_loop.delay = Duration::milliseconds(40);
  open_loop.run();
  EXPECT_EQ(open_loop.count(Count::done), 500U);
  for (std::size_t i = 0; i < kExchanges; ++i) {
    EXPECT_EQ(closed_loop.figures().exchanges[i][0], open_loop.figures().exchanges[i][0]) << i;
  }
}

TEST(FleetMix, MakesNewLeasesWhereNobodyHasOneToUse) {
  Plan plan = mix_of({0, 1, 0, 0, 9, 0}, 50);
  plan.exchanges = 1'000;
  World world(plan);
  world.run();
  EXPECT_EQ(world.count(Count::done), 1'000U);
  EXPECT_GT(done(world, Exchange::dora), 300U);
  EXPECT_EQ(world.figures().violated(), 0U);
}

/// A server with few addresses, which gives what was released to whoever comes next.
class FewAddresses {
 public:
  explicit FewAddresses(bool careless) : careless_(careless) {}

  std::vector<Told> answer(const Asked& asked) {
    if (asked.type == MessageType::release) {
      holders_.erase(asked.ciaddr);
      return {};
    }
    const Ip4 address = address_of(asked.mac);
    if (address.is_zero()) return {};
    holders_[address] = asked.mac;
    const auto type = asked.type == MessageType::discover ? MessageType::offer : MessageType::ack;
    return {Told{.type = type, .address = address, .after = Duration::milliseconds(1)}};
  }

 private:
  Ip4 address_of(const net::Mac& mac) const {
    for (const auto& [address, holder] : holders_) {
      if (holder == mac) return address;
    }
    for (std::uint32_t i = 0; i < 20; ++i) {
      if (!holders_.contains(Ip4{kPool + i})) return {kPool + i};
    }
    return careless_ ? Ip4{kPool} : Ip4();
  }

  bool careless_;
  std::map<Ip4, net::Mac> holders_;
};

TEST(FleetMix, SeesTwoLiveHoldersButNoneAfterARelease) {
  for (const bool careless : {false, true}) {
    Plan plan = mix_of({50, 20, 0, 0, 30, 0}, 40);
    plan.exchanges = 2'000;
    plan.tries = 1;
    plan.first_delay = Duration::milliseconds(50);
    World world(plan);
    FewAddresses server(careless);
    world.serve([&](const Asked& asked) { return server.answer(asked); });
    world.run();
    EXPECT_GT(done(world, Exchange::release), 100U);
    EXPECT_GT(done(world, Exchange::dora), 100U);
    EXPECT_EQ(world.violations(Violation::two_holders) > 0, careless);
  }
}

TEST(FleetProfile, BeginsExchangesAtARateThatChanges) {
  // 2 s at 10, a step to 100 for a second, down to nothing in two: 20 + 100 + 100.
  Plan plan{.clients = 1'000,
            .profile = {{Duration(), 10},
                        {Duration::seconds(2), 10},
                        {Duration::seconds(2), 100},
                        {Duration::seconds(3), 100},
                        {Duration::seconds(5), 0}}};
  for (const Scenario scenario : {Scenario::dora, Scenario::reboot}) {
    plan.scenario = scenario;
    World world(plan);
    world.run();
    EXPECT_EQ(world.count(Count::done), 220U);
    EXPECT_LE(world.figures().step(Step::lateness).max(), Duration::milliseconds(1));
    EXPECT_LE(world.figures().elapsed, Duration::milliseconds(5'010));
    EXPECT_GE(world.figures().elapsed, Duration::milliseconds(4'700));
  }
}

TEST(FleetProfile, CountsFromTheScheduleWhenItWasLateItself) {
  const Plan plan{.clients = 100, .profile = {{Duration(), 10}, {Duration::seconds(4), 10}}};
  World world(plan);
  world.turn();
  world.pass(Duration::seconds(1));
  world.run();
  EXPECT_EQ(world.count(Count::done), 40U);
  EXPECT_GE(world.figures().step(Step::bind).max(), Duration::milliseconds(800));
}

}  // namespace
}  // namespace lessor::load
