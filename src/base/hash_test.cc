#include "base/hash.h"

#include <gtest/gtest.h>

#include <array>

namespace lessor {
namespace {

TEST(Crc32c, MatchesTheCheckValueOfRfc3720) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
  std::array<std::byte, 32> zeros{};
  EXPECT_EQ(crc32c(zeros), 0x8a9136aaU);
}

TEST(Crc32c, ContinuesFromASeed) {
  EXPECT_EQ(crc32c(as_bytes("6789"), crc32c(as_bytes("12345"))), crc32c(as_bytes("123456789")));
}

TEST(SipHash, DependsOnEveryByteAndOnTheKey) {
  const HashKey key{1, 2};
  const std::uint64_t hash = sip_hash(key, as_bytes("client-identifier"));
  EXPECT_EQ(hash, sip_hash(key, as_bytes("client-identifier")));
  EXPECT_NE(hash, sip_hash(key, as_bytes("client-identifies")));
  EXPECT_NE(hash, sip_hash(HashKey{1, 3}, as_bytes("client-identifier")));
  EXPECT_NE(sip_hash(key, as_bytes("")), sip_hash(key, as_bytes(std::string_view("\0", 1))));
}

}  // namespace
}  // namespace lessor
