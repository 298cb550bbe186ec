#include "net/checksum.h"

#include <array>

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

/// A sum brought down to 16 bits in the same way.
std::uint16_t fold(std::uint64_t sum) {
  sum = (sum >> 32) + (sum & 0xffffffffU);
  while (sum > 0xffffU) sum = (sum >> 16) + (sum & 0xffffU);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace

// RFC 1071 2 B and C: words of any size may be added, in either byte order, if the octets of the
// result are swapped.
std::uint64_t checksum_add(std::uint64_t sum, Bytes bytes) {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t words = 0;
  for (; left >= 32; at += 32, left -= 32) {  // four words a round: most of the time goes here
    words = add_with_carry(words, load_le64(at));
    words = add_with_carry(words, load_le64(at + 8));
    words = add_with_carry(words, load_le64(at + 16));
    words = add_with_carry(words, load_le64(at + 24));
  }
  for (; left >= 8; at += 8, left -= 8) words = add_with_carry(words, load_le64(at));
  if (left >= 4) {
    words = add_with_carry(words, load_le32(at));
    at += 4;
    left -= 4;
  }
  // RFC 768: an odd last octet is padded with zero on the right.
  std::array<std::byte, 4> tail{};
  copy_bytes(tail, {at, left});
  words = add_with_carry(words, load_le32(tail.data()));
  return sum + __builtin_bswap16(fold(words));
}

std::uint16_t internet_checksum(std::uint64_t sum) {
  return static_cast<std::uint16_t>(~fold(sum));
}

}  // namespace lessor::net
