#include "craft/packet/notation.h"
#include "wire/v4/message_view.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

Packet broken(std::string_view how, const char* type = "discover") {
  Recipe recipe = *start_recipe(type);
  const auto added = add_line(recipe, "malform = " + std::string(how));
  EXPECT_TRUE(added) << added.error();
  const auto packet = build(recipe, {});
  EXPECT_TRUE(packet) << packet.error();
  return packet.value_or(Packet());
}

/// What our own strict parser says of the packet's message.
std::string verdict(const Packet& packet) {
  const Dissection d = dissect(packet.bytes, packet.link);
  if (!d.trouble.empty()) return d.trouble;
  if (d.ip->checksum == ChecksumVerdict::wrong) return "wrong IPv4 checksum";
  if (d.udp->checksum == ChecksumVerdict::wrong) return "wrong UDP checksum";
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(d.payload, scratch);
  if (!message) return std::string(to_string(message.error().code));
  return std::string(wire::to_string(message->message_type())) +
         (message->notes().end_missing ? ", no end" : "") +
         (message->notes().joined ? ", joined" : "");
}

TEST(Malform, EachWayBreaksWhatItSays) {
  const auto code = [](wire::ParseCode c) { return std::string(wire::to_string(c)); };
  struct Case {
    const char* how;
    std::string verdict;
  };
  const Case cases[] = {
      {"bad-checksum", "wrong UDP checksum"},
      {"bad-ip-checksum", "wrong IPv4 checksum"},
      {"bad-cookie", code(wire::ParseCode::bad_cookie)},
      {"no-cookie", code(wire::ParseCode::no_cookie)},
      {"no-end", "DHCPDISCOVER, no end"},
      {"truncate", code(wire::ParseCode::option_overrun)},
      {"truncate 241", code(wire::ParseCode::option_no_length)},
      {"truncate 100", code(wire::ParseCode::too_short)},
      {"trailing", "DHCPDISCOVER"},
      {"duplicate", "DHCPDISCOVER, joined"},
      {"lying-length", code(wire::ParseCode::option_overrun)},
      {"bad-udp-length", "UDP says 408 octets, IPv4 carries 308"},
      {"bad-ip-length", "IPv4 says 428 octets, the capture holds 328"},
      {"bad-hlen", code(wire::ParseCode::hlen_too_long)},
      {"no-type", "BOOTP"},
      {"bad-overload", code(wire::ParseCode::bad_overload)},
  };
  for (const Case& c : cases) EXPECT_EQ(verdict(broken(c.how)), c.verdict) << c.how;
}

TEST(Malform, AShortOptionLacksItsLastOctet) {
  const Packet packet = broken("short-option", "request");
  wire::ParseScratch scratch;
  const auto message =
      wire::MessageView::parse(dissect(packet.bytes, packet.link).payload, scratch);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->option(wire::kOptionDhcpServerIdentifier)->size(), 3U);
}

TEST(Malform, EveryWayHasARowAndCanBeShown) {
  for (const MalformRow& row : malform_table()) {
    const Packet packet = broken(row.name, "request");
    const auto again = read_recipes(packet_text(packet));
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(build(again->front(), {})->bytes, packet.bytes) << row.name;
    EXPECT_NE(packet.bytes, broken("trailing 0", "request").bytes) << row.name;
  }
}

TEST(Malform, WhatCannotBeBrokenIsSaid) {
  Recipe recipe = *start_recipe("packet");
  ASSERT_TRUE(add_line(recipe, "arp.op = 1"));
  recipe.breakages = {{.what = Malform::bad_checksum}};
  EXPECT_EQ(build(recipe, {}).error(), "malform bad-checksum: the packet has no udp");
  recipe.breakages = {{.what = Malform::truncate}};
  EXPECT_EQ(build(recipe, {}).error(), "malform truncate: the packet carries no BOOTP message");
}

}  // namespace
}  // namespace lessor::craft
