// Which servers are asked, and how their health is judged, in virtual time.

#include "relay/v4/balance_hash.h"
#include "relay/v4/test_kit.h"

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <set>

namespace lessor::relay::v4 {
namespace {

using testing::SizeIs;
using enum wire::MessageType;

Settings with_choice(ServerChoice choice, int servers = 2) {
  Settings settings = make_settings(servers);
  settings.choice = choice;
  return settings;
}

std::uint32_t number_of(net::Ip4 server) { return server.value - ip("192.0.2.11").value; }

std::set<std::uint32_t> receivers(const std::vector<Sent>& sent) {
  std::set<std::uint32_t> numbers;
  for (const Sent& one : sent) numbers.insert(number_of(one.envelope.destination));
  return numbers;
}

/// A world of servers with habits and clients that retransmit as RFC 2131 4.1 says.
class World {
 public:
  explicit World(Settings settings) : bench(std::move(settings)) {}

  struct Habits {
    bool alive = true;
    bool answers_probes = true;
    std::function<bool(std::uint32_t client)> serves = [](std::uint32_t) { return true; };
  };

  struct Client {
    Instant begun;
    Instant next;
    Duration wait = Duration::seconds(4);
    bool says_secs = true;
  };

  void begin(std::uint32_t client, bool says_secs = true) {
    clients[client] = {.begun = bench.now.mono, .next = bench.now.mono, .says_secs = says_secs};
  }

  /// Lets time go by in steps of 50 ms; calls `each_step`.
  void run(Duration time, const std::function<void()>& each_step = [] {}) {
    const Instant end = bench.now.mono + time;
    while (bench.now.mono < end) {
      each_step();
      for (auto& [number, client] : clients) {
        if (client.next <= bench.now.mono) ask(number, client);
      }
      if (bench.engine.next_deadline() <= bench.now.mono) {
        bench.engine.on_time(bench.now, bench.outbox);
        serve(bench.take());
      }
      bench.advance(Duration::milliseconds(50));
    }
  }

  [[nodiscard]] Health health(std::size_t server) { return bench.engine.servers()[server].health; }
  [[nodiscard]] std::uint32_t times_down(std::size_t server) {
    return bench.engine.servers()[server].times_down;
  }

  Bench bench;
  std::map<std::uint32_t, Habits> servers{{0, {}}, {1, {}}, {2, {}}};
  std::map<std::uint32_t, Client> clients;  // that still ask
  Duration longest_wait;
  std::size_t bound = 0;

 private:
  void ask(std::uint32_t number, Client& client) {
    const Duration since = bench.now.mono - client.begun;
    client.next = bench.now.mono + client.wait;
    client.wait = std::min(client.wait * 2, Duration::seconds(64));
    const auto secs = static_cast<std::uint16_t>(client.says_secs ? since.to_seconds() : 0);
    serve(bench.from_client(Words{.xid = number, .client = number, .secs = secs}));
  }

  void serve(const std::vector<Sent>& sent) {
    for (const Sent& one : sent) {
      const std::uint32_t server = number_of(one.envelope.destination);
      const Habits& habits = servers.at(server);
      const auto client = load_be32(&one.payload[wire::kChaddrOffset + 2]);
      const bool is_client = load_be16(&one.payload[wire::kChaddrOffset]) == 0x0206;
      const bool answers = is_client ? habits.serves(client) : habits.answers_probes;
      if (!habits.alive || !answers) continue;
      if (!is_client) {
        answer_probe(one);
        continue;
      }
      const Words words = answer_to(one.payload, offer);
      const auto got = bench.from_server(words, net::to_string(one.envelope.destination));
      if (!got.empty()) done(client);
    }
  }

  /// The probe comes back as the DHCPACK that it asks for.
  void answer_probe(const Sent& probe) {
    std::vector<std::byte> payload = probe.payload;
    payload[wire::kOpOffset] = std::byte{2};
    payload[wire::kOptionsOffset + 2] = std::byte{5};
    EXPECT_THAT(bench.hand_in({.payload = payload,
                               .source = probe.envelope.destination,
                               .destination = probe.header().giaddr(),
                               .source_port = 67,
                               .destination_port = 68,
                               .interface = kUplink}),
                SizeIs(0));
  }

