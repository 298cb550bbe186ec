#include "load/test_fleet.h"

#include <set>

namespace lessor::load {
namespace {

TEST(Fleet, BindsEveryClientOnceAndIsDone) {
  World world(closed(500, 16));
  world.run();
  EXPECT_EQ(world.count(Count::begun), 500U);
  EXPECT_EQ(world.count(Count::done), 500U);
  EXPECT_EQ(world.count(Count::sent), 1'000U);
  EXPECT_EQ(world.count(Count::received), 1'000U);
  EXPECT_EQ(world.count(Count::retransmissions), 0U);
  EXPECT_EQ(world.figures().violated(), 0U);
  EXPECT_EQ(world.fleet().holding(world.now()), 500U);
  EXPECT_TRUE(world.fleet().next_deadline().is_never());
}

TEST(Fleet, KeepsNoMoreThanTheWindowUnderWay) {
  World world(closed(200, 7));
  std::uint32_t most = 0;
  while (world.fleet().phase() != Phase::done) {
    world.turn();
    most = std::max(most, world.fleet().outstanding());
  }
  EXPECT_EQ(most, 7U);
  // Of 200 exchanges of 4 ms each, 7 at a time.
  EXPECT_EQ(world.figures().elapsed, Duration::milliseconds(4 * ((200 + 6) / 7)));
}

TEST(Fleet, TimesEachStep) {
  World world(closed(10, 1));
  world.run();
  const auto median = [&](Step step) {
    return world.figures().step(step).percentile(500'000).to_milliseconds();
  };
  EXPECT_EQ(median(Step::offer), 2);
  EXPECT_EQ(median(Step::acknowledge), 2);
  EXPECT_EQ(median(Step::bind), 4);
  EXPECT_EQ(world.figures().step(Step::bind).count(), 10U);
  EXPECT_EQ(world.figures().step(Step::renew).count(), 0U);
}

// R2131-4.1-h
TEST(Fleet, SendsAgainAsTheRfcSaysAndGivesUp) {
  Plan plan = closed(1, 1);
  plan.tries = 4;
  plan.patience = Duration::seconds(100);
  World world(plan);
  world.serve([](const Asked&) { return std::vector<Told>(); });
  world.run();
  ASSERT_EQ(world.heard().size(), 4U);
  const std::int64_t expected[] = {4, 8, 16};
  for (std::size_t i = 1; i < 4; ++i) {
    const Duration waited = world.heard()[i].at - world.heard()[i - 1].at;
    EXPECT_GE(waited, Duration::seconds(expected[i - 1] - 1));
    EXPECT_LE(waited, Duration::seconds(expected[i - 1] + 1) + Duration::milliseconds(8));
    EXPECT_EQ(world.heard()[i].xid, world.heard()[0].xid);
    EXPECT_GE(world.heard()[i].secs, world.heard()[i - 1].secs + expected[i - 1] - 2);
  }
  EXPECT_EQ(world.count(Count::dropped), 1U);
  EXPECT_EQ(world.count(Count::timeouts), 4U);
  EXPECT_EQ(world.count(Count::retransmissions), 3U);
  EXPECT_EQ(world.count(Count::done), 0U);
}

TEST(Fleet, ScalesTheWaitsInProportion) {
  Plan plan = closed(1, 1);
  plan.first_delay = Duration::milliseconds(400);
  World world(plan);
  world.serve([](const Asked&) { return std::vector<Told>(); });
  world.run();
  ASSERT_EQ(world.heard().size(), 4U);
  const Duration waited = world.heard()[1].at - world.heard()[0].at;
  EXPECT_GE(waited, Duration::milliseconds(300));
  EXPECT_LE(waited, Duration::milliseconds(508));
}

TEST(Fleet, CountsALostAnswerAsALongExchange) {
  World world(closed(1, 1));
  world.serve([&](const Asked& asked) {
    const bool lost = world.heard().size() == 1;
    return lost ? std::vector<Told>() : world.honest(asked);
  });
  world.run();
  EXPECT_EQ(world.count(Count::done), 1U);
  EXPECT_EQ(world.count(Count::retransmissions), 1U);
  EXPECT_GE(world.figures().step(Step::bind).max(), Duration::seconds(3));
}

// The server stands still for two seconds: the ten exchanges a second that were due meanwhile are
// as late as it made them, whether or not they were begun in time.
TEST(Fleet, CountsFromTheScheduleWhenTheServerStandsStill) {
  const Plan plan{.clients = 1'000, .rate = 10, .exchanges = 100};
  World world(plan);
  const Instant still = world.now() + Duration::seconds(4);
  const Instant again = still + Duration::seconds(2);
  world.serve([&](const Asked& asked) {
    auto told = world.honest(asked);
    if (asked.at >= still && asked.at < again) told[0].after = again - asked.at;
    return told;
  });
  world.run();
  EXPECT_EQ(world.count(Count::done), 100U);
  const Histogram& bind = world.figures().step(Step::bind);
  EXPECT_EQ(bind.percentile(750'000).to_milliseconds(), 4);
  EXPECT_GE(bind.max(), Duration::milliseconds(1'990));
  EXPECT_GE(bind.percentile(900'000), Duration::milliseconds(900));  // a tenth waited a second
}

TEST(Fleet, CountsFromTheScheduleWhenItWasLateItself) {
  const Plan plan{.clients = 100, .rate = 10, .exchanges = 20};
  World world(plan);
  world.turn();
  world.pass(Duration::seconds(1));  // somebody else had the processor
  world.run();
  EXPECT_EQ(world.count(Count::done), 20U);
  EXPECT_GE(world.figures().step(Step::bind).max(), Duration::milliseconds(800));
  EXPECT_GE(world.figures().step(Step::lateness).max(), Duration::milliseconds(800));
}

TEST(Fleet, HoldsTheScheduleUntilAClientIsFree) {
  const Plan plan{.clients = 2, .rate = 1'000, .exchanges = 100};
  World world(plan);
  world.delay = Duration::milliseconds(50);
  world.run();
  EXPECT_EQ(world.count(Count::done), 100U);
  EXPECT_GE(world.count(Count::held), 90U);
  EXPECT_GE(world.figures().step(Step::bind).max(), Duration::seconds(4));
  EXPECT_LE(world.figures().step(Step::lateness).max(), Duration::milliseconds(1));
}

TEST(Fleet, KeepsTheRate) {
  const Plan plan{.clients = 5'000, .rate = 2'000, .exchanges = 5'000};
  World world(plan);
  world.run();
  EXPECT_NEAR(world.figures().rate(), 2'000, 10);
  EXPECT_EQ(world.count(Count::held), 0U);
}

TEST(Fleet, EndsWhenItsTimeIsOverAndWaitsForWhatIsUnderWay) {
  const Plan plan{.clients = 10, .window = 2, .duration = Duration::seconds(1)};
  World world(plan);
  const Instant start = world.now();
  world.run();
  EXPECT_EQ(world.count(Count::unfinished), 0U);
  EXPECT_EQ(world.count(Count::begun), world.count(Count::done));
  EXPECT_NEAR(static_cast<double>(world.count(Count::done)), 500, 3);
  EXPECT_LE(world.now() - start, Duration::milliseconds(1'010));
}

TEST(Fleet, WaitsNoLongerThanItsPatience) {
  Plan plan = closed(3, 3);
  plan.patience = Duration::seconds(1);
  World world(plan);
  world.serve([](const Asked&) { return std::vector<Told>(); });
  const Instant start = world.now();
  world.run();
  EXPECT_EQ(world.now() - start, Duration::seconds(1));
  EXPECT_EQ(world.count(Count::unfinished), 3U);
}

TEST(Fleet, StopsAtOnceWhenItIsTold) {
  World world(closed(100, 10));
  for (int i = 0; i < 3; ++i) world.turn();
  world.fleet().stop();
  EXPECT_EQ(world.fleet().phase(), Phase::done);
  EXPECT_EQ(world.count(Count::begun), world.count(Count::done) + world.count(Count::unfinished));
  EXPECT_GT(world.count(Count::unfinished), 0U);
  const std::size_t said = world.heard().size();
  world.pass(Duration::seconds(100));
  world.turn();
  EXPECT_EQ(world.heard().size(), said);
}

TEST(Fleet, RenewsWhatItHasBoundBefore) {
  Plan plan{.scenario = Scenario::renew, .clients = 50, .window = 5, .exchanges = 120};
  plan.interface = 3;
  World world(plan);
  world.run();
  EXPECT_EQ(world.fleet().preparation().count(Count::done), 50U);
  EXPECT_EQ(world.count(Count::done), 120U);
  EXPECT_EQ(world.figures().step(Step::renew).count(), 120U);
  EXPECT_EQ(world.figures().step(Step::bind).count(), 0U);
  EXPECT_EQ(world.figures().violated(), 0U);
  const Asked& last = world.heard().back();
  // RFC 2131 table 5: ciaddr, neither option 50 nor 54, unicast to the server.
  EXPECT_NE(last.ciaddr, Ip4());
  EXPECT_EQ(last.requested, Ip4());
  EXPECT_EQ(last.server, Ip4());
  EXPECT_EQ(last.envelope.target, net::LinkTarget::mac);
  EXPECT_EQ(last.envelope.target_mac, kServerMac);
  EXPECT_EQ(last.envelope.source, last.ciaddr);
  EXPECT_EQ(last.envelope.destination, kServer);
}

TEST(Fleet, LeavesOutOfRenewalsWhoGotNothing) {
  const Plan plan{
      .scenario = Scenario::renew, .clients = 20, .window = 5, .exchanges = 100, .tries = 1};
  World world(plan);
  world.serve([&](const Asked& asked) {
    const bool unlucky = load_u8(&asked.mac.octets[5]) % 2 == 1;
    return unlucky ? std::vector<Told>() : world.honest(asked);
  });
  world.run();
  EXPECT_EQ(world.fleet().preparation().count(Count::done), 10U);
  EXPECT_EQ(world.fleet().preparation().count(Count::dropped), 10U);
  EXPECT_EQ(world.count(Count::done), 100U);
}

TEST(Fleet, RenewsNothingThatIsRefusedOrOver) {
  Plan plan{.scenario = Scenario::renew, .clients = 4, .window = 4, .exchanges = 1'000};
  World refusing(plan);
  refusing.serve([&](const Asked& asked) {
    auto told = refusing.honest(asked);
    if (!asked.ciaddr.is_zero()) told[0].type = MessageType::nak;
    return told;
  });
  refusing.run();
  EXPECT_EQ(refusing.count(Count::refused), 4U);
  EXPECT_EQ(refusing.fleet().holding(refusing.now()), 0U);
  EXPECT_EQ(refusing.fleet().phase(), Phase::done);

  plan.window = 0;
  plan.rate = 0.1;
  World slow(plan);
  slow.serve([&](const Asked& asked) {
    auto told = slow.honest(asked);
    told[0].lease_time = 8;
    told[0].t1 = told[0].t2 = std::nullopt;
    return told;
  });
  slow.run();
  EXPECT_EQ(slow.fleet().phase(), Phase::done);
  EXPECT_EQ(slow.count(Count::done), 1U);
  EXPECT_EQ(slow.count(Count::expired), 4U);
}

TEST(Fleet, IsRelayedWithGiaddrAndACircuitForEachClient) {
  Plan plan = closed(6, 6);
  plan.relays = {Ip4{0x0a010001}, Ip4{0x0a020001}};
  plan.server = kServer;
  World world(plan);
  world.run();
  EXPECT_EQ(world.count(Count::done), 6U);
  std::set<std::string> circuits;
  for (const Asked& asked : world.heard()) {
    EXPECT_EQ(asked.giaddr, plan.relays[load_u8(&asked.mac.octets[5]) % 2]);
    EXPECT_EQ(asked.envelope.source, asked.giaddr);
    EXPECT_EQ(asked.envelope.destination, kServer);
    EXPECT_EQ(asked.envelope.source_port, 67);
    EXPECT_EQ(asked.envelope.destination_port, 67);
    EXPECT_EQ(asked.envelope.target, net::LinkTarget::route);
    circuits.insert(asked.circuit.substr(2));
  }
  EXPECT_EQ(circuits.size(), 6U);
}

TEST(Fleet, AsksForBroadcastAnswersWhenItIsTo) {
  Plan plan = closed(2, 2);
  plan.broadcast = true;
  plan.first = 1'000;
  World world(plan);
  world.run();
  for (const Asked& asked : world.heard()) {
    EXPECT_EQ(asked.flags, wire::kBroadcastFlag);
    EXPECT_EQ(asked.envelope.target, net::LinkTarget::broadcast);
    EXPECT_EQ(asked.envelope.destination, net::kIp4Broadcast);
    EXPECT_GE(load_be32(&asked.mac.octets[2]), 1'000U);
  }
}

TEST(Fleet, TellsWhoHoldsAnAddressWhileTheLeaseLasts) {
  World world(closed(3, 3));
  world.run();
  const auto mac = world.fleet().holder_mac(world.now(), Ip4{kPool + 1});
  ASSERT_TRUE(mac);
  EXPECT_EQ(number_of(mac->octets), 1U);
  EXPECT_FALSE(world.fleet().holder_mac(world.now(), Ip4{kPool + 3}));
  EXPECT_FALSE(world.fleet().holder_mac(world.now() + Duration::seconds(3'600), Ip4{kPool + 1}));
}

TEST(Fleet, TakesTheFirstOfferAndCountsTheOthers) {
  World world(closed(5, 1));
  world.serve([&](const Asked& asked) {
    auto told = world.honest(asked);
    if (told[0].type == MessageType::offer) {
      told.push_back({.type = MessageType::offer,
                      .address = Ip4{99},
                      .server = Ip4{98},
                      .after = Duration::milliseconds(3)});
    } else {
      told.push_back(told[0]);  // a network that doubles
    }
    return told;
  });
  world.run();
  EXPECT_EQ(world.count(Count::done), 5U);
  EXPECT_EQ(world.count(Count::further_offers), 5U);
  EXPECT_EQ(world.figures().violated(), 0U);
  EXPECT_GE(world.count(Count::late), 4U);
}

TEST(Fleet, TakesNoStrangersAnswer) {
  World world(closed(1, 1));
  world.turn();
  net::Outbox out(8);
  const std::array<std::byte, 20> rubbish{};
  world.fleet().on_datagram({.mono = world.now()}, {.payload = rubbish}, out);
  EXPECT_EQ(world.count(Count::strange), 1U);
}

// A full Outbox delays, it loses nothing.
TEST(Fleet, WaitsForRoomInTheOutbox) {
  const Plan plan = closed(100, 100);
  World world(plan, 8);
  world.run();
  EXPECT_EQ(world.count(Count::done), 100U);
  EXPECT_EQ(world.count(Count::sent), 200U);
  EXPECT_EQ(world.count(Count::timeouts), 0U);
}

}  // namespace
}  // namespace lessor::load
