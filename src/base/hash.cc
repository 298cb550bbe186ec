#include "base/hash.h"

#include <array>
#include <bit>

namespace lessor {
namespace {

template <typename Word>
Word load_le(const std::byte* p) {
  Word word = 0;
  std::memcpy(&word, p, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
  return word;
}

/// The last 0 to 7 octets, those behind the whole words. No loop: it is half of a short hash.
std::uint64_t load_tail(Bytes bytes) {
  const std::size_t size = bytes.size() % 8;
  if (size == 0) return 0;
  if (bytes.size() > 8) {  // the last eight, less those that are no tail
    return load_le<std::uint64_t>(bytes.data() + bytes.size() - 8) >> (8 * (8 - size));
  }
  const std::byte* p = bytes.data();
  if (size >= 4) {  // the first four and the last four, which may overlap
    const std::uint64_t last = load_le<std::uint32_t>(p + size - 4);
    return load_le<std::uint32_t>(p) | last << (8 * (size - 4));
  }
  // The first, the middle and the last, which may be the same.
  const auto octet = [&](std::size_t i) { return std::uint64_t{load_u8(p + i)} << (8 * i); };
  return octet(0) | octet(size / 2) | octet(size - 1);
}

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  explicit SipState(HashKey key)
      : v0(key.k0 ^ 0x736f6d6570736575U),
        v1(key.k1 ^ 0x646f72616e646f6dU),
        v2(key.k0 ^ 0x6c7967656e657261U),
        v3(key.k1 ^ 0x7465646279746573U) {}

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
  void absorb_all(Bytes bytes) {
    const std::size_t whole = bytes.size() / 8 * 8;
    for (std::size_t i = 0; i < whole; i += 8) absorb(load_le<std::uint64_t>(bytes.data() + i));
    absorb(static_cast<std::uint64_t>(bytes.size()) << 56 | load_tail(bytes));
  }
  std::uint64_t finish() {
    for (int i = 0; i < 3; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

/// The state before the first of the two halves.
SipState absorb_for_128(HashKey key, Bytes bytes) {
  SipState s(key);
  s.v1 ^= 0xeeU;
  s.absorb_all(bytes);
  s.v2 ^= 0xeeU;
  return s;
}

/// Row 0: what one octet makes of a checksum. Row n: what it makes with n octets of zeros behind
/// it, so that eight octets are eight lookups that do not wait for each other ("slicing by 8").
constexpr std::array<std::array<std::uint32_t, 256>, 8> make_crc_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
    tables[0][i] = crc;
  }
  for (std::size_t row = 1; row < tables.size(); ++row) {
    for (std::uint32_t i = 0; i < 256; ++i) {
      const std::uint32_t before = tables[row - 1][i];
      tables[row][i] = (before >> 8) ^ tables[0][before & 0xffU];
    }
  }
  return tables;
}

constexpr auto kCrcTables = make_crc_tables();

#if defined(__x86_64__)
/// The processor's own, where it has one: eight octets an instruction.
[[gnu::target("sse4.2")]] std::uint32_t crc32c_by_instruction(Bytes bytes, std::uint32_t seed) {
  std::uint64_t crc = ~seed;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8))
    crc = __builtin_ia32_crc32di(crc, load_le<std::uint64_t>(bytes.data()));
  auto low = static_cast<std::uint32_t>(crc);
  for (const std::byte b : bytes) low = __builtin_ia32_crc32qi(low, static_cast<unsigned char>(b));
  return ~low;
}
#endif

}  // namespace

std::uint64_t sip_hash(HashKey key, Bytes bytes) {
  SipState s(key);
  s.absorb_all(bytes);
  s.v2 ^= 0xffU;
  return s.finish();
}

Hash128 sip_hash_128(HashKey key, Bytes bytes) {
  SipState s = absorb_for_128(key, bytes);
  const std::uint64_t high = s.finish();
  s.v1 ^= 0xddU;
  return {.high = high, .low = s.finish()};
}

std::uint64_t sip_hash_128_high(HashKey key, Bytes bytes) {
  return absorb_for_128(key, bytes).finish();
}

std::uint64_t quick_hash(Bytes bytes) {
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15U;
  std::uint64_t h = bytes.size() * kGoldenRatio;
  const auto mix = [&h](std::uint64_t word) {
    h = (h ^ word) * kGoldenRatio;
    h ^= h >> 32;
  };
  const std::uint64_t tail = load_tail(bytes);
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    mix(load_le<std::uint64_t>(bytes.data()));
  }
  mix(tail);
  return h;
}

std::uint32_t crc32c(Bytes bytes, std::uint32_t seed) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return crc32c_by_instruction(bytes, seed);
#endif
  return crc32c_by_table(bytes, seed);
}

std::uint32_t crc32c_by_table(Bytes bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    const std::uint64_t eight = load_le<std::uint64_t>(bytes.data()) ^ crc;
    crc = 0;
    for (unsigned i = 0; i < 8; ++i) crc ^= kCrcTables[7 - i][eight >> 8 * i & 0xffU];
  }
  for (const std::byte b : bytes) {
    crc = (crc >> 8) ^ kCrcTables[0][(crc ^ static_cast<std::uint32_t>(b)) & 0xffU];
  }
  return ~crc;
}

}  // namespace lessor
