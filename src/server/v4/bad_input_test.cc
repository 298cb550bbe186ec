// What the server makes of every bad message that docs/bad-input.md lists, and what is left of it
// afterwards.

#include "lease/record.h"
#include "server/v4/test_kit.h"
#include "wire/test_seeds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace lessor::server::v4::testing {
namespace {

using wire::testing::bad_message_answers;
using wire::testing::bad_seed;
using wire::testing::bad_seeds;
using wire::testing::Role;

/// The message as it comes by eth0: of a relay where it says so, of a client with an address by
/// unicast, else to everybody.
net::Datagram coming_in(Bytes message) {
  net::Datagram in;
  in.payload = message;
  in.destination = net::kIp4Broadcast;
  in.source_port = wire::kClientPort;
  in.destination_port = wire::kServerPort;
  in.interface = kEth0;
  in.framed = true;
  in.source_mac = host(1).mac;
  in.destination_mac = net::kMacBroadcast;
  if (message.size() < wire::kHeaderSize) return in;
  const wire::HeaderView header(message);
  if (header.giaddr() == ip("192.0.2.254")) {
    in.source = header.giaddr();
    in.source_port = wire::kServerPort;
    in.destination = kServer;
  } else if (!header.ciaddr().is_zero()) {
    in.source = header.ciaddr();
    in.destination = kServer;
  }
  return in;
}

/// "offer", "ack", "nak", or why nothing was said.
std::string answer_of(Site& site, Bytes message) {
  (void)site.take_events();
  const auto reply = site.hear(coming_in(message));
  if (!reply) return std::string(name_of(site.why()));
  if (reply->type() == MessageType::offer) return "offer";
  if (reply->type() == MessageType::ack) return "ack";
  return reply->type() == MessageType::nak ? "nak" : "another message";
}

// Every row of docs/bad-input.md that a message of a client can show: B07-B12, B14, B15, B17, B19,
// B20, B22-B32, B38, B39, B43, B45-B48, B50; C2-01 to C2-09, C3-02, C3-03, C3-05.
TEST(ServerBadInput, EveryBadMessageHasItsAnswer) {
  auto answers = bad_message_answers(Role::server);
  for (const auto& [name, octets] : bad_seeds("message")) {
    Site site;
    EXPECT_EQ(answer_of(site, octets), answers[name]) << "ANSWER " << name;
    answers.erase(name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

// B39: what lies behind a message, a stranger's words of before, never comes back in a reply.
TEST(ServerBadInput, RepliesHoldNothingFromBehindTheMessage) {
  constexpr std::string_view kSecret = "of somebody else, of before";
  for (const auto& [name, octets] : bad_seeds("message")) {
    Octets slot = octets;
    for (int i = 0; i < 40; ++i)
      slot.insert(slot.end(), as_bytes(kSecret).begin(), as_bytes(kSecret).end());
    Site site;
    const auto reply = site.hear(coming_in(Bytes(slot).first(octets.size())));
    if (!reply) continue;
    EXPECT_EQ(as_text(reply->bytes()).find(kSecret.substr(0, 8)), std::string_view::npos) << name;
  }
}

// B40, C3-10: however much is asked for and echoed, a reply is one datagram within the 576 octets
// that every client takes (R2132-9.10-a): none of these says that it takes more.
TEST(ServerBadInput, RepliesGrowToTheirLimitAndNoFurther) {
  config::ServerConfig config = one_subnet();
  config.subnets[0].options = config::OptionSet({option(43, Octets(1'000)), option(67, text("f"))});
  for (const auto& [name, octets] : bad_seeds("message")) {
    Site site(config);
    const auto reply = site.hear(coming_in(octets));
    if (!reply) continue;
    EXPECT_LE(reply->bytes().size(), 548U) << name;  // 576 less the headers of IPv4 and UDP
    EXPECT_FALSE(site.next_reply()) << name;
  }
}

// B07, C2-10: what is refused costs nothing that has to be given back: a million of them leave the
// counters exact and everything else as it was.
TEST(ServerBadInput, AMillionBadMessagesLeaveNothingBehind) {
  constexpr std::size_t kMessages = 1'000'000;
  const auto answers = bad_message_answers(Role::server);
  std::vector<wire::testing::Seed> seeds = bad_seeds("message");
  std::erase_if(seeds, [&](const auto& seed) {
    const std::string& answer = answers.at(seed.name);
    return seed.octets.size() > 1'500 || answer == "offer" || answer == "ack" || answer == "nak";
  });
  ASSERT_GT(seeds.size(), 40U);
  Site site;
  ASSERT_EQ(site.lease(host(9)), "192.0.2.10");
  const lease::Sequence changes = site.changes().last();
  const Counters before = site.engine().counters();
  for (std::size_t i = 0; i < kMessages; ++i) {
    site.engine().on_datagram(site.now(), coming_in(seeds[i % seeds.size()].octets), site.outbox());
  }
  const Counters& after = site.engine().counters();
  EXPECT_EQ(after.received_total - before.received_total, kMessages);
  EXPECT_EQ(std::accumulate(after.silent.begin(), after.silent.end(), std::uint64_t{0}), kMessages);
  EXPECT_EQ(after.sent, before.sent);
  EXPECT_FALSE(site.next_reply());
  EXPECT_EQ(site.changes().last(), changes);
  EXPECT_EQ(site.engine().leases().size(), 1U);
  EXPECT_EQ(site.engine().pools()[0].assigned, 1U);
  EXPECT_EQ(site.engine().pools()[0].free, 9U);
  // Events that nobody took are lost and counted; the next is told again.
  EXPECT_GT(site.engine().events().dropped(), 0U);
  EXPECT_LE(site.take_events().size(), kEventCapacity);
  EXPECT_EQ(site.lease(host(2)), "192.0.2.11");
}

// ---- who is who

// B11, B17, B28, B49: an identifier is opaque: of any size, also of zeros, each is a client.
TEST(ServerBadInput, IdentifiersOfEverySizeAreClientsOfTheirOwn) {
  Site site(config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.99")})}));
  std::vector<std::string> addresses;
  for (const auto& [name, octets] : bad_seeds("message")) {
    if (!name.starts_with("discover-duid") && name != "discover-client-id-of-1") continue;
    wire::ParseScratch scratch;
    const auto id = wire::MessageView::parse(octets, scratch)->option(61);
    ASSERT_TRUE(id.has_value()) << name;
    const Host client = host_with_id(1, Octets(id->begin(), id->end()));
    addresses.push_back(site.lease(client));
    EXPECT_NE(addresses.back(), "") << name;
    EXPECT_EQ(site.lease(client), addresses.back()) << name;
    EXPECT_EQ(Octets(site.record(addresses.back())->client_id.begin(),
                     site.record(addresses.back())->client_id.end()),
              client.id)
        << name;
  }
  ASSERT_EQ(addresses.size(), 9U);
  std::ranges::sort(addresses);
  EXPECT_EQ(std::ranges::adjacent_find(addresses), addresses.end());
}

// B11: whoever spells another's hardware address in an identifier is not that other.
// C3-03
TEST(ServerBadInput, AnIdentifierThatSpellsAHardwareAddressIsNotItsClient) {
  Site site;
  const Host victim = host(2);
  ASSERT_EQ(site.lease(victim), "192.0.2.10");
  Octets id = octets({1});
  id.insert(id.end(), victim.mac.octets.begin(), victim.mac.octets.end());
  const Host thief = host_with_id(1, id);
  EXPECT_FALSE(site.hear(release(thief, "192.0.2.10")));
  EXPECT_EQ(site.why(), Reason::no_such_lease);
  EXPECT_FALSE(site.hear(decline(thief, "192.0.2.10")));
  EXPECT_EQ(site.why(), Reason::no_such_lease);
  EXPECT_EQ(site.lease(thief), "192.0.2.11");
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active);
}

// ---- what is kept

// B04, B20, B30, B33, B36, C2-06, C2-08: a name is kept as it came, octet for octet, in memory and
// in a record of the store; only trailing NULs are none (R2132-2-a).
TEST(ServerBadInput, NamesAreKeptAsTheyCame) {
  int names = 0;
  for (const auto& [name, octets] : bad_seeds("message")) {
    if (!name.starts_with("request-hostname-")) continue;
    wire::ParseScratch scratch;
    std::string_view said = as_text(*wire::MessageView::parse(octets, scratch)->option(12));
    while (said.ends_with('\0')) said.remove_suffix(1);
    Site site;
    ASSERT_EQ(answer_of(site, octets), "ack") << name;
    lease::Lease kept = *site.record("192.0.2.10");
    EXPECT_EQ(as_text(kept.hostname), said) << name;
    lease::RecordWriter writer;
    writer.begin();
    writer.add(kept);
    const auto record = lease::RecordReader::open(writer.finish(
        {.number = 1, .oldest = 1, .last_sequence = kept.sequence, .newest = kept.started}));
    ASSERT_TRUE(record.has_value()) << name;
    record->for_each([&](const lease::Lease& read) { EXPECT_EQ(as_text(read.hostname), said); });
    ++names;
  }
  EXPECT_GT(names, 20);
}

// B17, C2-11: leases as odd as a record can hold are loaded, looked up, expired and given again: a
// poisoned lease does not keep the next start from serving.
TEST(ServerBadInput, PoisonedRecordsAreServedOn) {
  int loaded = 0;
  for (const auto& [name, octets] : bad_seeds("records")) {
    const auto record = lease::RecordReader::open(octets);
    if (!record) continue;
    lease::ChangeLog changes(64);
    net::Outbox outbox(8, 4);
    ServerEngine engine(Site::small(), changes);
    Now now{Instant::from_nanoseconds(1'000'000'000), WallTime{1'790'000'000}};
    record->for_each([&](lease::Lease lease) {
      lease.expires_at = now.mono + lease.lifetime;
      engine.load(lease);
      ++loaded;
    });
    engine.set_interfaces(now, interfaces());
    engine.begin_swap(now, prepare(one_subnet()));
    for (std::uint32_t n = 1; n <= 3; ++n) {
      engine.on_datagram(now, discover(host(n)).said(), outbox);
      net::Outbox::Ready ready;
      ASSERT_TRUE(outbox.take_ready(ready)) << name;
      outbox.recycle(ready.id);
      now = {now.mono + Duration::seconds(10'000'000), now.wall + Duration::seconds(10'000'000)};
      engine.on_time(now, outbox);
    }
  }
  EXPECT_GT(loaded, 5);
}

// ---- time

// C2-07: leases over the ends of 31 and 32 bits of seconds are ordinary leases.
TEST(ServerBadInput, LeasesPassTheYears2038And2106) {
  for (const std::int64_t end : {INT64_C(1) << 31, INT64_C(1) << 32}) {
    Site site;
    site.pass_seconds(end - 600 - site.now().wall.seconds);
    ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
    site.pass_seconds(1'800);
    EXPECT_GT(site.now().wall.seconds, end);
    const auto ack = site.hear(renewing(host(1), "192.0.2.10"));
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->number(51), 3'600U);
    EXPECT_EQ(site.record("192.0.2.10")->started.seconds, end + 1'200);
    site.pass_seconds(3'599);
    EXPECT_EQ(site.engine().counters().leases_expired, 0U);
    site.pass_seconds(2);
    EXPECT_EQ(site.engine().counters().leases_expired, 1U);
  }
}

// B14, C2-07: what a client asks for and a reload with shorter times never end a lease before the
// client may believe it ended.
TEST(ServerBadInput, ShrunkLifetimesEndNoLeaseEarly) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  config::ServerConfig shorter = one_subnet();
  shorter.subnets[0].lifetimes = {Duration::seconds(60), Duration::seconds(60),
                                  Duration::seconds(60)};
  site.reload(shorter);
  const Instant believed = site.now().mono + Duration::seconds(3'600);
  EXPECT_GE(site.record("192.0.2.10")->expires_at, believed) << "no lease is touched by a reload";
  site.pass_seconds(10);
  const auto ack = site.hear(renewing(host(1), "192.0.2.10").for_seconds(1));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->number(51), 60U);
  EXPECT_GE(site.record("192.0.2.10")->expires_at, site.now().mono + Duration::seconds(60));
}

// B32: a second RELEASE, or one of a client that has nothing, changes no figure of the pool.
TEST(ServerBadInput, ReleasedTwiceIsCountedOnce) {
  Site site;
  for (std::uint32_t n = 1; n <= 2; ++n) ASSERT_NE(site.lease(host(n)), "");
  for (int i = 0; i < 3; ++i) site.hear(release(host(1), "192.0.2.10"));
  site.hear(release(host(3), "192.0.2.12"));
  const PoolFigures figures = site.engine().pools()[0];
  EXPECT_EQ(figures.assigned, 1U);
  EXPECT_EQ(figures.free, 9U);
  EXPECT_EQ(figures.declined, 0U);
  EXPECT_EQ(site.engine().counters().silent[static_cast<std::size_t>(Reason::no_such_lease)], 3U);
}

// B19, B29, C2-09: a client of a subnet that a reload took away, and one that was never there, by
// unicast, with every option of theirs: silence with a reason.
TEST(ServerBadInput, ARequestFromNoSubnetOfOursIsSilence) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.reload(config_of({subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.19")})}));
  Say gone = renewing(host(1), "192.0.2.10").wanting({1, 3, 6, 15}).with(12, text("h"));
  EXPECT_FALSE(site.hear(gone));
  EXPECT_EQ(site.why(), Reason::no_subnet);
  EXPECT_FALSE(site.hear(coming_in(bad_seed("message", "request-unknown-subnet"))));
  EXPECT_EQ(site.why(), Reason::no_subnet);
  EXPECT_FALSE(site.hear(coming_in(bad_seed("message", "inform-unknown-subnet"))));
  EXPECT_EQ(site.why(), Reason::no_subnet);
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active) << "and kept";
}

}  // namespace
}  // namespace lessor::server::v4::testing
