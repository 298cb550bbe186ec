#pragma once
// HMAC-MD5 (RFC 2104, RFC 1321) for tests, so that they need no library of cryptography. Not for
// anything else: it is slow and hides nothing.

#include "base/bytes.h"

#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace lessor::client::v4::testing {

using Digest = std::array<std::byte, 16>;

/// MD5's numbers are little-endian, unlike everything else on the wire.
[[nodiscard]] inline std::uint32_t load_le32(const std::byte* p) {
  return std::byteswap(load_be32(p));
}
inline void store_le32(std::byte* p, std::uint32_t v) { store_be32(p, std::byteswap(v)); }

/// RFC 1321 3.4: one block of 64 octets.
inline void md5_block(std::array<std::uint32_t, 4>& state, const std::byte* block) {
  constexpr std::array<std::array<int, 4>, 4> kShifts{
      {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  auto [a, b, c, d] = state;
  for (unsigned i = 0; i < 64; ++i) {
    const unsigned round = i / 16;
    const std::uint32_t mixed = round == 0   ? ((b & c) | (~b & d))
                                : round == 1 ? ((d & b) | (~d & c))
                                : round == 2 ? (b ^ c ^ d)
                                             : (c ^ (b | ~d));
    const unsigned word = std::array{i, 5 * i + 1, 3 * i + 5, 7 * i}[round] % 16;
    const auto sine = static_cast<std::uint32_t>(std::fabs(std::sin(i + 1.0)) * 4294967296.0);
    const std::uint32_t sum = a + mixed + sine + load_le32(block + 4 * std::size_t{word});
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kShifts[round][i % 4]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

[[nodiscard]] inline Digest md5(Bytes text) {
  std::vector<std::byte> padded(text.begin(), text.end());
  padded.push_back(std::byte{0x80});
  padded.resize((padded.size() + 8 + 63) / 64 * 64);
  store_le32(padded.data() + padded.size() - 8, static_cast<std::uint32_t>(8 * text.size()));
  std::array<std::uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (std::size_t at = 0; at < padded.size(); at += 64) md5_block(state, padded.data() + at);
  Digest digest;
  for (std::size_t i = 0; i < 4; ++i) store_le32(&digest[4 * i], state[i]);
  return digest;
}

/// RFC 2104 2. Precondition: a key of 64 octets at most.
[[nodiscard]] inline Digest hmac_md5(Bytes key, Bytes text) {
  std::vector<std::byte> inner(64, std::byte{0x36});
  std::vector<std::byte> outer(64, std::byte{0x5c});
  for (std::size_t i = 0; i < key.size(); ++i) {
    inner[i] ^= key[i];
    outer[i] ^= key[i];
  }
  inner.insert(inner.end(), text.begin(), text.end());
  const Digest digest = md5(inner);
  outer.insert(outer.end(), digest.begin(), digest.end());
  return md5(outer);
}

}  // namespace lessor::client::v4::testing
