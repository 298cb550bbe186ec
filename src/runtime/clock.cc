#include "runtime/clock.h"

#include "base/check.h"

#include <ctime>
#include <sys/random.h>

namespace lessor::runtime {
namespace {

timespec read(clockid_t clock) {
  timespec time{};
  CHECK(clock_gettime(clock, &time) == 0);  // fails only for a clock that does not exist
  return time;
}

}  // namespace

Now read_clock() {
  const timespec mono = read(CLOCK_BOOTTIME);
  const timespec wall = read(CLOCK_REALTIME);
  return {
      .mono = Instant::from_nanoseconds(std::int64_t{mono.tv_sec} * 1'000'000'000 + mono.tv_nsec),
      .wall = {wall.tv_sec}};
}

Duration read_wall_clock() {
  const timespec wall = read(CLOCK_REALTIME);
  return Duration::seconds(wall.tv_sec) + Duration::nanoseconds(wall.tv_nsec);
}

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  // Eight octets never come in part, and nothing interrupts once the pool is ready (getrandom(2)).
  while (getrandom(&seed, sizeof seed, 0) != sizeof seed) {
  }
  return seed;
}

HashKey random_hash_key() { return {.k0 = random_seed(), .k1 = random_seed()}; }

}  // namespace lessor::runtime
