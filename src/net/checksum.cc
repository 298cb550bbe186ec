#include "net/checksum.h"

namespace lessor::net {
namespace {

std::uint32_t load_le32(const std::byte* p) {
  return load_u8(p) | static_cast<std::uint32_t>(load_u8(p + 1)) << 8 |
         static_cast<std::uint32_t>(load_u8(p + 2)) << 16 |
         static_cast<std::uint32_t>(load_u8(p + 3)) << 24;
}
/// Eight octets as the usual machine holds a word, so that loading them costs nothing.
std::uint64_t load_le64(const std::byte* p) {
  const std::uint32_t low = load_le32(p);
  return static_cast<std::uint64_t>(load_le32(p + 4)) << 32 | low;
}

/// One's complement addition: the carry comes back in at the bottom.
std::uint64_t add_with_carry(std::uint64_t sum, std::uint64_t word) {
  std::uint64_t total = 0;
  const bool carry = __builtin_add_overflow(sum, word, &total);
  return total + (carry ? 1 : 0);
}

/// Adds `Count` words of eight octets and moves on behind them.
template <int Count>
std::uint64_t add_words(std::uint64_t sum, const std::byte*& at) {
  for (int i = 0; i < Count; ++i, at += 8) sum = add_with_carry(sum, load_le64(at));
  return sum;
}

}  // namespace

// RFC 1071 2 B and C: words of any size may be added, in either byte order, if the octets of the
// result are swapped.
std::uint64_t checksum_add(std::uint64_t sum, Bytes bytes) {
  const std::byte* at = bytes.data();
  const std::byte* const rounds_end = at + bytes.size() / 64 * 64;
  std::uint64_t words = 0;
  while (at != rounds_end) words = add_words<8>(words, at);  // most of the time goes here
  // What is left, by the bits of its length.
  const std::size_t left = bytes.size();
  if ((left & 32) != 0) words = add_words<4>(words, at);
  if ((left & 16) != 0) words = add_words<2>(words, at);
  if ((left & 8) != 0) words = add_words<1>(words, at);
  std::uint64_t tail = 0;
  if ((left & 4) != 0) {
    tail = load_le32(at);
    at += 4;
  }
  if ((left & 2) != 0) {
    tail += load_u8(at) | static_cast<std::uint32_t>(load_u8(at + 1)) << 8;
    at += 2;
  }
  if ((left & 1) != 0) tail += load_u8(at);  // RFC 768: padded with zero on the right
  return sum + __builtin_bswap16(fold_sum(add_with_carry(words, tail)));
}

}  // namespace lessor::net
