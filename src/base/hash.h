#pragma once
// Three hashes: SipHash-1-3 with a secret key for tables that strangers fill (they choose client
// identifiers and hardware addresses), a quick one for tables that the operator fills, and CRC-32C
// for records on disk.

#include "base/bytes.h"

#include <cstdint>

namespace lessor {

/// The secret of a SipHash; drawn once at start (a fixed one in tests and simulation).
struct HashKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

/// SipHash-1-3 of `bytes` under `key`: without the key nobody can aim at one bucket.
[[nodiscard]] std::uint64_t sip_hash(HashKey key, Bytes bytes);

/// 128 bits of the same: for keys that stand for what was hashed.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};
[[nodiscard]] Hash128 sip_hash_128(HashKey key, Bytes bytes);
/// Its high half alone, for less.
[[nodiscard]] std::uint64_t sip_hash_128_high(HashKey key, Bytes bytes);

/// Mixes `bytes` without a secret, in a few steps: only for tables whose keys no stranger chooses.
[[nodiscard]] std::uint64_t quick_hash(Bytes bytes);

/// CRC-32C (Castagnoli), continuing from `seed` (0 to begin).
[[nodiscard]] std::uint32_t crc32c(Bytes bytes, std::uint32_t seed = 0);
/// The same where the processor has no instruction for it; for tests beside.
[[nodiscard]] std::uint32_t crc32c_by_table(Bytes bytes, std::uint32_t seed = 0);

}  // namespace lessor
