#pragma once
// Leases for the tests of this folder.

#include "client/v4/lease.h"
#include "wire/v4/kind_routes.h"
#include "wire/v4/test_messages.h"

#include <string_view>

namespace lessor::client::v4::testing {

inline net::Ip4 ip(std::string_view text) { return net::parse_ip4(text).value(); }
inline net::Prefix4 prefix(std::string_view text) { return net::parse_prefix4(text).value(); }

/// The octets of addresses, one behind the other.
inline std::vector<std::byte> addresses(std::initializer_list<std::string_view> list) {
  std::vector<std::byte> out;
  for (const std::string_view text : list) wire::append_be(out, ip(text).value, 4);
  return out;
}
/// The octets of option 121: pairs of "10.0.0.0/8" and "192.0.2.1".
inline std::vector<std::byte> routes(
    std::initializer_list<std::pair<std::string_view, std::string_view>> list) {
  std::vector<std::byte> out;
  for (const auto& [destination, router] : list) {
    wire::append_route({prefix(destination), ip(router)}, out);
  }
  return out;
}
inline std::vector<std::byte> text(std::string_view text) {
  return wire::testing::copy(as_bytes(text));
}

/// 192.0.2.50/24 for an hour from instant 0, with further options in any order.
inline Lease lease(Options options = {}, std::string_view address = "192.0.2.50/24") {
  const net::Prefix4 subnet = prefix(address);
  Lease out{.address = subnet.address,
            .server = ip("192.0.2.1"),
            .lease_time = Duration::seconds(3600),
            .t1 = Duration::seconds(1800),
            .t2 = Duration::seconds(3150),
            .options = std::move(options)};
  std::vector<std::byte> mask;
  wire::append_be(mask, subnet.mask(), 4);
  const bool has_mask =
      std::ranges::any_of(out.options, [](const auto& o) { return o.first == 1; });
  if (!has_mask) out.options.emplace_back(wire::OptionCode{1}, mask);
  std::ranges::sort(out.options);
  return out;
}

}  // namespace lessor::client::v4::testing
