#include "lease/lease_table.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace lessor::lease {
namespace {

constexpr HashKey kKey{1, 2};
constexpr Sequence kLastSequence = UINT64_C(1) << 62;  // docs/lease-format.md

net::HardwareAddress mac(std::uint32_t n) {
  net::HardwareAddress hardware{.type = 1, .size = 6};
  hardware.octets[0] = std::byte{0x02};
  store_be32(hardware.octets.data() + 2, n);
  return hardware;
}

Instant at(std::int64_t s) { return Instant::from_nanoseconds(s * 1'000'000'000); }

Lease lease_of(std::uint32_t address, std::uint32_t client, Bytes client_id = {},
               Bytes hostname = {}) {
  return {.address = {address},
          .hardware = mac(client),
          .client_id = client_id,
          .hostname = hostname,
          .started = {1'700'000'000},
          .lifetime = Duration::seconds(3'600),
          .expires_at = at(3'600)};
}

std::vector<std::uint32_t> by_client_id(const LeaseTable& table, std::string_view id) {
  std::vector<std::uint32_t> found;
  table.for_each_by_client_id(as_bytes(id), [&](const Lease& lease) {
    found.push_back(lease.address.value);
    return true;
  });
  return found;
}

std::vector<std::uint32_t> by_hardware(const LeaseTable& table, std::uint32_t client) {
  std::vector<std::uint32_t> found;
  table.for_each_by_hardware(mac(client), [&](const Lease& lease) {
    found.push_back(lease.address.value);
    return true;
  });
  return found;
}

TEST(LeaseTable, GivesBackWhatWasPut) {
  LeaseTable table(kKey, 1);
  const std::string long_id(255, 'i');
  const std::string long_name(255, 'n');
  struct Case {
    std::string id;
    std::string name;
  };
  const Case cases[] = {{"", ""},
                        {"", "host"},
                        {std::string(19, 'c'), "ten-octets"},   // 35 octets: just inline
                        {std::string(19, 'c'), "eleven-octe"},  // 36: just not
                        {long_id, long_name},
                        {std::string("\0\xff", 2), "a\nb"}};
  for (const Case& c : cases) {
    Lease in = lease_of(0x0a000001, 7, as_bytes(c.id), as_bytes(c.name));
    in.state = LeaseState::declined;
    in.subnet_id = 42;
    in.xid = 0xfeedbeef;
    in.sequence = kLastSequence - 5;
    ASSERT_TRUE(table.put(in));
    const auto out = table.find({0x0a000001});
    ASSERT_TRUE(out.has_value());
    EXPECT_EQ(as_text(out->client_id), c.id);
    EXPECT_EQ(as_text(out->hostname), c.name);
    EXPECT_EQ(out->hardware, in.hardware);
    EXPECT_EQ(out->state, in.state);
    EXPECT_EQ(out->started, in.started);
    EXPECT_EQ(out->lifetime, in.lifetime);
    EXPECT_EQ(out->expires_at, in.expires_at);
    EXPECT_EQ(out->subnet_id, 42U);
    EXPECT_EQ(out->xid, 0xfeedbeefU);
    EXPECT_EQ(out->sequence, kLastSequence - 5);
  }
  EXPECT_EQ(table.size(), 1U);
  EXPECT_FALSE(table.find({0x0a000002}).has_value());
}

// C2-07: hardware addresses of every length that a packet can claim.
TEST(LeaseTable, KeepsPlacesHoweverLongTheIdentifiers) {
  LeaseTable table(kKey, 1);
  const Place place{.relay = {0x0a010203}, .port = 0x1122334455667788};
  std::uint32_t address = 1;
  for (const std::size_t size : {0U, 5U, 17U, 18U, 29U, 30U, 100U, 255U}) {
    const std::string id(size, 'i');
    const std::string name(size == 255 ? 255 : 0, 'n');
    Lease lease = lease_of(address, 1, as_bytes(id), as_bytes(name));
    lease.place = place;
    ASSERT_TRUE(table.put(lease)) << size;
    const auto found = table.find({address});
    ASSERT_TRUE(found) << size;
    EXPECT_EQ(found->place, place) << size;
    EXPECT_EQ(as_text(found->client_id), id);
    EXPECT_EQ(as_text(found->hostname), name);
    // It renews where nothing is known of its place, and so on.
    lease.place = {};
    ASSERT_TRUE(table.put(lease));
    EXPECT_EQ(table.find({address})->place, Place()) << size;
    lease.place = {.port = 7};
    ASSERT_TRUE(table.put(lease));
    EXPECT_EQ(table.find({address})->place, lease.place) << size;
    EXPECT_EQ(as_text(table.find({address})->hostname), name);
    ++address;
  }
}

// What counts count: until an end is worked off, not until it is due.
TEST(LeaseTable, KnowsWhichLeasesAreCurrent) {
  LeaseTable table(kKey, 16);
  ASSERT_TRUE(table.put(lease_of(1, 1)));
  Lease released = lease_of(2, 2);
  released.state = LeaseState::released;
  ASSERT_TRUE(table.put(released));
  Lease infinite = lease_of(3, 3);
  infinite.expires_at = Instant::never();
  infinite.lifetime = Duration::infinite();
  ASSERT_TRUE(table.put(infinite));
  const auto current = [&] {
    std::vector<std::uint32_t> found;
    EXPECT_EQ(table.for_each_current_from(
                  LeaseTable::kWalkBegin, 100,
                  [&](const Lease& lease) { found.push_back(lease.address.value); }),
              LeaseTable::kWalkEnd);
    for (std::uint32_t a = 1; a <= 3; ++a) {
      const auto lease = table.find_current({a});
      EXPECT_EQ(lease.has_value(), std::ranges::find(found, a) != found.end()) << a;
      if (lease) {
        EXPECT_EQ(lease->number, table.number_of({a}));
      }
    }
    return found;
  };
  EXPECT_EQ(current(), (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(table.expire_due(at(3'700), 0, [](const Lease&, ExpiryStage) {}), 0U);
  EXPECT_EQ(current(), (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(table.expire_due(at(3'700), 1, [](const Lease&, ExpiryStage) {}), 1U);
  EXPECT_EQ(current(), (std::vector<std::uint32_t>{3}));
  ASSERT_TRUE(table.put(lease_of(1, 1)));
  EXPECT_EQ(current(), (std::vector<std::uint32_t>{1, 3}));
  EXPECT_FALSE(table.find_current({9}));
  EXPECT_EQ(table.number_of({9}), LeaseTable::kWalkEnd);
}

TEST(LeaseTable, KeepsEveryHardwareAddressLength) {
  LeaseTable table(kKey, 300);
  for (int size = 0; size <= 255; ++size) {
    Lease lease = lease_of(static_cast<std::uint32_t>(size), 0);
    lease.hardware = {.type = 32, .size = static_cast<std::uint8_t>(size)};
    for (std::size_t i = 0; i < lease.hardware.bytes().size(); ++i)
      lease.hardware.octets[i] = std::byte{0xab};
    ASSERT_TRUE(table.put(lease));
    EXPECT_EQ(table.find(lease.address)->hardware, lease.hardware);
  }
}

// R2131-3.3-a: infinity is explicit, and what is recorded is never less than what was granted.
TEST(LeaseTable, KeepsLifetimesAndNeverShortensThem) {
  LeaseTable table(kKey, 1);
  const std::pair<Duration, Duration> cases[] = {
      {Duration::infinite(), Duration::infinite()},
      {Duration::from_wire(UINT32_MAX - 1), Duration::seconds(INT64_C(0xfffffffe))},
      {Duration::seconds(INT64_C(0xffffffff)), Duration::infinite()},
      {Duration::milliseconds(1'500), Duration::seconds(2)},
      {Duration(), Duration()}};
  for (const auto& [granted, kept] : cases) {
    Lease lease = lease_of(1, 1);
    lease.lifetime = granted;
    lease.expires_at = at(0) + granted;
    ASSERT_TRUE(table.put(lease));
    EXPECT_EQ(table.find({1})->lifetime, kept);
    EXPECT_EQ(table.next_expiry(), lease.expires_at);
  }
}

TEST(LeaseTable, FetchingAheadChangesNothing) {
  const std::string id = "id";
  std::vector<Lease> leases;
  for (std::uint32_t i = 1; i <= 100; ++i)
    leases.push_back(lease_of(i, i % 7, i % 3 == 0 ? as_bytes(id) : Bytes()));
  LeaseTable table(kKey);
  table.fetch_for(leases);  // there is no bucket yet
  table.reserve(leases.size());
  for (const Lease& lease : leases) {
    table.fetch_for(leases);
    ASSERT_TRUE(table.put(lease));
  }
  table.fetch_for(leases);
  EXPECT_EQ(table.size(), leases.size());
  EXPECT_EQ(by_hardware(table, 1).front(), 92U);  // the latest without an identifier
  EXPECT_EQ(by_client_id(table, id).front(), 99U);
}

TEST(LeaseTable, FindsByClientLatestFirst) {
  LeaseTable table(kKey, 10);
  ASSERT_TRUE(table.put(lease_of(1, 5, as_bytes("one"))));
  ASSERT_TRUE(table.put(lease_of(2, 5, as_bytes("one"))));
  ASSERT_TRUE(table.put(lease_of(3, 6, as_bytes("two"))));
  ASSERT_TRUE(table.put(lease_of(4, 5)));
  EXPECT_EQ(by_client_id(table, "one"), (std::vector<std::uint32_t>{2, 1}));
  // Those without a client identifier come first.
  EXPECT_EQ(by_hardware(table, 5), (std::vector<std::uint32_t>{4, 2, 1}));
  ASSERT_TRUE(table.put(lease_of(1, 5, as_bytes("one"))));
  EXPECT_EQ(by_client_id(table, "one"), (std::vector<std::uint32_t>{1, 2}));

  // The address goes to another client: the old one no longer finds it.
  ASSERT_TRUE(table.put(lease_of(1, 6, as_bytes("two"))));
  EXPECT_EQ(by_client_id(table, "one"), (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(by_client_id(table, "two"), (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(by_hardware(table, 5), (std::vector<std::uint32_t>{4, 2}));
  EXPECT_TRUE(by_client_id(table, "").empty());
}

TEST(LeaseTable, BoundsTheLookupOfOneKeyAndHidesNobody) {
  LeaseTable table(kKey, 5'000);
  ASSERT_TRUE(table.put(lease_of(9'999, 5)));  // the client proper
  for (std::uint32_t i = 0; i < 3'000; ++i) {
    const std::string id = "made up " + std::to_string(i);
    ASSERT_TRUE(table.put(lease_of(i, 5, as_bytes(id))));
  }
  const auto found = by_hardware(table, 5);
  EXPECT_EQ(found.size(), kMaxLeasesPerClient + 1);
  EXPECT_EQ(found.front(), 9'999U);
  EXPECT_EQ(found[1], 2'999U);
}

TEST(LeaseTable, SaysNoWhenFullAndChangesNothing) {
  LeaseTable table(kKey);
  EXPECT_EQ(table.capacity(), 0U);
  EXPECT_FALSE(table.put(lease_of(1, 1)));
  table.reserve(1);
  for (std::uint32_t i = 0; i < table.capacity(); ++i) ASSERT_TRUE(table.put(lease_of(i, i)));
  const Lease more = lease_of(1'000'000, 1);
  EXPECT_FALSE(table.has_room_for(more));
  EXPECT_FALSE(table.put(more));
  EXPECT_FALSE(table.find(more.address).has_value());
  EXPECT_TRUE(table.put(lease_of(3, 99)));  // replacing needs no room
  EXPECT_TRUE(table.erase({7}));
  EXPECT_TRUE(table.put(more));
}

TEST(LeaseTable, RunsOutOfRoomForLongIdentifiersWithoutLosingTheOldLease) {
  LeaseTable table(kKey, 4'096);
  const std::string id(255, 'x');
  std::uint32_t n = 0;
  while (table.put(lease_of(n, n, as_bytes(id), as_bytes(id)))) ++n;
  EXPECT_LT(n, 4'096U);
  EXPECT_TRUE(table.put(lease_of(n, n, as_bytes("short"))));
  EXPECT_FALSE(table.put(lease_of(n, n, as_bytes(id))));
  EXPECT_EQ(as_text(table.find({n})->client_id), "short");
  ASSERT_FALSE(table.growth_wanted().empty());
  const auto growth = LeaseTable::make_growth(table.growth_wanted());
  table.adopt(*growth);
  EXPECT_TRUE(table.put(lease_of(n, n, as_bytes(id))));
}

TEST(LeaseTable, GrowsByAdoption) {
  LeaseTable table(kKey, 1);
  std::uint32_t n = 0;
  for (int round = 0; round < 5; ++round) {
    const GrowthNeed need = table.growth_wanted();
    ASSERT_FALSE(need.empty());
    const auto growth = LeaseTable::make_growth(need);
    table.adopt(*growth);
    while (table.put(lease_of(n, n % 100))) ++n;
  }
  EXPECT_EQ(n, table.size());
  for (std::uint32_t i = 0; i < n; ++i) ASSERT_TRUE(table.find({i}).has_value());
}

TEST(LeaseTable, ReportsExpiryThenGraceThenNothing) {
  LeaseTable table(kKey, 10);
  ASSERT_TRUE(table.put(lease_of(1, 1)));  // 3600 s: grace 72 s
  Lease declined = lease_of(2, 2);
  declined.state = LeaseState::declined;
  ASSERT_TRUE(table.put(declined));
  Lease released = lease_of(3, 3);
  released.state = LeaseState::released;
  ASSERT_TRUE(table.put(released));
  Lease infinite = lease_of(4, 4);
  infinite.expires_at = Instant::never();
  ASSERT_TRUE(table.put(infinite));

  using Event = std::pair<std::uint32_t, ExpiryStage>;
  std::vector<Event> events;
  const auto note = [&](const Lease& lease, ExpiryStage stage) {
    events.emplace_back(lease.address.value, stage);
  };
  EXPECT_EQ(table.expire_due(at(3'599), 100, note), 0U);
  EXPECT_EQ(table.next_expiry(), at(3'600));
  EXPECT_EQ(table.expire_due(at(3'600), 100, note), 2U);
  EXPECT_EQ(table.next_expiry(), at(3'672));
  EXPECT_EQ(table.expire_due(at(3'672), 100, note), 1U);
  EXPECT_TRUE(table.next_expiry().is_never());
  EXPECT_EQ(table.expire_due(Instant::never(), 100, note), 0U);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_NE(std::find(events.begin(), events.end(), Event(1, ExpiryStage::expired)), events.end());
  EXPECT_NE(std::find(events.begin(), events.end(), Event(2, ExpiryStage::grace_over)),
            events.end());
  EXPECT_EQ(events[2], Event(1, ExpiryStage::grace_over));
  EXPECT_EQ(table.size(), 4U);  // the records stay: the previous lease of their clients
}

TEST(LeaseTable, RenewalDuringGraceBeginsAgain) {
  LeaseTable table(kKey, 10);
  ASSERT_TRUE(table.put(lease_of(1, 1)));
  const auto ignore = [](const Lease&, ExpiryStage) {};
  EXPECT_EQ(table.expire_due(at(3'601), 9, ignore), 1U);
  Lease renewed = lease_of(1, 1);
  renewed.expires_at = at(10'000);
  ASSERT_TRUE(table.put(renewed));
  ExpiryStage stage = ExpiryStage::grace_over;
  EXPECT_EQ(table.expire_due(at(9'999), 9, ignore), 0U);
  EXPECT_EQ(table.expire_due(at(10'000), 9, [&](const Lease&, ExpiryStage s) { stage = s; }), 1U);
  EXPECT_EQ(stage, ExpiryStage::expired);
}

TEST(LeaseTable, WorksOffExpiryInSlicesEarliestFirstWhileTheTableChanges) {
  LeaseTable table(kKey, 2'000);
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    Lease lease = lease_of(i, i);
    lease.expires_at = at(1 + (i * 7'919) % 1'000);
    ASSERT_TRUE(table.put(lease));
  }
  Instant last;
  std::size_t seen = 0;
  for (std::size_t done = 10; done == 10; seen += done) {
    done = table.expire_due(at(1'001), 10, [&](const Lease& lease, ExpiryStage stage) {
      const bool expired = stage == ExpiryStage::expired;
      const Instant due = expired ? lease.expires_at : free_for_others_at(lease);
      EXPECT_LE(last, due);
      last = due;
      EXPECT_TRUE(expired || lease.address.value % 2 == 1);
      const bool even = lease.address.value % 2 == 0;
      EXPECT_EQ(even && table.erase(lease.address), even);
    });
  }
  // All expired; of the 500 that stayed, the grace of those that ended by 929 s is over too.
  EXPECT_EQ(seen, 1'000U + 464U);
  EXPECT_EQ(table.size(), 500U);
}

TEST(LeaseTable, ExpiresInOrderAcrossChunksThatCameLater) {
  LeaseTable table(kKey);
  Random random(3);
  std::map<std::uint32_t, Instant> ends;
  const auto put = [&](std::uint32_t n) {
    Lease lease = lease_of(n, n);
    lease.expires_at = ends[n] = at(1 + random.below(1'000'000));
    ASSERT_TRUE(table.put(lease));
  };
  const auto first = [&] {
    return std::ranges::min_element(ends, {}, &std::pair<const std::uint32_t, Instant>::second);
  };
  std::uint32_t n = 0;
  for (const std::size_t chunks : {1U, 2U, 9U, 20U}) {
    table.reserve(chunks * kLeasesPerChunk);
    while (n < table.capacity()) put(n++);
    EXPECT_EQ(table.next_expiry(), first()->second);
    for (int i = 0; i < 20; ++i) {  // whoever ends first renews, leaves or ends
      const std::uint32_t address = first()->first;
      if (i % 3 == 0) {
        put(address);
      } else if (i % 3 == 1) {
        ASSERT_TRUE(table.erase({address}));
        put(address);
      } else {
        const auto note = [&](const Lease& lease, ExpiryStage stage) {
          ends[lease.address.value] =
              stage == ExpiryStage::expired ? free_for_others_at(lease) : Instant::never();
        };
        EXPECT_EQ(table.expire_due(table.next_expiry(), 1, note), 1U);
      }
      EXPECT_EQ(table.next_expiry(), first()->second);
    }
  }
}

// A clock without a battery shows 1970, or before; and one may be set beyond 2106.
TEST(LeaseTable, KeepsStartsOfEveryAge) {
  LeaseTable table(kKey, 1);
  const std::string name(17, 'n');
  for (const std::int64_t start :
       {INT64_MIN, INT64_C(-1), INT64_C(0), INT64_C(1), INT64_C(0xfffffffe), INT64_C(0xffffffff),
        INT64_C(0x100000000), INT64_MAX}) {
    for (const std::size_t size : {0U, 17U, 255U}) {
      const std::string id(size, 'i');
      Lease lease = lease_of(1, 1, as_bytes(id), as_bytes(name));
      lease.started = {start};
      lease.place = {.relay = {7}, .port = 9};
      ASSERT_TRUE(table.put(lease));
      const auto found = table.find({1});
      EXPECT_EQ(found->started.seconds, start);
      EXPECT_EQ(found->place, lease.place);
      EXPECT_EQ(as_text(found->client_id), id);
      EXPECT_EQ(as_text(found->hostname), name);
    }
  }
}

TEST(LeaseTable, WalkSeesEveryStayingLeaseOnce) {
  LeaseTable table(kKey, 9'000);
  for (std::uint32_t i = 0; i < 5'000; ++i) ASSERT_TRUE(table.put(lease_of(i, i)));
  std::map<std::uint32_t, int> seen;
  std::uint32_t cursor = LeaseTable::kWalkBegin;
  std::uint32_t fresh = 100'000;
  while (cursor != LeaseTable::kWalkEnd) {
    cursor = table.for_each_from(cursor, 64, [&](const Lease& l) { ++seen[l.address.value]; });
    EXPECT_TRUE(table.erase({4'999 - (fresh - 100'000)}));
    EXPECT_TRUE(table.put(lease_of(fresh++, 1)));
    EXPECT_TRUE(table.put(lease_of(17, fresh)));  // changes hands, stays
  }
  for (std::uint32_t i = 0; i < 4'000; ++i) EXPECT_EQ(seen[i], 1) << i;
  for (const auto& [address, times] : seen) EXPECT_EQ(times, 1) << address;
  EXPECT_EQ(table.for_each_from(LeaseTable::kWalkEnd, 9, [](const Lease&) { FAIL(); }),
            LeaseTable::kWalkEnd);
}

// Random operations against a model that is obviously right.
TEST(LeaseTable, AgreesWithAModel) {
  struct Entry {
    std::string id;
    std::uint32_t client;
    std::int64_t expires;
    std::uint64_t order;
  };
  Random random(7);
  LeaseTable table(kKey, 4'000);
  std::map<std::uint32_t, Entry> model;
  const auto random_id = [&]() -> std::string {
    if (random.one_in(3)) return "";
    const std::string id = "id-" + std::to_string(random.below(40));
    return random.one_in(4) ? id + std::string(random.below(240), 'x') : id;
  };
  std::uint64_t order = 0;
  for (int step = 0; step < 60'000; ++step) {
    const std::uint32_t address = random.below(3'000);
    if (random.one_in(4)) {
      ASSERT_EQ(table.erase({address}), model.erase(address) == 1);
    } else {
      const Entry entry{random_id(), random.below(50), 1 + random.below(1'000), ++order};
      Lease lease = lease_of(address, entry.client, as_bytes(entry.id));
      lease.expires_at = at(entry.expires);
      if (!table.put(lease)) {
        const auto growth = LeaseTable::make_growth({.leases = 1, .long_bytes = 1});
        table.adopt(*growth);
        ASSERT_TRUE(table.put(lease));
      }
      model[address] = entry;
    }
    ASSERT_EQ(table.size(), model.size());
    if (step % 500 != 0) continue;
    std::int64_t soonest = INT64_MAX;
    std::map<std::pair<std::string, std::uint64_t>, std::uint32_t> ids;
    for (const auto& [a, entry] : model) {
      ASSERT_EQ(as_text(table.find({a})->client_id), entry.id);
      ASSERT_EQ(table.find({a})->hardware, mac(entry.client));
      soonest = std::min(soonest, entry.expires);
      if (!entry.id.empty()) ids[{entry.id, UINT64_MAX - entry.order}] = a;
    }
    ASSERT_EQ(table.next_expiry(), model.empty() ? Instant::never() : at(soonest));
    std::map<std::string, std::vector<std::uint32_t>> groups;
    for (const auto& [key, a] : ids) groups[key.first].push_back(a);
    for (auto& [id, addresses] : groups) {
      addresses.resize(std::min(addresses.size(), kMaxLeasesPerClient));
      ASSERT_EQ(by_client_id(table, id), addresses) << id;
    }
    for (std::uint32_t client = 0; client < 50; ++client) {
      const auto count =
          std::ranges::count_if(model, [&](const auto& m) { return m.second.client == client; });
      ASSERT_LE(by_hardware(table, client).size(), static_cast<std::size_t>(count));
      for (const std::uint32_t a : by_hardware(table, client)) ASSERT_EQ(model[a].client, client);
    }
  }
}

}  // namespace
}  // namespace lessor::lease
