#include "load/arrivals.h"

#include "load/test_fleet.h"

namespace lessor::load {
namespace {

Duration ms(std::int64_t n) { return Duration::milliseconds(n); }

TEST(Arrivals, AreAsFarApartAsTheyWereAndComeAgain) {
  const Arrivals arrivals({ms(5'400), ms(5'000), ms(5'100)}, 1);
  const std::int64_t expected[] = {0, 100, 400, 600, 700, 1'000, 1'200};
  for (std::uint64_t n = 0; n < std::size(expected); ++n) {
    EXPECT_EQ(arrivals.at(n), ms(expected[n])) << n;
  }
}

TEST(Arrivals, GoFasterBySpeed) {
  const Arrivals arrivals({ms(0), ms(100), ms(400)}, 10);
  EXPECT_EQ(arrivals.at(2), ms(40));
  EXPECT_EQ(arrivals.at(3), ms(60));
  EXPECT_EQ(Arrivals({ms(0), ms(100)}, 0.5).at(1), ms(200));
}

TEST(Arrivals, OfOneOrOfManyAtOnceComeAgainAfterASecond) {
  EXPECT_EQ(Arrivals({ms(77)}, 10).at(3), ms(3'000));
  const Arrivals crowd({ms(7), ms(7)}, 1);
  EXPECT_EQ(crowd.at(1), ms(0));
  EXPECT_EQ(crowd.at(2), ms(1'000));
  EXPECT_TRUE(Arrivals().is_empty());
}

TEST(Arrivals, AreTheFleetsSchedule) {
  const Plan plan{
      .clients = 4, .arrivals = Arrivals({ms(0), ms(30), ms(1'000)}, 1), .exchanges = 4};
  World world(plan);
  const Instant start = world.now();
  world.run();
  EXPECT_EQ(world.count(Count::done), 4U);
  std::vector<Duration> began;
  for (const Asked& asked : world.heard()) {
    if (asked.type == MessageType::discover) began.push_back(asked.at - start);
  }
  EXPECT_EQ(began, (std::vector{ms(0), ms(30), ms(1'000), ms(1'500)}));
  EXPECT_EQ(world.figures().step(Step::lateness).count(), 4U);
}

}  // namespace
}  // namespace lessor::load
