#include "base/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace lessor {
namespace {

TEST(Crc32c, MatchesTheCheckValueOfRfc3720) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
  std::array<std::byte, 32> zeros{};
  EXPECT_EQ(crc32c(zeros), 0x8a9136aaU);
}

/// The definition, bit by bit.
std::uint32_t plain_crc32c(Bytes bytes) {
  std::uint32_t crc = ~0U;
  for (const std::byte octet : bytes) {
    crc ^= static_cast<std::uint32_t>(octet);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

TEST(Crc32c, IsWhatItsDefinitionGivesForEverySizeAndPlace) {
  std::array<std::byte, 64> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::byte>(i * 151 + 7);
  for (std::size_t begin = 0; begin < 9; ++begin) {
    for (std::size_t size = 0; begin + size <= octets.size(); ++size) {
      const Bytes part = Bytes(octets).subspan(begin, size);
      EXPECT_EQ(crc32c(part), plain_crc32c(part)) << begin << " " << size;
      EXPECT_EQ(crc32c_by_table(part), plain_crc32c(part)) << begin << " " << size;
    }
  }
}

TEST(Crc32c, ContinuesFromASeed) {
  for (const auto sum : {crc32c, crc32c_by_table}) {
    EXPECT_EQ(sum(as_bytes("6789"), sum(as_bytes("12345"), 0)), sum(as_bytes("123456789"), 0));
  }
}

// Tables of the operator's find by it what he wrote: each octet, its place and the length count.
TEST(QuickHash, EveryOctetAndTheLengthCount) {
  std::array<std::byte, 20> octets{};
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size <= octets.size(); ++size) {
    EXPECT_TRUE(seen.insert(quick_hash(Bytes(octets).first(size))).second) << size;
    for (std::size_t i = 0; i < size; ++i) {
      octets.at(i) = std::byte{1};
      EXPECT_TRUE(seen.insert(quick_hash(Bytes(octets).first(size))).second) << size << " " << i;
      octets.at(i) = std::byte{0};
    }
  }
}

// What Python 3.11 hashes octets to, with a key of zeros (PYTHONHASHSEED=0): 0, 1, 2 and so on, so
// many that the last word is empty, part of one, and whole.
TEST(SipHash, AgreesWithPython) {
  struct Row {
    std::size_t size;
    std::uint64_t hash;
  };
  constexpr Row kRows[] = {
      {1, 0x68a914128e01e473U},  {2, 0x10bac45c41e3669U},   {3, 0x4d4c9a4a8ef6e0adU},
      {4, 0x7cc43f98813e4dbdU},  {5, 0x5abe2169dff36275U},  {7, 0x2f098ab0c751325aU},
      {8, 0xead411e67ebe2eeaU},  {9, 0x75927f9d95124362U},  {16, 0x8972188433a5c5b7U},
      {17, 0x4883c49a2c009c1dU}, {31, 0x169739443111d49bU},
  };
  std::array<std::byte, 31> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets.at(i) = static_cast<std::byte>(i);
  for (const Row& row : kRows) {
    EXPECT_EQ(sip_hash(HashKey{}, Bytes(octets).first(row.size)), row.hash) << row.size;
  }
}

TEST(SipHash, DependsOnEveryByteAndOnTheKey) {
  const HashKey key{1, 2};
  const std::uint64_t hash = sip_hash(key, as_bytes("client-identifier"));
  EXPECT_EQ(hash, sip_hash(key, as_bytes("client-identifier")));
  EXPECT_NE(hash, sip_hash(key, as_bytes("client-identifies")));
  EXPECT_NE(hash, sip_hash(HashKey{1, 3}, as_bytes("client-identifier")));
  EXPECT_NE(sip_hash(key, as_bytes("")), sip_hash(key, as_bytes(std::string_view("\0", 1))));
}

TEST(SipHash128, DependsOnEveryByteAndOnTheKeyInBothHalves) {
  const HashKey key{1, 2};
  const Hash128 hash = sip_hash_128(key, as_bytes("client-identifier"));
  EXPECT_EQ(hash, sip_hash_128(key, as_bytes("client-identifier")));
  EXPECT_NE(hash.high, hash.low);
  EXPECT_EQ(hash.high, sip_hash_128_high(key, as_bytes("client-identifier")));
  EXPECT_NE(hash.high, sip_hash(key, as_bytes("client-identifier")));
  const Hash128 others[] = {sip_hash_128(key, as_bytes("client-identifies")),
                            sip_hash_128(HashKey{1, 3}, as_bytes("client-identifier")),
                            sip_hash_128(key, as_bytes("client-identifier "))};
  for (const Hash128& other : others) {
    EXPECT_NE(hash.high, other.high);
    EXPECT_NE(hash.low, other.low);
  }
}

}  // namespace
}  // namespace lessor
