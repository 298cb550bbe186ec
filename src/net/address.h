#pragma once
// IPv4 addresses, prefixes and ranges, Ethernet addresses: values in host order, and their text
// forms. Must not know: DHCP, sockets.

#include "base/bytes.h"

#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace lessor::net {

/// An IPv4 address; `value` is in host order.
struct Ip4 {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(Ip4, Ip4) = default;
  [[nodiscard]] constexpr bool is_zero() const { return value == 0; }
};

inline constexpr Ip4 kIp4Any{0};
inline constexpr Ip4 kIp4Broadcast{0xffffffff};

/// An address and a prefix length, 0 to 32. Host bits may be set: an interface's address is one
/// too.
struct Prefix4 {
  Ip4 address;
  std::uint8_t length = 0;

  [[nodiscard]] constexpr std::uint32_t mask() const {
    return length == 0 ? 0U : ~std::uint32_t{0} << (32 - length);
  }
  [[nodiscard]] constexpr Ip4 network() const { return {address.value & mask()}; }
  /// The directed broadcast address; for /31 and /32 the last address of the prefix.
  [[nodiscard]] constexpr Ip4 last() const { return {address.value | ~mask()}; }
  [[nodiscard]] constexpr bool contains(Ip4 a) const {
    return (a.value & mask()) == network().value;
  }
  friend constexpr bool operator==(Prefix4, Prefix4) = default;
};

/// Addresses from `first` to `last`, both included. first <= last.
struct Range4 {
  Ip4 first;
  Ip4 last;
  [[nodiscard]] constexpr bool contains(Ip4 a) const { return first <= a && a <= last; }
  [[nodiscard]] constexpr std::uint64_t size() const {
    return std::uint64_t{last.value} - first.value + 1;
  }
  friend constexpr auto operator<=>(Range4, Range4) = default;
};

/// A 48-bit Ethernet address.
struct Mac {
  std::array<std::byte, 6> octets{};
  friend constexpr auto operator<=>(const Mac&, const Mac&) = default;
};

inline constexpr Mac kMacBroadcast{{std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                    std::byte{0xff}, std::byte{0xff}, std::byte{0xff}}};

/// A hardware address as BOOTP carries it (htype, hlen, chaddr): up to 16 octets.
struct HardwareAddress {
  std::uint8_t type = 1;
  std::uint8_t size = 0;
  std::array<std::byte, 16> octets{};  ///< zero after `size`

  [[nodiscard]] Bytes bytes() const {
    return {octets.data(), std::min<std::size_t>(size, octets.size())};
  }
  friend bool operator==(const HardwareAddress&, const HardwareAddress&) = default;
};

[[nodiscard]] std::string to_string(Ip4 a);         ///< "192.0.2.1"
[[nodiscard]] std::string to_string(Prefix4 p);     ///< "192.0.2.0/24"
[[nodiscard]] std::string to_string(Range4 r);      ///< "192.0.2.4 - 192.0.2.9"
[[nodiscard]] std::string to_string(const Mac& m);  ///< "c0:01:1b:69:00:00"
[[nodiscard]] std::string to_string(const HardwareAddress& h);

/// Strict dotted decimal: four numbers of 0-255 without leading zeros. Nothing else is an address.
[[nodiscard]] std::optional<Ip4> parse_ip4(std::string_view text);
/// "192.0.2.0/24"; host bits are kept.
[[nodiscard]] std::optional<Prefix4> parse_prefix4(std::string_view text);
/// "A-B" with blanks allowed around the dash, or a prefix (all its addresses), or one address.
/// Nothing when A > B.
[[nodiscard]] std::optional<Range4> parse_range4(std::string_view text);
/// Six octets of one or two digits with ':' or '-' between.
[[nodiscard]] std::optional<Mac> parse_mac(std::string_view text);

}  // namespace lessor::net
