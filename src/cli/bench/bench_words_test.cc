#include "cli/bench/bench_words.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::cli {
namespace {

using load::Scenario;

std::expected<BenchWords, Stop> read(std::vector<const char*> words) {
  return read_bench_words(words);
}

TEST(BenchWords, TakeAnAddressForAServerBehindRelays) {
  const auto words =
      read({"192.0.2.1", "--giaddr", "10.0.0.1,10.0.1.0/24", "--giaddr", "10.0.2.1-10.0.2.9"});
  ASSERT_TRUE(words) << words.error().text;
  EXPECT_EQ(net::to_string(words->plan.server), "192.0.2.1");
  EXPECT_TRUE(words->interface.empty());
  ASSERT_EQ(words->giaddrs.size(), 3U);
  EXPECT_EQ(words->giaddrs[0].count(), 1U);
  EXPECT_EQ(words->giaddrs[1].count(), 256U);
  EXPECT_EQ(words->giaddrs[2].count(), 9U);
}

TEST(BenchWords, TakeAnythingElseForAnInterface) {
  const auto words = read({"eth0", "--broadcast"});
  ASSERT_TRUE(words) << words.error().text;
  EXPECT_EQ(words->interface, "eth0");
  EXPECT_TRUE(words->plan.broadcast);
}

TEST(BenchWords, HaveOneExchangeForEachClientUnlessAnEndIsGiven) {
  EXPECT_EQ(read({"eth0", "--clients", "70"})->plan.exchanges, 70U);
  EXPECT_EQ(read({"eth0", "--exchanges", "9"})->plan.exchanges, 9U);
  const auto timed = read({"eth0", "--duration", "2m"});
  EXPECT_EQ(timed->plan.exchanges, UINT64_MAX);
  EXPECT_EQ(timed->plan.duration, Duration::seconds(120));
  const auto both = read({"eth0", "--duration", "2m", "--exchanges", "9"});
  EXPECT_EQ(both->plan.exchanges, 9U);
  EXPECT_EQ(both->plan.duration, Duration::seconds(120));
}

TEST(BenchWords, AreAClosedLoopUnlessARateIsGiven) {
  EXPECT_EQ(read({"eth0"})->plan.window, 64U);
  EXPECT_EQ(read({"eth0"})->plan.rate, 0);
  const auto open = read({"eth0", "--rate", "1500.5", "--scenario", "renew"});
  ASSERT_TRUE(open) << open.error().text;
  EXPECT_EQ(open->plan.rate, 1500.5);
  EXPECT_EQ(open->plan.window, 0U);
  EXPECT_EQ(open->plan.scenario, Scenario::renew);
}

TEST(BenchWords, NameEachScenario) {
  const std::pair<const char*, Scenario> rows[] = {
      {"dora", Scenario::dora},           {"renew", Scenario::renew},
      {"rebind", Scenario::rebind},       {"reboot", Scenario::reboot},
      {"release", Scenario::release},     {"decline", Scenario::decline},
      {"avalanche", Scenario::avalanche}, {"mix", Scenario::mix},
  };
  for (const auto& [name, scenario] : rows) {
    const auto words = read({"eth0", "--scenario", name});
    ASSERT_TRUE(words) << words.error().text;
    EXPECT_EQ(words->plan.scenario, scenario) << name;
  }
}

TEST(BenchWords, MixInProportions) {
  EXPECT_EQ(read({"eth0", "--scenario", "mix"})->plan.mix, (load::Mix{20, 70, 2, 5, 3, 0}));
  const auto words = read({"eth0", "--scenario", "mix", "--mix", "release=1, dora=3,decline=2"});
  ASSERT_TRUE(words) << words.error().text;
  EXPECT_EQ(words->plan.mix, (load::Mix{3, 0, 0, 0, 1, 2}));
  EXPECT_EQ(words->plan.window, 64U);
}

TEST(BenchWords, PaceByTheClockWhatHasNoAnswer) {
  for (const char* scenario : {"release", "decline"}) {
    EXPECT_EQ(read({"eth0", "--scenario", scenario})->plan.rate, 1'000);
    EXPECT_EQ(read({"eth0", "--scenario", scenario, "--window", "9"})->plan.rate, 0);
    EXPECT_EQ(read({"eth0", "--scenario", scenario, "--rate", "9"})->plan.rate, 9);
  }
}

TEST(BenchWords, BeginAnAvalancheWithinATimeAndEndIt) {
  const auto plain = read({"eth0", "--scenario", "avalanche"});
  ASSERT_TRUE(plain) << plain.error().text;
  EXPECT_EQ(plain->plan.within, Duration());
  EXPECT_EQ(plain->plan.duration, Duration::seconds(600));
  EXPECT_EQ(plain->plan.window, 0U);
  const auto words =
      read({"eth0", "--scenario", "avalanche", "--within", "1500ms", "--duration", "2h"});
  ASSERT_TRUE(words) << words.error().text;
  EXPECT_EQ(words->plan.within, Duration::milliseconds(1'500));
  EXPECT_EQ(words->plan.duration, Duration::seconds(7'200));
}

TEST(BenchWords, SayHowPatientClientsAre) {
  const auto words = read({"eth0", "--retry", "500ms", "--tries", "2", "--wait", "3s", "--seed",
                           "0", "--first", "4000"});
  ASSERT_TRUE(words) << words.error().text;
  EXPECT_EQ(words->plan.first_delay, Duration::milliseconds(500));
  EXPECT_EQ(words->plan.tries, 2);
  EXPECT_EQ(words->plan.patience, Duration::seconds(3));
  EXPECT_EQ(words->plan.first, 4'000U);
  EXPECT_EQ(words->seed, 0U);
  EXPECT_FALSE(read({"eth0"})->seed);
}

TEST(BenchWords, AskForASearchWhoseClientsAskOnceUnlessTheySayOtherwise) {
  EXPECT_FALSE(read({"eth0"})->max_lost);
  const auto words = read({"eth0", "--max"});
  ASSERT_TRUE(words) << words.error().text;
  EXPECT_EQ(words->max_lost, 0.001);
  EXPECT_EQ(words->plan.rate, 1'000);
  EXPECT_EQ(words->plan.clients, 10'000U);
  EXPECT_EQ(words->plan.tries, 1);
  EXPECT_EQ(words->plan.first_delay, Duration::seconds(1));
  EXPECT_EQ(words->plan.duration, Duration::seconds(3));
  const auto other =
      read({"eth0", "--max", "--max-drops", "2.5%", "--rate", "9000", "--clients", "50", "--tries",
            "2", "--retry", "200ms", "--duration", "5s", "--scenario", "renew"});
  ASSERT_TRUE(other) << other.error().text;
  EXPECT_EQ(other->max_lost, 0.025);
  EXPECT_EQ(other->plan.rate, 9'000);
  EXPECT_EQ(other->plan.clients, 50U);
  EXPECT_EQ(other->plan.tries, 2);
  EXPECT_EQ(other->plan.first_delay, Duration::milliseconds(200));
  EXPECT_EQ(other->plan.duration, Duration::seconds(5));
}

TEST(BenchWords, LetACapturesClientsComeWhenTheyCameUnlessTheySayWhen) {
  const auto words = read({"eth0", "--pcap", "x.pcap", "--speed", "10"});
  ASSERT_TRUE(words) << words.error().text;
  EXPECT_EQ(words->pcap, "x.pcap");
  EXPECT_EQ(words->speed, 10);
  EXPECT_EQ(words->plan.window, 0U);
  EXPECT_EQ(words->plan.rate, 0);
  EXPECT_EQ(read({"eth0", "--pcap", "x.pcap", "--window", "5"})->plan.window, 5U);
  EXPECT_EQ(read({"eth0", "--pcap", "x.pcap", "--rate", "5"})->plan.rate, 5);
  EXPECT_EQ(read({"eth0", "--pcap", "x.pcap", "--max"})->plan.rate, 1'000);
  for (const char* scenario : {"rebind", "reboot", "mix"}) {
    EXPECT_TRUE(read({"eth0", "--max", "--scenario", scenario})) << scenario;
  }
}

TEST(BenchWords, NameWhatIsWrongWithThem) {
  struct Row {
    std::vector<const char*> words;
    const char* said;
  };
  const Row rows[] = {
      {{}, "TARGET"},
      {{"eth0", "--scenario", "renw"}, "did you mean 'renew'?"},
      {{"eth0", "--scenario", "storm"}, "--help names them"},
      {{"eth0", "--scenario", "avalanche", "--rate", "5"}, "everybody at once"},
      {{"eth0", "--scenario", "avalanche", "--window", "5"}, "everybody at once"},
      {{"eth0", "--scenario", "avalanche", "--exchanges", "5"}, "everybody at once"},
      {{"eth0", "--mix", "dora=1"}, "--mix is for --scenario mix"},
      {{"eth0", "--scenario", "mix", "--mix", "dora"}, "write dora=PARTS"},
      {{"eth0", "--scenario", "mix", "--mix", "dora=1.5"}, "write dora=PARTS"},
      {{"eth0", "--scenario", "mix", "--mix", "dora=1,renwe=2"}, "did you mean 'renew'?"},
      {{"eth0", "--scenario", "mix", "--mix", "dora=1,dora=2"}, "dora is there twice"},
      {{"eth0", "--scenario", "mix", "--mix", "dora=0"}, "nothing is in it"},
      {{"eth0", "--profile", "/no/such"}, "--profile: cannot read /no/such"},
      {{"eth0", "--profile", "x", "--pcap", "y"}, "--profile and --pcap"},
      {{"eth0", "--within", "1s"}, "--within is for --scenario avalanche"},
      {{"eth0", "--window", "3", "--rate", "4"}, "--window"},
      {{"eth0", "--window", "0"}, "--window"},
      {{"eth0", "--clients", "4000001"}, "--clients"},
      {{"eth0", "--rate", "0"}, "--rate"},
      {{"eth0", "--tries", "0"}, "--tries"},
      {{"eth0", "--retry", "5s"}, "--retry 5s: between 50ms and 4s"},
      {{"eth0", "--duration", "0"}, "--duration 0: between"},
      {{"eth0", "--duration", "soon"}, "--duration: "},
      {{"eth0", "--duration", "infinite"}, "--duration infinite: between"},
      {{"eth0", "--giaddr", "10.0.0.1"}, "--giaddr is for relays"},
      {{"eth0", "--udp"}, "--udp is for relays"},
      {{"192.0.2.1", "--giaddr", "10.0.0"}, "'10.0.0' is no address, prefix or range"},
      {{"eth0", "--first", "4294967295"}, "--first"},
      {{"eth0", "--max", "--scenario", "release"}, "that are answered, not of release"},
      {{"eth0", "--max", "--scenario", "avalanche"}, "that are answered, not of avalanche"},
      {{"eth0", "--max", "--window", "3"}, "--window"},
      {{"eth0", "--max", "--exchanges", "3"}, "--exchanges"},
      {{"eth0", "--max-drops", "1%"}, "--max"},
      {{"eth0", "--max", "--max-drops", "1"}, "'1': a share from 0% to 50%"},
      {{"eth0", "--max", "--max-drops", "51%"}, "a share from 0% to 50%"},
      {{"eth0", "--max", "--max-drops", "nan%"}, "a share from 0% to 50%"},
      {{"eth0", "--max", "--duration", "1h"}, "at most 10m"},
      {{"eth0", "--speed", "2"}, "--pcap"},
      {{"eth0", "--pcap", "x", "--speed", "0"}, "--speed"},
      {{"eth0", "--pcap", "x", "--speed", "2", "--rate", "7"}, "--rate"},
      {{"eth0", "--giadr", "10.0.0.1"}, "did you mean '--giaddr'?"},
  };
  for (const Row& row : rows) {
    const auto words = read(row.words);
    ASSERT_FALSE(words) << row.said;
    EXPECT_EQ(words.error().code, ExitCode::usage) << row.said;
    EXPECT_NE(words.error().text.find(row.said), std::string::npos) << words.error().text;
  }
}

}  // namespace
}  // namespace lessor::cli
