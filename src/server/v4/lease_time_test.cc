#include "server/v4/lease_time.h"

#include <gtest/gtest.h>

namespace lessor::server::v4 {
namespace {

constexpr Duration s(std::int64_t n) { return Duration::seconds(n); }

TEST(GrantTime, IsAskedWithinBoundsElseTheDefault) {  // R2131-4.3.1-c
  const config::Lifetimes lifetimes{s(100), s(50), s(200)};
  EXPECT_EQ(grant_time(lifetimes, std::nullopt), s(100));
  EXPECT_EQ(grant_time(lifetimes, s(0)), s(50));
  EXPECT_EQ(grant_time(lifetimes, s(70)), s(70));
  EXPECT_EQ(grant_time(lifetimes, s(201)), s(200));
  EXPECT_EQ(grant_time(lifetimes, Duration::infinite()), s(200));
  const config::Lifetimes unbounded{s(100), s(50), Duration::infinite()};
  EXPECT_EQ(grant_time(unbounded, Duration::infinite()), Duration::infinite());  // R2131-3.3-a
}

struct TimesCase {
  const char* what;
  config::Timers timers;
  Duration lease_time;
  std::optional<Duration> t1, t2;
};

TEST(RenewalTimes, AreInOrderOrNotSent) {  // R2131-4.4.5-a: T1 < T2 < lease
  const TimesCase cases[] = {
      {"nothing configured", {}, s(1'000), std::nullopt, std::nullopt},
      {"fixed", {.renew = s(300), .rebind = s(600)}, s(1'000), s(300), s(600)},
      {"T1 alone", {.renew = s(300)}, s(1'000), s(300), std::nullopt},
      {"T2 too late", {.renew = s(300), .rebind = s(1'000)}, s(1'000), s(300), std::nullopt},
      {"T1 too late", {.renew = s(600), .rebind = s(600)}, s(1'000), std::nullopt, s(600)},
      {"both too late", {.renew = s(2'000), .rebind = s(3'000)}, s(1'000), {}, {}},
      {"calculated", {.calculate_tee_times = true}, s(1'000), s(500), s(875)},
      {"calculated, one fixed",
       {.rebind = s(900), .calculate_tee_times = true},
       s(1'000),
       s(500),
       s(900)},
      {"of an infinite lease", {.calculate_tee_times = true}, Duration::infinite(), {}, {}},
      {"fixed, of an infinite lease", {.renew = s(300)}, Duration::infinite(), s(300), {}},
      {"of a lease of a second", {.calculate_tee_times = true}, s(1), {}, {}},
      {"to the nearest second", {.calculate_tee_times = true}, s(1'018), s(509), s(891)},
      {"half a second is a whole one", {.calculate_tee_times = true}, s(1'001), s(501), s(876)},
  };
  for (const TimesCase& c : cases) {
    const RenewalTimes times = renewal_times(c.timers, c.lease_time);
    EXPECT_EQ(times.t1, c.t1) << c.what;
    EXPECT_EQ(times.t2, c.t2) << c.what;
  }
}

}  // namespace
}  // namespace lessor::server::v4
