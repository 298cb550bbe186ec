// What the fleet finds wrong with leases, and what it does not.

#include "load/test_fleet.h"

namespace lessor::load {
namespace {

/// One thing wrong in what the server says, and what that is.
struct Wrong {
  const char* name;
  Violation violation;
  std::function<void(const Asked&, Told&)> change;
};

TEST(Fleet, SeesWhatTheServerMustNotDo) {
  const auto in_ack = [](auto change) {
    return [change](const Asked&, Told& told) {
      if (told.type == MessageType::ack) change(told);
    };
  };
  const Wrong cases[] = {
      {"one address for all", Violation::two_holders,
       [](const Asked&, Told& told) { told.address = Ip4{kPool}; }},
      {"another than offered", Violation::other_address,
       in_ack([](Told& t) { t.address.value += 1'000; })},
      {"another server", Violation::server_changed, in_ack([](Told& t) { t.server.value += 1; })},
      {"no address", Violation::no_address, in_ack([](Told& t) { t.address = {}; })},
      {"no server", Violation::no_server, in_ack([](Told& t) { t.server = {}; })},
      {"no lease time", Violation::no_lease_time, in_ack([](Told& t) { t.lease_time.reset(); })},
      {"T1 after T2", Violation::times_disorder, in_ack([](Told& t) { t.t1 = 3'200; })},
      {"T2 after the lease", Violation::times_disorder, in_ack([](Told& t) { t.t2 = 3'601; })},
      {"T1 after the lease", Violation::times_disorder,
       in_ack([](Told& t) { t.t2.reset(), t.t1 = 3'601; })},
      {"an option more", Violation::options_changed,
       in_ack([](Told& t) { t.domain = "example.net"; })},
      {"another value", Violation::options_changed,
       [](const Asked&, Told& t) {
         t.domain = t.type == MessageType::ack ? "example.net" : "example.org";
       }},
  };
  for (const Wrong& wrong : cases) {
    World world(closed(4, 1));
    world.serve([&](const Asked& asked) {
      auto told = world.honest(asked);
      wrong.change(asked, told[0]);
      return told;
    });
    world.run();
    const std::uint64_t expected = wrong.violation == Violation::two_holders ? 3 : 4;
    EXPECT_EQ(world.violations(wrong.violation), expected) << wrong.name;
    EXPECT_EQ(world.figures().violated(), expected) << wrong.name;
    ASSERT_TRUE(world.figures().evidence) << wrong.name;
    EXPECT_EQ(world.figures().evidence->what, wrong.violation) << wrong.name;
  }
}

TEST(Fleet, WantsTheOptionsOfItsLeaseBackWithEachRenewal) {
  std::size_t renewals = 0;
  Plan plan = closed(3, 1);
  plan.scenario = Scenario::renew;
  plan.exchanges = 9;
  World world(plan);
  world.serve([&](const Asked& asked) {
    auto told = world.honest(asked);
    told[0].domain = "example.org";
    if (asked.ciaddr.is_zero()) return told;
    ++renewals;
    told[0].lease_time = 7'200 + renewals;  // times may change
    if (renewals == 4) told[0].domain.clear();
    return told;
  });
  world.run();
  EXPECT_EQ(world.count(Count::done), 9U);
  // Gone, and back again.
  EXPECT_EQ(world.violations(Violation::options_changed), 2U);
  EXPECT_EQ(world.figures().violated(), 2U);
}

TEST(Fleet, AsksForDifferentThingsAndIsToldDifferentThings) {
  const std::vector wants = {std::byte{55}, std::byte{1}, std::byte{15}};
  Plan plan = closed(4, 1);
  plan.sets = {{.discover = {}, .request = wants}, {.discover = wants, .request = wants}};
  World world(plan);
  world.serve([&](const Asked& asked) {
    auto told = world.honest(asked);
    if (told[0].type == MessageType::ack) told[0].domain = "example.org";
    return told;
  });
  world.run();
  EXPECT_EQ(world.count(Count::done), 4U);
  EXPECT_EQ(world.violations(Violation::options_changed), 2U);
}

// R3046-2.2-a
TEST(Fleet, WantsTheRelaysOptionBackWhole) {
  struct Row {
    const char* name;
    std::function<std::string(const Asked&)> back;
    std::uint64_t wrong;
  };
  const Row rows[] = {
      {"left out", [](const Asked&) { return std::string(); }, 0},
      {"whole", [](const Asked& a) { return "\x01\x06" + a.circuit; }, 0},
      {"cut", [](const Asked&) { return std::string("\x01\x04port"); }, 6},
      {"another's", [](const Asked&) { return std::string("\x01\x06port-7"); }, 6},
  };
  for (const Row& row : rows) {
    Plan plan = closed(3, 1);
    plan.relays = {Ip4{0x0a010001}};
    World world(plan);
    world.serve([&](const Asked& asked) {
      auto told = world.honest(asked);
      told[0].relay_info = row.back(asked);
      return told;
    });
    world.run();
    EXPECT_EQ(world.violations(Violation::relay_info), row.wrong) << row.name;
    EXPECT_EQ(world.count(Count::done), 3U) << row.name;
  }
}

TEST(Fleet, BlamesNobodyForAnAddressWhoseLeaseIsOver) {
  World world(closed(2, 1));
  world.serve([&](const Asked& asked) {
    auto told = world.honest(asked);
    told[0].address = Ip4{kPool};
    told[0].lease_time = 1;
    told[0].t1 = told[0].t2 = std::nullopt;
    told[0].after = Duration::milliseconds(600);
    return told;
  });
  world.run();
  EXPECT_EQ(world.count(Count::done), 2U);
  EXPECT_EQ(world.figures().violated(), 0U);
}

TEST(Fleet, NamesBothHoldersInItsEvidence) {
  World world(closed(2, 1));
  world.serve([&](const Asked& asked) {
    auto told = world.honest(asked);
    told[0].address = Ip4{kPool};
    return told;
  });
  world.run();
  ASSERT_TRUE(world.figures().evidence);
  EXPECT_EQ(world.figures().evidence->client, 1U);
  EXPECT_EQ(world.figures().evidence->other, 0U);
  EXPECT_EQ(world.figures().evidence->address, Ip4{kPool});
}

}  // namespace
}  // namespace lessor::load
