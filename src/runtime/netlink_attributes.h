#pragma once
// Netlink attributes by type, with their lengths checked. Must not know: sockets. Heavy (libmnl):
// for .cc files only.

#include "net/address.h"

#include <array>
#include <libmnl/libmnl.h>
#include <optional>
#include <string_view>

namespace lessor::runtime {

[[nodiscard]] inline Bytes netlink_payload(const nlattr* attribute) {
  return {static_cast<const std::byte*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

/// The attributes of one message or nest, by type; those beyond Max are newer than we are.
template <std::size_t Max>
using NetlinkAttributes = std::array<const nlattr*, Max + 1>;

template <std::size_t Max>
int keep_netlink_attribute(const nlattr* attribute, void* data) {
  const std::size_t type = mnl_attr_get_type(attribute);
  if (type <= Max) (*static_cast<NetlinkAttributes<Max>*>(data))[type] = attribute;
  return MNL_CB_OK;
}

template <std::size_t Max>
[[nodiscard]] NetlinkAttributes<Max> netlink_attributes(const nlmsghdr& message,
                                                        std::size_t header) {
  NetlinkAttributes<Max> attributes{};
  mnl_attr_parse(&message, static_cast<unsigned>(header), keep_netlink_attribute<Max>, &attributes);
  return attributes;
}

[[nodiscard]] inline std::optional<std::uint32_t> netlink_number(const nlattr* attribute) {
  if (attribute == nullptr || netlink_payload(attribute).size() != 4) return std::nullopt;
  return mnl_attr_get_u32(attribute);
}

[[nodiscard]] inline std::optional<net::Ip4> netlink_address(const nlattr* attribute) {
  if (attribute == nullptr || netlink_payload(attribute).size() != 4) return std::nullopt;
  return net::Ip4{load_be32(netlink_payload(attribute).data())};
}

[[nodiscard]] inline std::string_view netlink_text(const nlattr* attribute) {
  if (attribute == nullptr) return {};
  const std::string_view whole = as_text(netlink_payload(attribute));
  return whole.substr(0, whole.find('\0'));
}

}  // namespace lessor::runtime
