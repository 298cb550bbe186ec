#include "base/text.h"
#include "craft/packet/notation.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_text.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

Packet craft(const char* type, std::initializer_list<const char*> lines, const Maker& maker = {}) {
  Recipe recipe = *start_recipe(type);
  for (const char* line : lines) {
    const auto added = add_line(recipe, line);
    EXPECT_TRUE(added) << added.error();
  }
  const auto packet = build(recipe, maker);
  EXPECT_TRUE(packet) << packet.error();
  return packet.value_or(Packet());
}

/// Where the packet goes and what options it has: "0.0.0.0:68 > 255.255.255.255:67 53 61 55 255".
std::string shape(const Packet& packet) {
  const Dissection d = dissect(packet.bytes, packet.link);
  EXPECT_EQ(d.trouble, "");
  EXPECT_EQ(d.ip->checksum, ChecksumVerdict::correct);
  EXPECT_EQ(d.udp->checksum, ChecksumVerdict::correct);
  std::string text = net::to_string(d.ip->source) + ":" + std::to_string(d.udp->source_port) +
                     " > " + net::to_string(d.ip->destination) + ":" +
                     std::to_string(d.udp->destination_port);
  wire::OptionCursor cursor(d.payload.subspan(wire::kOptionsOffset));
  wire::RawOption option;
  while (cursor.next(option)) text += " " + std::to_string(option.code);
  return text;
}

// RFC 2131 4.1, 4.3.2 and 4.4: who sends what from where to where, with which options.
TEST(Defaults, FollowTheMessage) {
  struct Case {
    const char* type;
    const char* shape;
  };
  const Case cases[] = {
      {"discover", "0.0.0.0:68 > 255.255.255.255:67 53 61 55 255"},
      {"request", "0.0.0.0:68 > 255.255.255.255:67 53 61 50 54 55 255"},
      {"reboot", "0.0.0.0:68 > 255.255.255.255:67 53 61 50 55 255"},
      {"renew", "192.0.2.10:68 > 192.0.2.1:67 53 61 55 255"},
      {"rebind", "192.0.2.10:68 > 255.255.255.255:67 53 61 55 255"},
      {"decline", "0.0.0.0:68 > 255.255.255.255:67 53 61 50 54 255"},
      {"release", "192.0.2.10:68 > 192.0.2.1:67 53 61 54 255"},
      {"inform", "192.0.2.10:68 > 255.255.255.255:67 53 61 55 255"},
      {"offer", "192.0.2.1:67 > 192.0.2.10:68 53 54 51 1 3 255"},
      {"ack", "192.0.2.1:67 > 192.0.2.10:68 53 54 51 1 3 255"},
      {"nak", "192.0.2.1:67 > 255.255.255.255:68 53 54 255"},
      {"forcerenew", "192.0.2.1:67 > 192.0.2.10:68 53 54 255"},
      {"leasequery", "192.0.2.3:67 > 192.0.2.1:67 53 55 255"},
      {"leaseactive", "192.0.2.1:67 > 192.0.2.3:67 53 54 255"},
      {"bootp", "0.0.0.0:68 > 255.255.255.255:67 255"},
  };
  for (const Case& c : cases) {
    const Packet packet = craft(c.type, {});
    EXPECT_EQ(shape(packet), c.shape) << c.type;
    EXPECT_EQ(packet.bytes.size(), 14U + 20 + 8 + 300) << c.type;
  }
}

// RFC 4388 6.1: by exactly one of ciaddr, chaddr and option 61.
TEST(Defaults, ALeaseQueryAsksByOneThing) {
  const net::HardwareAddress no_mac{.type = wire::kHtypeEthernet, .size = 6};
  const auto asked_by = [&](std::initializer_list<const char*> changes) {
    const Packet packet = craft("leasequery", changes);
    wire::ParseScratch scratch;
    const auto view = wire::MessageView::parse(dissect(packet.bytes, packet.link).payload, scratch);
    const bool by_mac = view->chaddr() != no_mac;
    return net::to_string(view->ciaddr()) + (by_mac ? " mac" : "") +
           (view->option(61) ? " id" : "");
  };
  EXPECT_EQ(asked_by({}), "192.0.2.10");
  EXPECT_EQ(asked_by({"ciaddr = 192.0.2.77"}), "192.0.2.77");
  EXPECT_EQ(asked_by({"chaddr = 02:00:00:00:00:09"}), "0.0.0.0 mac");
  EXPECT_EQ(asked_by({"client-id = 0x0102"}), "0.0.0.0 id");
}

