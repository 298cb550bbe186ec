#include "base/random.h"
#include "client/v4/test_kit.h"
#include "client/v4/test_walk.h"
#include "client/v4/timing.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace lessor::client::v4 {
namespace {

using testing::Step;
using testing::Walk;

void append(std::vector<std::byte>& out, std::initializer_list<std::uint32_t> octets) {
  for (const std::uint32_t octet : octets) out.push_back(static_cast<std::byte>(octet));
}
std::uint32_t octet_of(Step step) { return static_cast<std::uint32_t>(step); }

/// One step, half of them what leads on, so that all states are met.
void append_step(Random& random, std::vector<std::byte>& out) {
  const auto any = [&] { return random.below(256); };
  const std::uint32_t late = random.one_in(8) ? std::uint32_t{testing::kNoOnTime} : 0U;
  switch (random.below(16)) {
    case 0:
    case 1:
      return append(out, {octet_of(Step::offer) | late, random.below(4), random.below(4)});
    case 2:
    case 3:
      return append(out, {octet_of(Step::ack) | late, random.below(4), random.below(16)});
    case 4:
    case 5:
    case 6:
    case 7:
      return append(out, {octet_of(Step::deadline)});
    case 8:
      return append(out, {octet_of(Step::order), random.below(9)});
    case 9:
      return append(out, {octet_of(Step::wait) | late, any()});
    case 10:
      return append(out, {octet_of(Step::arp) | late, any()});
    case 11:
      return append(out, {octet_of(Step::ack) | late, any(), any()});
    default:
      return append(out, {any(), any(), any(), any()});
  }
}

std::vector<std::byte> draw_walk(std::uint64_t seed) {
  Random random(seed);
  std::vector<std::byte> out;
  append(out, {random.below(256), random.below(256), random.below(256)});
  while (out.size() < 1'000) append_step(random, out);
  return out;
}

// R2131-T5-a, R2131-T5-b, R2131-T5-c, R2131-T5-d, R2131-T5-e, R2131-4.4.5-a, R2131-4.4.5-b
TEST(ClientWalk, HoldsWhateverItIsTold) {
  std::array<int, kStates> seen{};
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const std::vector<std::byte> input = draw_walk(seed);
    Walk walk(input);
    ASSERT_EQ(walk.run(), "") << "seed " << seed;
    for (std::size_t i = 0; i < kStates; ++i) seen[i] += walk.watch().saw(static_cast<State>(i));
  }
  for (std::size_t i = 0; i < kStates; ++i) {
    EXPECT_GT(seen[i], 3) << to_string(static_cast<State>(i)) << " is hardly met";
  }
}

// --- What walks have found ---

TEST(ClientEngine, ReleasesALeaseThatWasTakenUpAfterADhcpinform) {
  testing::Client client;
  client.engine.start_inform(client.now, testing::kOther, client.outbox);
  client.run().hear({.type = wire::MessageType::ack, .address = {}, .lease_time = {}});
  ASSERT_EQ(client.state(), State::informed);
  client.engine.stop(client.now);
  client.engine.remember({.address = testing::kAddress,
                          .server = testing::kServer,
                          .requested_at = client.now.mono,
                          .lease_time = Duration::seconds(600),
                          .t1 = Duration::seconds(300),
                          .t2 = Duration::seconds(525)});
  ASSERT_TRUE(client.engine.resume_bound(client.now, client.outbox));
  client.run().take_effects();
  EXPECT_TRUE(client.engine.release(client.now, client.outbox));
  EXPECT_EQ(client.run().last().type(), wire::MessageType::release);
  EXPECT_EQ(client.take_effects(), "deconfigure 192.0.2.10 ordered; forget 192.0.2.10 ordered");
}

TEST(ClientEngine, DoesNotAskAgainForTheAddressOfADhcpinform) {
  testing::Client client;
  client.engine.start_inform(client.now, testing::kOther, client.outbox);
  client.run().hear({.type = wire::MessageType::ack, .address = {}, .lease_time = {}});
  client.engine.stop(client.now);
  EXPECT_FALSE(client.engine.resume_bound(client.now, client.outbox));
  client.start();
  EXPECT_EQ(client.state(), State::selecting);
  EXPECT_EQ(client.last().option(wire::kOptionDhcpRequestedAddress), "-");
}

TEST(LeaseTimes, OfALeaseThatIsJustNotInfinite) {
  Random random(1);
  const Duration lease_time = Duration::seconds(0xffff'fffe);
  const LeaseTimes times = lease_times(lease_time, std::nullopt, std::nullopt, random);
  EXPECT_LT(times.t1, times.t2);
  EXPECT_LT(times.t2, lease_time);
}

}  // namespace
}  // namespace lessor::client::v4
