#pragma once
// The Internet checksum (RFC 1071): IPv4 headers and UDP datagrams. Must not know: which fields it
// covers.

#include "base/bytes.h"

#include <cstdint>

namespace lessor::net {

/// Adds `bytes` to a running one's complement sum; begin with 0. Every piece but the last must have
/// an even length. The sum is unfolded: hand it to internet_checksum() or to the next call.
[[nodiscard]] std::uint64_t checksum_add(std::uint64_t sum, Bytes bytes);

/// A sum brought down to 16 bits, every carry added back in: each step leaves at most a bit too
/// many, the last none.
[[nodiscard]] constexpr std::uint16_t fold_sum(std::uint64_t sum) {
  sum = (sum >> 32) + (sum & 0xffffffffU);
  sum = (sum >> 16) + (sum & 0xffffU);
  sum = (sum >> 16) + (sum & 0xffffU);
  sum = (sum >> 16) + (sum & 0xffffU);
  return static_cast<std::uint16_t>(sum);
}

/// Folds a sum to the 16-bit checksum (its complement). Over data that includes a right checksum
/// the result is 0.
[[nodiscard]] constexpr std::uint16_t internet_checksum(std::uint64_t sum) {
  return static_cast<std::uint16_t>(~fold_sum(sum));
}

}  // namespace lessor::net