TEST(Defaults, EveryTypeNameGivesASoundMessage) {
  for (const std::string_view name : recipe_types()) {
    if (name == "packet") continue;
    const Packet packet = craft(std::string(name).c_str(), {});
    wire::ParseScratch scratch;
    const auto message =
        wire::MessageView::parse(dissect(packet.bytes, packet.link).payload, scratch);
    ASSERT_TRUE(message) << name;
    EXPECT_EQ(start_recipe(name)->type, static_cast<int>(message->message_type())) << name;
  }
}

TEST(Defaults, AnswersFollowFlagsAndRelays) {
  EXPECT_EQ(shape(craft("offer", {"flags = broadcast"})),
            "192.0.2.1:67 > 255.255.255.255:68 53 54 51 1 3 255");
  EXPECT_EQ(shape(craft("offer", {"giaddr = 198.51.100.1"})),
            "192.0.2.1:67 > 198.51.100.1:67 53 54 51 1 3 255");
  EXPECT_EQ(shape(craft("discover", {"giaddr = 198.51.100.1"})),
            "198.51.100.1:67 > 192.0.2.1:67 53 61 55 255");
}

TEST(Defaults, WhatIsGivenDecidesTheRest) {
  EXPECT_EQ(
      shape(craft("release", {"ciaddr = 192.0.2.77", "option.dhcp-server-identifier = 192.0.2.9"})),
      "192.0.2.77:68 > 192.0.2.9:67 53 61 54 255");
  const Packet packet = craft("discover", {"chaddr = c0:01:1b:69:00:00"});
  const Dissection d = dissect(packet.bytes, packet.link);
  EXPECT_EQ(net::to_string(d.ethernet->source), "c0:01:1b:69:00:00");
  EXPECT_EQ(to_hex(d.payload.subspan(243, 9)), "3d0701c0011b690000");
}

TEST(Defaults, AGivenOptionTakesTheDefaultsPlace) {
  EXPECT_EQ(shape(craft("discover", {"option.host-name = R1", "option.55 = 1"})),
            "0.0.0.0:68 > 255.255.255.255:67 53 61 55 12 255");
  EXPECT_EQ(shape(craft("discover", {"without 61", "without 55"})),
            "0.0.0.0:68 > 255.255.255.255:67 53 255");
  EXPECT_EQ(shape(craft("discover", {"option.53 = offer", "option.53 = 3"})),
            "0.0.0.0:68 > 255.255.255.255:67 53 53 61 55 255");
}

// RFC 3046 2.1: "it MUST be the last option".
TEST(Defaults, TheRelayAgentInformationGoesLast) {
  EXPECT_EQ(shape(craft("discover", {"option.82.circuit-id = 'a'", "option.12 = R1"})),
            "0.0.0.0:68 > 255.255.255.255:67 53 61 55 12 82 255");
}

TEST(Defaults, NoPaddingAndAnOwnEnd) {
  EXPECT_EQ(craft("nak", {"no-padding"}).bytes.size(), 42U + 240 + 3 + 6 + 1);
  const Packet packet = craft("nak", {"end", "bytes = 0x0102", "no-padding"});
  EXPECT_EQ(to_hex(Bytes(packet.bytes).last(3)), "ff0102");
}

TEST(Defaults, TheMakerIsWhoSends) {
  const Maker maker{.mac = *net::parse_mac("08:00:27:9b:11:3d"),
                    .peer = *net::parse_mac("08:00:27:00:00:01"),
                    .xid = 0x1aed};
  const Packet packet = craft("renew", {}, maker);
  const Dissection d = dissect(packet.bytes, packet.link);
  EXPECT_EQ(net::to_string(d.ethernet->source), "08:00:27:9b:11:3d");
  EXPECT_EQ(net::to_string(d.ethernet->destination), "08:00:27:00:00:01");
  EXPECT_EQ(load_be32(&d.payload[4]), 0x1aedU);
}

TEST(Defaults, ANumberIsAType) {
  const Packet packet = craft("42", {});
  EXPECT_EQ(to_hex(dissect(packet.bytes, packet.link).payload.subspan(240, 3)), "35012a");
}

}  // namespace
}  // namespace lessor::craft
