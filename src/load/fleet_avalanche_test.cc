// Everybody at once, until all are bound.

#include "load/test_fleet.h"

namespace lessor::load {
namespace {

Plan avalanche(std::uint32_t clients, Duration within = Duration()) {
  return {.scenario = Scenario::avalanche, .clients = clients, .within = within};
}

double milestone_ms(const World& world, std::size_t i) {
  const auto& reached = world.figures().milestones[i];
  EXPECT_TRUE(reached) << i;
  return static_cast<double>(reached.value_or(Duration()).to_milliseconds());
}

/// Answers `capacity` messages a second and forgets what comes when as many wait.
class SlowServer {
 public:
  SlowServer(World& world, std::int64_t capacity, std::int64_t queue)
      : world_(world), each_(Duration::nanoseconds(1'000'000'000 / capacity)), queue_(queue) {}
  std::vector<Told> answer(const Asked& asked) {
    free_at_ = std::max(free_at_, asked.at);
    if (free_at_ - asked.at > each_ * queue_) return {};
    free_at_ = free_at_ + each_;
    auto told = world_.honest(asked);
    for (Told& one : told) one.after = free_at_ - asked.at;
    return told;
  }

 private:
  World& world_;
  Duration each_;
  std::int64_t queue_;
  Instant free_at_;
};

TEST(FleetAvalanche, BeginsEverybodyAtOnceOrWithinItsTime) {
  World at_once(avalanche(500));
  const Instant began = at_once.now();
  while (at_once.now() == began) at_once.turn();
  EXPECT_EQ(at_once.count(Count::begun), 500U);
  at_once.run();
  EXPECT_EQ(at_once.count(Count::done), 500U);
  EXPECT_EQ(at_once.figures().milestones[3], Duration::milliseconds(4));

  World spread(avalanche(500, Duration::seconds(5)));
  spread.run();
  EXPECT_EQ(spread.count(Count::done), 500U);
  EXPECT_NEAR(milestone_ms(spread, 0), 2'500, 20);
  EXPECT_NEAR(milestone_ms(spread, 1), 4'500, 20);
  EXPECT_NEAR(milestone_ms(spread, 2), 4'950, 20);
  EXPECT_NEAR(milestone_ms(spread, 3), 4'994, 20);
  EXPECT_EQ(spread.figures().step(Step::bind).max().to_milliseconds(), 4);
}

TEST(FleetAvalanche, LooksAtAnswersBetweenItsBursts) {
  World world(avalanche(500));
  for (std::uint64_t burst = 1; burst <= 3; ++burst) {
    world.turn();
    EXPECT_EQ(world.count(Count::begun), burst * kMaxBurst);
    EXPECT_LE(world.fleet().next_deadline(), world.now());
  }
}

// R2131-4.1-h
TEST(FleetAvalanche, EndsWhenAllAreBoundHoweverSlowTheServerIs) {
  Plan plan = avalanche(5'000);
  plan.tries = 2;
  plan.patience = Duration::seconds(1);
  World world(plan);
  SlowServer slow(world, 100, 50);
  world.serve([&](const Asked& asked) { return slow.answer(asked); });
  world.run(Duration::seconds(3'600));
  EXPECT_EQ(world.fleet().phase(), Phase::done);
  EXPECT_EQ(world.count(Count::begun), 5'000U);
  EXPECT_EQ(world.count(Count::done), 5'000U);
  EXPECT_EQ(world.count(Count::dropped), 0U);
  EXPECT_EQ(world.count(Count::unfinished), 0U);
  EXPECT_EQ(world.fleet().holding(world.now()), 5'000U);
  // Two messages each at 100 a second.
  EXPECT_GE(milestone_ms(world, 3), 100'000);
  EXPECT_LE(milestone_ms(world, 0), milestone_ms(world, 1));
  EXPECT_EQ(world.count(Count::sent), world.count(Count::retransmissions) +
                                          world.count(Count::restarts) + 5'000U +
                                          world.figures().step(Step::offer).count());
  EXPECT_EQ(world.figures().violated(), 0U);
}

TEST(FleetAvalanche, BacksOffAsTheRfcSaysAndNoFurtherThanSixtyFourSeconds) {
  Plan plan = avalanche(1);
  plan.duration = Duration::seconds(600);
  World world(plan);
  world.serve([](const Asked&) { return std::vector<Told>(); });
  world.run();
  const std::int64_t waits[] = {4, 8, 16, 32, 64, 64, 64};
  ASSERT_GT(world.heard().size(), std::size(waits));
  for (std::size_t i = 0; i < std::size(waits); ++i) {
    const Duration waited = world.heard()[i + 1].at - world.heard()[i].at;
    EXPECT_GE(waited, Duration::seconds(waits[i] - 1)) << i;
    EXPECT_LE(waited, Duration::seconds(waits[i] + 1) + Duration::milliseconds(8)) << i;
  }
  EXPECT_EQ(world.count(Count::unfinished), 1U);
  EXPECT_EQ(world.count(Count::dropped), 0U);
  EXPECT_FALSE(world.figures().milestones[0]);
}

// RFC 2131 3.1.5: who is refused, or gets no ACK, restarts the initialization procedure.
TEST(FleetAvalanche, BeginsAgainWhenItIsRefusedOrForgotten) {
  for (const bool refuses : {true, false}) {
    Plan plan = avalanche(10);
    plan.tries = 2;
    World world(plan);
    std::map<net::Mac, int> discovers;
    world.serve([&](const Asked& asked) {
      auto told = world.honest(asked);
      if (asked.type == MessageType::discover) ++discovers[asked.mac];
      if (asked.type != MessageType::request || discovers[asked.mac] > 1) return told;
      told[0].type = MessageType::nak;
      return refuses ? told : std::vector<Told>();
    });
    world.run();
    EXPECT_EQ(world.count(Count::done), 10U) << refuses;
    EXPECT_EQ(world.count(Count::restarts), 10U) << refuses;
    EXPECT_EQ(world.count(Count::refused), 0U) << refuses;
    // A second after the refusal; 4 and 8 s, one more or less, without an answer.
    EXPECT_GE(milestone_ms(world, 3), refuses ? 1'000 : 10'000);
    EXPECT_LE(milestone_ms(world, 3), refuses ? 1'050 : 14'050);
    EXPECT_NE(world.heard().front().xid, world.heard().back().xid);
  }
}

TEST(FleetAvalanche, IsAsLargeAsItIsHoweverSmallTheOutbox) {
  World world(avalanche(20'000), 64);
  world.delay = Duration::milliseconds(300);
  world.run();
  EXPECT_EQ(world.count(Count::done), 20'000U);
  EXPECT_EQ(world.count(Count::retransmissions), 0U);
  // What the socket could not take at once was late by our own fault, and says so.
  EXPECT_GT(world.figures().step(Step::lateness).max(), Duration::milliseconds(100));
}

}  // namespace
}  // namespace lessor::load
