#include "lease/record.h"

#include "base/hash.h"
#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace lessor::lease {
namespace {

Lease router_lease() {
  Lease lease{.address = {0xc0a83868},  // 192.168.56.104
              .state = LeaseState::active,
              .hardware = {.type = 1, .size = 6},
              .client_id = as_bytes("\x01\xc0\x01\x1b\x69"),
              .hostname = as_bytes("R1"),
              .started = {1'700'000'000},
              .lifetime = Duration::seconds(600),
              .subnet_id = 7,
              .xid = 0x1aed,
              .sequence = 42};
  const std::byte mac[] = {std::byte{0xc0}, std::byte{0x01}, std::byte{0x1b},
                           std::byte{0x69}, std::byte{0},    std::byte{0}};
  copy_bytes(lease.hardware.octets, mac);
  return lease;
}

constexpr RecordHeader kHeader{.kind = RecordKind::batch,
                               .number = 9,
                               .oldest = 3,
                               .durable = 8,
                               .last_sequence = 42,
                               .newest = {1'700'000'000}};

std::vector<std::byte> record_of(const RecordHeader& header, std::span<const Lease> leases) {
  RecordWriter writer;
  writer.begin();
  for (const Lease& lease : leases) writer.add(lease);
  const Bytes bytes = writer.finish(header);
  return {bytes.begin(), bytes.end()};
}

// The vector of docs/lease-format.md: a change of format must change both.
constexpr std::string_view kVector =
    "4c535201"
    "01"
    "00"
    "0001"
    "0000000000000009"
    "0000000000000003"
    "0000000000000008"
    "000000000000002a"
    "000000006553f100"
    "000000000000002a"
    "c0a83868"
    "00"
    "01"
    "06"
    "05"
    "02"
    "000000006553f100"
    "0000000000000258"
    "00000007"
    "00001aed"
    "c0011b690000"
    "01c0011b69"
    "5231";

TEST(Record, MatchesTheDocumentedVector) {
  const Lease lease = router_lease();
  const auto record = record_of(kHeader, {&lease, 1});
  EXPECT_EQ(to_hex(Bytes(record).first(record.size() - 4)), kVector);
  EXPECT_EQ(to_hex(Bytes(record).last(4)), "32ed0f68");
}

// B36
TEST(Record, ReadsBackWhatWasWritten) {
  Lease leases[3] = {router_lease(), router_lease(), router_lease()};
  const std::string long_text(255, 'x');
  leases[0].sequence = 40;
  leases[0].client_id = leases[0].hostname = as_bytes(long_text);
  leases[0].hardware.size = 16;
  leases[1].sequence = 41;
  leases[1].client_id = leases[1].hostname = {};
  leases[1].hardware = {.type = 6, .size = 0};
  leases[1].lifetime = Duration::infinite();  // R2131-3.3-a
  leases[1].started = {-1};
  leases[2].state = LeaseState::declined;
  const auto record = record_of(kHeader, leases);
  const auto reader = RecordReader::open(record);
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(reader->header().number, 9U);
  EXPECT_EQ(reader->header().oldest, 3U);
  EXPECT_EQ(reader->header().durable, 8U);
  EXPECT_EQ(reader->header().last_sequence, 42U);
  int i = 0;
  reader->for_each([&](const Lease& lease) {
    const Lease& in = leases[i++];
    EXPECT_EQ(lease.sequence, in.sequence);
    EXPECT_EQ(lease.address, in.address);
    EXPECT_EQ(lease.state, in.state);
    EXPECT_EQ(lease.hardware, in.hardware);
    EXPECT_EQ(as_text(lease.client_id), as_text(in.client_id));
    EXPECT_EQ(as_text(lease.hostname), as_text(in.hostname));
    EXPECT_EQ(lease.started, in.started);
    EXPECT_EQ(lease.lifetime, in.lifetime);
    EXPECT_EQ(lease.subnet_id, in.subnet_id);
    EXPECT_EQ(lease.xid, in.xid);
  });
  EXPECT_EQ(i, 3);
}

Lease relayed_lease() {
  Lease lease = router_lease();
  lease.place = {.relay = {0x0a010203}, .port = 0x1122334455667788};
  return lease;
}

// The second vector of docs/lease-format.md. Without relays a record is as it always was.
TEST(Record, OfARelayedLeaseHasItsPlaceAndAVersionOfItsOwn) {
  const Lease leases[] = {relayed_lease()};
  const auto record = record_of(kHeader, leases);
  std::string expected(kVector);
  expected.replace(6, 2, "02");                             // version
  expected.replace(2 * (kRecordHeaderSize + 12), 2, "80");  // active, with extras
  expected +=
      "0e"
      "01"
      "0c"
      "0a010203"
      "1122334455667788";
  EXPECT_EQ(to_hex(Bytes(record).first(record.size() - 4)), expected);
  EXPECT_EQ(to_hex(Bytes(record).last(4)), "a50436d1");
}

// The third: what is kept of the relay, behind its place.
TEST(Record, KeepsExtrasBehindThePlace) {
  Lease lease = relayed_lease();
  lease.extras = as_bytes(std::string_view("\x02\x06\x01\x04port", 8));
  const auto record = record_of(kHeader, {&lease, 1});
  std::string expected(kVector);
  expected.replace(6, 2, "02");
  expected.replace(2 * (kRecordHeaderSize + 12), 2, "80");
  expected +=
      "16"
      "01"
      "0c"
      "0a010203"
      "1122334455667788"
      "02"
      "06"
      "0104706f7274";
  EXPECT_EQ(to_hex(Bytes(record).first(record.size() - 4)), expected);
  EXPECT_EQ(to_hex(Bytes(record).last(4)), "79adee1c");
  const auto reader = RecordReader::open(record);
  ASSERT_TRUE(reader.has_value());
  reader->for_each([&](const Lease& read) {
    EXPECT_EQ(as_text(read.extras), as_text(lease.extras));
    EXPECT_EQ(read.place, lease.place);
  });
}

TEST(Record, RefusesExtrasThatEndTooEarlyOrAreTooLong) {
  const std::string most(kMaxExtras, 'x');
  for (const std::string& extras :
       {std::string("\x02"), std::string("\x02\x05x"), std::string("\x02\xff") + most.substr(2)}) {
    Lease lease = router_lease();
    lease.extras = as_bytes(extras);
    const auto reader = RecordReader::open(record_of(kHeader, {&lease, 1}));
    ASSERT_FALSE(reader.has_value());
    EXPECT_EQ(reader.error(), RecordFault::inconsistent);
  }
}

TEST(Record, KeepsPlacesBesideLeasesWithoutAny) {
  Lease leases[] = {relayed_lease(), router_lease(), relayed_lease()};
  leases[0].sequence = 40;
  leases[1].sequence = 41;
  leases[2].state = LeaseState::released;
  leases[2].place.port = 0;
  const auto record = record_of(kHeader, leases);
  const auto reader = RecordReader::open(record);
  ASSERT_TRUE(reader.has_value());
  std::size_t i = 0;
  reader->for_each([&](const Lease& lease) {
    EXPECT_EQ(lease.place, leases[i].place);
    EXPECT_EQ(lease.state, leases[i].state);
    EXPECT_EQ(as_text(lease.hostname), "R1");
    ++i;
  });
  EXPECT_EQ(i, 3U);
}

std::vector<std::byte> with_checksum(std::vector<std::byte> record) {
  store_be32(record.data() + record.size() - 4, crc32c(Bytes(record).first(record.size() - 4)));
  return record;
}

// What a later version adds beside the place is passed over.
TEST(Record, PassesOverExtrasThatItDoesNotKnow) {
  const Lease lease = relayed_lease();
  auto record = record_of(kHeader, {&lease, 1});
  const std::size_t extras = record.size() - 4 - 15;
  record[extras] = std::byte{0x0e + 5};
  const std::vector<std::byte> unknown{std::byte{9}, std::byte{3}, std::byte{}, std::byte{},
                                       std::byte{7}};
  record.insert(record.begin() + static_cast<std::ptrdiff_t>(extras) + 1, unknown.begin(),
                unknown.end());
  const std::vector<std::byte> later = with_checksum(std::move(record));
  const auto reader = RecordReader::open(later);
  ASSERT_TRUE(reader.has_value());
  reader->for_each([&](const Lease& read) {
    EXPECT_EQ(read.place, lease.place);
    EXPECT_TRUE(read.extras.empty());
  });
}

// Version 1 has no extras: a state that says so is none, as it always was.
TEST(Record, OfVersionOneHasNoExtras) {
  const Lease lease = relayed_lease();
  auto record = record_of(kHeader, {&lease, 1});
  record[3] = std::byte{1};
  const std::vector<std::byte> older = with_checksum(std::move(record));
  const auto reader = RecordReader::open(older);
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(reader.error(), RecordFault::inconsistent);
}

// C2-07, R2131-3.3-a: lifetimes at the ends of their range, never shortened.
TEST(Record, KeepsLifetimes) {
  const std::pair<Duration, Duration> cases[] = {
      {Duration::infinite(), Duration::infinite()},
      {Duration::seconds(0xffffffff), Duration::seconds(0xffffffff)},
      {Duration::nanoseconds(1), Duration::seconds(1)},
      {Duration(), Duration()},
      {Duration::seconds(9'200'000'000), Duration::infinite()}};
  for (const auto& c : cases) {
    Lease lease = router_lease();
    lease.lifetime = c.first;
    const auto record = record_of(kHeader, {&lease, 1});
    const auto reader = RecordReader::open(record);
    ASSERT_TRUE(reader.has_value());
    reader->for_each([&](const Lease& read) { EXPECT_EQ(read.lifetime, c.second); });
  }
}

TEST(Record, RefusesEveryTruncationAndEveryFlippedBit) {
  const Lease lease = router_lease();
  const auto record = record_of(kHeader, {&lease, 1});
  for (std::size_t size = 0; size < record.size(); ++size)
    EXPECT_FALSE(RecordReader::open(Bytes(record).first(size)).has_value()) << size;
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    auto damaged = record;
    damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    const auto reader = RecordReader::open(damaged);
    ASSERT_FALSE(reader.has_value()) << bit;
    EXPECT_EQ(reader.error(), RecordFault::checksum);
  }
}

// C2-11: whole records with impossible values, as a fuzzer would seal them.
TEST(Record, RefusesWhatContradictsItself) {
  struct Case {
    const char* what;
    void (*change)(RecordHeader& header, Lease& lease);
  };
  const Case cases[] = {
      {"sequence out of step", [](RecordHeader&, Lease& l) { l.sequence = 41; }},
      {"sequence 0", [](RecordHeader& h, Lease& l) { h.last_sequence = l.sequence = 0; }},
      {"durable itself", [](RecordHeader& h, Lease&) { h.durable = h.number; }},
      {"oldest in the future", [](RecordHeader& h, Lease&) { h.oldest = h.number + 1; }},
      {"unknown kind", [](RecordHeader& h, Lease&) { h.kind = static_cast<RecordKind>(77); }},
      {"unknown state", [](RecordHeader&, Lease& l) { l.state = static_cast<LeaseState>(3); }},
      {"a doubt of the wrong size", [](RecordHeader& h, Lease&) { h.kind = RecordKind::doubt; }},
      {"newer than the newest", [](RecordHeader&, Lease& l) { l.started.seconds += 1; }},
      {"no such time", [](RecordHeader& h, Lease& l) { h.newest = l.started = {INT64_MAX}; }},
  };
  for (const Case& c : cases) {
    RecordHeader header = kHeader;
    Lease lease = router_lease();
    c.change(header, lease);
    const auto reader = RecordReader::open(record_of(header, {&lease, 1}));
    ASSERT_FALSE(reader.has_value()) << c.what;
    EXPECT_EQ(reader.error(), RecordFault::inconsistent) << c.what;
  }
}

TEST(Record, HoldsADoubt) {
  RecordWriter writer;
  RecordHeader header = kHeader;
  header.kind = RecordKind::doubt;
  const Bytes bytes = writer.finish(header, {.started = {5}, .lifetime = Duration::infinite()});
  const auto reader = RecordReader::open(bytes);
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(reader->doubt().started, WallTime{5});
  EXPECT_TRUE(reader->doubt().lifetime.is_infinite());
}

TEST(AddressNote, HoldsTheAddressesOfAFullRecord) {
  AddressNote note;
  note.begin();
  for (std::uint32_t i = 0; i < kMaxChangesPerRecord; ++i) note.add({i * 7});
  std::uint32_t seen = 0;
  AddressNote::for_each(note.bytes(), [&](net::Ip4 a) { EXPECT_EQ(a.value, 7 * seen++); });
  EXPECT_EQ(seen, kMaxChangesPerRecord);
}

TEST(Mark, ReadsBackAndRefusesDamage) {
  const auto bytes = write_mark({.number = 1, .sequence = 2, .oldest = 3, .newest = {4}});
  EXPECT_EQ(to_hex(bytes),
            "4c534d01"
            "0000000000000001"
            "0000000000000002"
            "0000000000000003"
            "0000000000000004"
            "f7f5524a");
  const auto mark = read_mark(bytes);
  ASSERT_TRUE(mark.has_value());
  EXPECT_EQ(mark->number, 1U);
  EXPECT_EQ(mark->sequence, 2U);
  EXPECT_EQ(mark->oldest, 3U);
  EXPECT_EQ(mark->newest, WallTime{4});
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] ^= std::byte{0x10};
    EXPECT_FALSE(read_mark(damaged).has_value());
    EXPECT_FALSE(read_mark(Bytes(bytes).first(i)).has_value());
  }
}

}  // namespace
}  // namespace lessor::lease
