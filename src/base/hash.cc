#include "base/hash.h"

#include <array>
#include <bit>

namespace lessor {
namespace {

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

std::uint64_t load_le64(const std::byte* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// The last 0 to 7 octets, those behind the whole words.
std::uint64_t load_tail(Bytes bytes) {
  const std::size_t size = bytes.size() % 8;
  if (size == 0) return 0;
  if (bytes.size() > 8) {  // the last eight, less those that are no tail
    return load_le64(bytes.data() + bytes.size() - 8) >> (8 * (8 - size));
  }
  std::array<std::byte, 8> octets{};
  std::memcpy(octets.data(), bytes.data(), size);
  return load_le64(octets.data());
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
    table[i] = crc;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

}  // namespace

std::uint64_t sip_hash(HashKey key, Bytes bytes) {
  SipState s{key.k0 ^ 0x736f6d6570736575U, key.k1 ^ 0x646f72616e646f6dU,
             key.k0 ^ 0x6c7967656e657261U, key.k1 ^ 0x7465646279746573U};
  const std::size_t whole = bytes.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) s.absorb(load_le64(bytes.data() + i));
  const std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56 | load_tail(bytes);
  s.absorb(last);
  s.v2 ^= 0xffU;
  for (int i = 0; i < 3; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

std::uint32_t crc32c(Bytes bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  for (const std::byte b : bytes)
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<std::uint32_t>(b)) & 0xffU];
  return ~crc;
}

}  // namespace lessor