  void done(std::uint32_t client) {
    const auto found = clients.find(client);
    if (found == clients.end() || found->second.next.is_never()) return;
    ++bound;
    longest_wait = std::max(longest_wait, bench.now.mono - found->second.begun);
    found->second.next = Instant::never();
  }
};

TEST(ServerChoiceTest, AllByDefault) {
  Bench bench(make_settings(3));
  EXPECT_EQ(receivers(bench.from_client(Words{})), (std::set<std::uint32_t>{0, 1, 2}));
}

TEST(ServerChoiceTest, FailoverAsksTheFirst) {
  Bench bench(with_choice(ServerChoice::failover, 3));
  for (std::uint32_t i = 0; i < 50; ++i) {
    EXPECT_EQ(receivers(bench.from_client(Words{.xid = i, .client = i})),
              (std::set<std::uint32_t>{0}));
    bench.advance(Duration::milliseconds(1));
  }
}

TEST(ServerChoiceTest, AClientThatKeepsTryingGoesToAll) {
  for (const auto choice : {ServerChoice::failover, ServerChoice::hash}) {
    Bench bench(with_choice(choice));
    EXPECT_THAT(bench.from_client(Words{.secs = 9}), SizeIs(1));
    EXPECT_THAT(bench.from_client(Words{.xid = 2, .secs = 10}), SizeIs(2));
    // One that always says 0 is counted: three times the same, or ten seconds.
    EXPECT_THAT(bench.from_client(Words{.xid = 3}), SizeIs(1));
    EXPECT_THAT(bench.from_client(Words{.xid = 3}), SizeIs(1));
    EXPECT_THAT(bench.from_client(Words{.xid = 3}), SizeIs(2));
    EXPECT_THAT(bench.from_client(Words{.xid = 4}), SizeIs(1));
    bench.advance(Duration::seconds(10));
    EXPECT_THAT(bench.from_client(Words{.xid = 4}), SizeIs(2));
  }
}

TEST(ServerChoiceTest, ARequestReachesTheServerThatItNames) {
  Bench bench(with_choice(ServerChoice::failover));
  const Words named{.type = request, .xid = 5, .server_id = ip("192.0.2.12")};
  EXPECT_EQ(receivers(bench.from_client(named)), (std::set<std::uint32_t>{1}));
  // Those that were asked for an offer learn that it is declined (RFC 2131 3.1).
  (void)bench.from_client(Words{.xid = 6});
  EXPECT_EQ(
      receivers(bench.from_client(Words{.type = request, .xid = 6, .server_id = ip("192.0.2.12")})),
      (std::set<std::uint32_t>{0, 1}));
  EXPECT_EQ(
      receivers(bench.from_client(Words{.type = release, .xid = 7, .server_id = ip("192.0.2.12")})),
      (std::set<std::uint32_t>{1}));
  EXPECT_THAT(bench.from_client(Words{.type = release, .xid = 8, .server_id = ip("192.0.2.50")}),
              SizeIs(2));
}

// Others would refuse what they never offered.
TEST(ServerChoiceTest, WhereAllGoByOurAddressTheOneThatOfferedIsAsked) {  // R5107-a
  for (const auto choice : {ServerChoice::all, ServerChoice::failover}) {
    Settings settings = with_choice(choice, 3);
    settings.downlinks[0].agent.server_id_override.source = OwnAddress::Source::interface;
    Bench bench(std::move(settings));
    const net::Ip4 ours = ip("10.1.0.1");
    const auto asked = bench.from_client(Words{.secs = 60});
    ASSERT_THAT(asked, SizeIs(3));
    for (int server = 0; server < 3; ++server) {
      const std::string number = std::to_string(server);
      Words offered = answer_to(asked[0].payload, offer, "10.1.0.7" + number);
      offered.server_id = ours;
      ASSERT_THAT(bench.from_server(offered, "192.0.2.1" + std::to_string(server + 1)), SizeIs(1));
    }
    const auto choose = [&](std::uint8_t last) {
      return receivers(bench.from_client(
          Words{.type = request, .server_id = ours, .extra = octets({50, 4, 10, 1, 0, last})}));
    };
    EXPECT_EQ(choose(0x47), (std::set<std::uint32_t>{1}));  // 10.1.0.71
    EXPECT_EQ(choose(0x48), (std::set<std::uint32_t>{2}));
    EXPECT_EQ(choose(0x50), (std::set<std::uint32_t>{0, 1, 2}));  // nobody's that we know of
  }
}

TEST(ServerChoiceTest, HashKeepsAClientAtItsServerAndSharesFairly) {  // R3074-a
  Bench bench(with_choice(ServerChoice::hash));
  std::map<std::uint32_t, int> share;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    const auto first = receivers(bench.from_client(Words{.xid = i, .client = i}));
    const auto again = receivers(bench.from_client(Words{.xid = i + 10'000, .client = i}));
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_EQ(first, again);
    ++share[*first.begin()];
    bench.advance(Duration::milliseconds(1));
    (void)bench.from_server(answer_to(write({.giaddr = ip("10.1.0.1")}), offer));
    (void)bench.from_server(answer_to(write({.giaddr = ip("10.1.0.1")}), offer), "192.0.2.12");
  }
  EXPECT_GT(share[0], 400);
  EXPECT_GT(share[1], 400);
}

TEST(ServerChoiceTest, HashIsOfTheClientIdentifierIfThereIsOne) {  // R3074-a
  Bench bench(with_choice(ServerChoice::hash));
  const auto id = octets({61, 3, 0, 'a', 'b'});
  std::set<std::uint32_t> all;
  for (std::uint32_t i = 0; i < 50; ++i) {
    all.merge(receivers(bench.from_client(Words{.xid = i, .client = i, .extra = id})));
  }
  EXPECT_EQ(all, (std::set<std::uint32_t>{balance_bucket(octets({0, 'a', 'b'})) / 128U}));
}

TEST(BalanceHash, BeginsWithTheLengthAndGoesBackwards) {  // R3074-a: worked out by hand
  EXPECT_EQ(balance_bucket({}), 0);
  EXPECT_EQ(balance_bucket(octets({0})), 175);    // T[1 ^ 0]
  EXPECT_EQ(balance_bucket(octets({0, 2})), 68);  // T[T[2 ^ 2] ^ 0] is T[251]
}

TEST(HealthTest, ADeadServerIsTakenOutWhile500ClientsBind) {
  for (const auto choice : {ServerChoice::failover, ServerChoice::hash}) {
    for (const bool says_secs : {true, false}) {
      World world(with_choice(choice));
      std::uint32_t next = 1;
      const auto arrive = [&] {  // 20 a second
        if (next <= 500) world.begin(next++, says_secs);
      };
      world.run(Duration::seconds(5), arrive);
      world.servers[0].alive = false;
      world.run(Duration::seconds(60), arrive);
      EXPECT_EQ(world.bound, 500U);
      EXPECT_EQ(world.times_down(0), 1U);
      EXPECT_EQ(world.health(0), Health::down);
      EXPECT_EQ(world.health(1), Health::good);
      EXPECT_LE(world.longest_wait, Duration::seconds(13));
    }
  }
}

TEST(HealthTest, AServerSilentToManyByPolicyStays) {
  for (const auto choice : {ServerChoice::failover, ServerChoice::hash}) {
    World world(with_choice(choice));
    world.servers[0].serves = [](std::uint32_t client) { return client % 10 >= 3; };
    std::uint32_t next = 1;
    world.run(Duration::seconds(120), [&] {
      if (next <= 1'000) world.begin(next++);
    });
    EXPECT_EQ(world.times_down(0), 0U);
    EXPECT_EQ(world.bound, 1'000U);
  }
}

TEST(HealthTest, AServerSilentToAllWhoAskButAliveToProbesStays) {
  World world(with_choice(ServerChoice::failover));
  world.servers[0].serves = [](std::uint32_t) { return false; };
  std::uint32_t next = 1;
  world.run(Duration::seconds(120), [&] {
    if (next <= 500) world.begin(next++);
  });
  EXPECT_EQ(world.times_down(0), 0U);
  EXPECT_EQ(world.bound, 500U);
  EXPECT_GT(world.bench.engine.counters().probes_answered, 0U);
}

TEST(HealthTest, AServerSilentByPolicyIsProbedEverMoreSeldom) {
  World world(with_choice(ServerChoice::failover));
  world.servers[0].serves = [](std::uint32_t) { return false; };
  std::uint32_t next = 0;
  world.run(Duration::seconds(120), [&] { world.begin(++next, false); });
  EXPECT_EQ(world.times_down(0), 0);
  EXPECT_LE(world.bench.engine.counters().probes_sent, 8);  // 2, 4, 8, 16, 30, 30 s apart
  int told = 0;
  for (Event event; world.bench.engine.events().take(event);) {
    told += event.kind == EventKind::server_suspect ? 1 : 0;
  }
  EXPECT_EQ(told, 1);
}

TEST(HealthTest, AServerIsKnownByTheNameThatItGaveItself) {  // it answers from another address
  Bench bench(with_choice(ServerChoice::failover));
  const auto answer = [&](const std::vector<Sent>& sent) {
    Words words = answer_to(sent.at(0).payload, offer);
    words.server_id = ip("192.0.2.99");
    (void)bench.from_server(words, "192.0.2.99");
  };
  answer(bench.from_client(Words{.xid = 1}));  // one was asked: it is that one
  const auto to_both = bench.from_client(Words{.xid = 2, .secs = 10});
  ASSERT_THAT(to_both, SizeIs(2));
  answer(to_both);
  EXPECT_EQ(bench.engine.servers()[0].answers, 2);
  EXPECT_EQ(bench.engine.servers()[1].answers, 0);
}

TEST(HealthTest, TheLastServerIsProbedSeldom) {
  World world(with_choice(ServerChoice::all, 1));
  world.servers[0] = {.answers_probes = false, .serves = [](std::uint32_t) { return false; }};
  std::uint32_t next = 0;
  world.run(Duration::seconds(120), [&] { world.begin(++next, false); });
  EXPECT_LE(world.bench.engine.counters().probes_sent, 18);
}

TEST(HealthTest, OneClientsSilenceCondemnsNobody) {
  World world(with_choice(ServerChoice::failover));
  world.servers[0].serves = [](std::uint32_t client) { return client != 1; };
  world.servers[0].answers_probes = false;
  world.begin(1);
  for (int hour = 0; hour < 3; ++hour) {
    world.begin(1);
    world.run(Duration::seconds(600));
  }
  EXPECT_EQ(world.times_down(0), 0U);
  EXPECT_EQ(world.health(0), Health::unknown);
}

TEST(HealthTest, TheLastServerIsNeverTakenOut) {
  World world(with_choice(ServerChoice::failover));
  world.servers[0].alive = world.servers[1].alive = false;
  std::uint32_t next = 1;
  world.run(Duration::seconds(40), [&] {
    if (next <= 500) world.begin(next++);
  });
  EXPECT_EQ(world.bound, 0U);
  EXPECT_EQ((world.health(0) == Health::down) + (world.health(1) == Health::down), 1);
  // The last one does not answer either: so both are asked.
  EXPECT_THAT(world.bench.from_client(Words{.xid = 9'999, .client = 9'999}), SizeIs(2));
  world.servers[0].alive = world.servers[1].alive = true;
  world.run(Duration::seconds(64));
  EXPECT_EQ(world.bound, 500U);
  EXPECT_EQ(world.health(0), Health::good);
  EXPECT_EQ(world.health(1), Health::good);
}

TEST(HealthTest, TheOnlyServerOfALinkIsNeverTakenOut) {
  World world(make_settings(1));
  world.servers[0].alive = false;
  std::uint32_t next = 1;
  world.run(Duration::seconds(40), [&] {
    if (next <= 100) world.begin(next++);
  });
  EXPECT_EQ(world.times_down(0), 0U);
  EXPECT_EQ(world.health(0), Health::suspect);
}

TEST(HealthTest, AServerThatAnswersAgainIsTakenBackAtOnce) {
  World world(with_choice(ServerChoice::failover));
  world.servers[0].alive = false;
  std::uint32_t next = 1;
  const auto arrive = [&] { world.begin(next++); };
  world.run(Duration::seconds(15), arrive);
  ASSERT_EQ(world.health(0), Health::down);
  world.servers[0].alive = true;
  world.run(Duration::seconds(3), arrive);
  EXPECT_EQ(world.health(0), Health::good);
  world.bench.advance(Duration::seconds(1));
  EXPECT_EQ(receivers(world.bench.from_client(Words{.xid = 99'999, .client = 99'999})),
            (std::set<std::uint32_t>{0}));
}

TEST(HealthTest, AFlappingServerLeavesNobodyWithoutAnAnswer) {
  World world(with_choice(ServerChoice::failover));
  std::uint32_t next = 1;
  for (int i = 0; i < 20; ++i) {
    world.servers[0].alive = i % 2 == 0;
    world.run(Duration::seconds(7), [&] {
      if (next <= 1'000) world.begin(next++);
    });
  }
  world.run(Duration::seconds(30));
  EXPECT_EQ(world.bound, next - 1);
  EXPECT_LE(world.longest_wait, Duration::seconds(13));
}

TEST(HealthTest, ProbesTakeTurnsAndStayWithWhatIsAnswered) {  // R4388-6-a
  Bench bench(with_choice(ServerChoice::failover));
  for (std::uint32_t i = 0; i < 10; ++i) {
    (void)bench.from_client(Words{.xid = i, .client = i});
    bench.advance(Duration::milliseconds(200));
  }
  std::vector<wire::MessageType> types;
  for (int i = 0; i < 3; ++i) {
    bench.engine.on_time(bench.now, bench.outbox);
    const auto sent = bench.take();
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].envelope.destination, ip("192.0.2.11"));
    EXPECT_EQ(sent[0].header().giaddr(), ip("10.1.0.1"));
    types.push_back(wire::message_type_of(load_u8(sent[0].option(53).value().data())));
    if (types.back() == leasequery) {
      EXPECT_EQ(sent[0].header().hlen(), 0);
      EXPECT_EQ(sent[0].header().ciaddr(), ip("10.1.0.1"));
      EXPECT_FALSE(sent[0].option(61));
    }
    bench.advance(kProbePause);
  }
  EXPECT_EQ(types, (std::vector{inform, leasequery, discover}));
}

TEST(HealthTest, AnswersToProbesGoToNoClient) {
  World world(with_choice(ServerChoice::failover));
  world.servers[0].serves = [](std::uint32_t) { return false; };
  for (std::uint32_t i = 1; i < 10; ++i) world.begin(i);
  world.run(Duration::seconds(5));
  EXPECT_GT(world.bench.engine.counters().probes_answered, 0U);
  const auto& replies = world.bench.engine.counters().replies;
  EXPECT_EQ(replies[static_cast<std::size_t>(ack)], 0U);
}

TEST(LeaseQueriesTest, TellWhoHasALeaseAfterARestart) {  // R4388-6-a
  Settings settings = make_settings();
  settings.leasequery = true;
  settings.downlinks[0].clients = 1;
  Bench bench(settings);
  std::set<std::uint32_t> asked;
  while (!bench.engine.next_deadline().is_never()) {
    bench.now.mono = bench.engine.next_deadline();
    bench.engine.on_time(bench.now, bench.outbox);
    for (const Sent& sent : bench.take()) {
      EXPECT_EQ(sent.option(53), octets({10}));
      EXPECT_EQ(sent.header().giaddr(), ip("10.1.0.1"));
      asked.insert(sent.header().ciaddr().value);
      if (sent.header().ciaddr() != ip("10.1.0.7")) continue;
      Words words{.type = leaseactive, .op = wire::Op::reply, .xid = sent.header().xid()};
      words.giaddr = ip("10.1.0.1");
      words.ciaddr = ip("10.1.0.7");
      words.client = 77;
      words.lease_time = 600;
      EXPECT_THAT(bench.from_server(words), SizeIs(0));
    }
  }
  EXPECT_THAT(asked, SizeIs(254));
  EXPECT_EQ(bench.engine.downlinks()[0].clients, 1);
  EXPECT_THAT(bench.from_client(Words{.client = 77}), SizeIs(1));
  EXPECT_THAT(bench.from_client(Words{.client = 78}), SizeIs(0));
}

// What could not be asked was not left unanswered.
TEST(HealthTest, ProbesThatCannotBeSentAreNone) {
  Bench bench(with_choice(ServerChoice::failover));
  for (std::uint32_t client = 1; client <= 20; ++client) {
    (void)bench.from_client(Words{.xid = client, .client = client});
    bench.advance(Duration::milliseconds(200));
  }
  ASSERT_EQ(bench.engine.servers()[0].health, Health::suspect);
  net::InterfaceTable no_links({make_interface(kUplink, "eth0", "192.0.2.2/24")});
  bench.engine.set_interfaces(bench.now, no_links);
  for (int second = 0; second < 30; ++second) {
    bench.advance(Duration::seconds(1));
    bench.engine.on_time(bench.now, bench.outbox);
    EXPECT_THAT(bench.take(), SizeIs(0));
  }
  EXPECT_EQ(bench.engine.servers()[0].health, Health::suspect);
  EXPECT_EQ(bench.engine.servers()[0].times_down, 0U);
}

}  // namespace
}  // namespace lessor::relay::v4
