#include "expression/address_text.h"

#include <algorithm>
#include <array>

namespace lessor::expression {
namespace {

constexpr std::size_t kGroups = 8;
using Groups = std::array<std::uint16_t, kGroups>;

struct Run {
  std::size_t begin = kGroups;
  std::size_t size = 0;
};

/// RFC 5952 4.2: the longest run of zeros, the first of equals, and no single one.
Run longest_zeros(const Groups& groups, std::size_t count) {
  Run longest;
  for (std::size_t i = 0; i < count;) {
    std::size_t end = i;
    while (end < count && groups[end] == 0) ++end;
    if (end - i > std::max<std::size_t>(longest.size, 1)) longest = {i, end - i};
    i = end + 1;
  }
  return longest;
}

void put_group(std::uint16_t group, Scratch& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  bool begun = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const std::size_t digit = (group >> shift) & 15U;
    begun = begun || digit != 0 || shift == 0;
    if (begun) out.put(kDigits[digit]);
  }
}

/// Whether the last two groups are an IPv4 address: mapped (RFC 4291 2.5.5.2), or compatible
/// (2.5.5.1) and not ::1 and its like.
bool holds_ip4(const Groups& groups) {
  const Run zeros = longest_zeros(groups, kGroups);
  if (zeros.begin != 0) return false;
  return zeros.size == 6 || (zeros.size == 5 && groups[5] == 0xffff);
}

}  // namespace

void put_ip4(Bytes address, Scratch& out) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) out.put('.');
    out.put_number(load_u8(&address[i]));
  }
}

void put_ip6(Bytes address, Scratch& out) {
  Groups groups{};
  for (std::size_t i = 0; i < kGroups; ++i) groups[i] = load_be16(&address[2 * i]);
  const bool dotted = holds_ip4(groups);
  const std::size_t count = dotted ? 6 : kGroups;
  const Run zeros = longest_zeros(groups, count);
  for (std::size_t i = 0; i < count;) {
    if (i == zeros.begin) {
      out.put(std::string_view("::"));
      i += zeros.size;
      continue;
    }
    if (i > 0 && i != zeros.begin + zeros.size) out.put(':');
    put_group(groups[i], out);
    ++i;
  }
  if (!dotted) return;
  if (zeros.begin + zeros.size != count) out.put(':');
  put_ip4(address.subspan(12), out);
}

}  // namespace lessor::expression
