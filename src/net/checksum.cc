#include "net/checksum.h"

namespace lessor::net {
namespace {

/// One's complement addition of 64-bit words: the carry comes back in at the bottom (RFC 1071 2 C
/// allows any word size; the fold at the end makes 16 bits of it).
std::uint64_t add_with_carry(std::uint64_t sum, std::uint64_t word) {
  std::uint64_t total = 0;
  const bool carry = __builtin_add_overflow(sum, word, &total);
  return total + (carry ? 1 : 0);
}

}  // namespace

std::uint64_t checksum_add(std::uint64_t sum, Bytes bytes) {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 32; at += 32, left -= 32) {  // four words a round: most of the time goes here
    sum = add_with_carry(sum, load_be64(at));
    sum = add_with_carry(sum, load_be64(at + 8));
    sum = add_with_carry(sum, load_be64(at + 16));
    sum = add_with_carry(sum, load_be64(at + 24));
  }
  for (; left >= 8; at += 8, left -= 8) sum = add_with_carry(sum, load_be64(at));
  for (; left >= 2; at += 2, left -= 2) sum = add_with_carry(sum, load_be16(at));
  // RFC 768: an odd last octet is padded with zero on the right.
  if (left == 1) sum = add_with_carry(sum, static_cast<std::uint64_t>(load_u8(at)) << 8);
  return sum;
}

std::uint16_t internet_checksum(std::uint64_t sum) {
  sum = (sum >> 32) + (sum & 0xffffffffU);
  while (sum > 0xffffU) sum = (sum >> 16) + (sum & 0xffffU);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace lessor::net
