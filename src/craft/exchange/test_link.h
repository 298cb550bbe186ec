#pragma once
// A client and its server for the tests of exchanges: frames from the notation, heard again.

#include "base/text.h"
#include "craft/exchange/follow_up.h"

#include <gtest/gtest.h>

namespace lessor::craft::testing {

inline const net::Mac kClientMac = *net::parse_mac("c0:01:1b:69:00:00");
inline const net::Mac kServerMac = *net::parse_mac("08:00:27:9b:11:3d");

/// A packet of a type with some lines, from the client's or the server's MAC.
inline Packet crafted(std::string_view type, const std::vector<std::string>& lines,
                      const net::Mac& mac, std::uint32_t xid = 0x1aed) {
  Recipe recipe = *start_recipe(type);
  for (const std::string& line : lines) {
    const auto added = add_line(recipe, line);
    EXPECT_TRUE(added) << line << ": " << added.error();
  }
  auto packet = build(recipe, {.mac = mac, .peer = std::nullopt, .xid = xid});
  EXPECT_TRUE(packet) << packet.error();
  return *packet;
}

inline Heard heard(const Packet& packet, Duration at = Duration::seconds(1'000)) {
  auto message = hear({.at = at, .bytes = packet.bytes});
  EXPECT_TRUE(message);
  return *message;
}

/// What the server says to the client c0:01:1b:69:00:00.
inline Heard reply(std::string_view type, std::vector<std::string> lines,
                   std::uint32_t xid = 0x1aed) {
  lines.insert(lines.begin(), {"chaddr = c0:01:1b:69:00:00", "ip.src = 192.168.56.100",
                               "option.dhcp-server-identifier = 192.168.56.100"});
  return heard(crafted(type, lines, kServerMac, xid));
}
inline Heard offer_104() { return reply("offer", {"yiaddr = 192.168.56.104"}); }
inline Heard ack_104() {
  return reply("ack", {"yiaddr = 192.168.56.104", "option.dhcp-lease-time = 600"});
}

/// What the packet says of a field or option, in the notation; "-" when it says nothing.
inline std::string said(const Packet& packet, std::string_view path) {
  const auto recipe = recipe_of(packet.bytes);
  for (const Item& item : recipe.items) {
    if (const auto* field = std::get_if<FieldItem>(&item);
        field != nullptr && field->field == find_field(path)) {
      std::vector<std::byte> header(layer_row(field->field->layer).size);
      put_field(*field->field, header, field->content);
      return print_field(*field->field, header);
    }
  }
  return "-";
}

}  // namespace lessor::craft::testing
