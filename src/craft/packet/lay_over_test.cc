#include "craft/packet/lay_over.h"

#include "base/text.h"
#include "craft/packet/notation.h"
#include "craft/test_frames.h"
#include "wire/v4/option_cursor.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

Recipe words(std::initializer_list<const char*> lines) {
  Recipe recipe = *start_recipe("packet");
  for (const char* line : lines) EXPECT_TRUE(add_line(recipe, line)) << line;
  return recipe;
}

Packet over_offer(std::initializer_list<const char*> lines) {
  Recipe base = recipe_of(testing::udp_frame(testing::from_server(), testing::offer()));
  lay_over(base, words(lines));
  const auto packet = build(base, {});
  EXPECT_TRUE(packet) << packet.error();
  return packet.value_or(Packet());
}

std::string options(const Packet& packet) {
  const Dissection d = dissect(packet.bytes, packet.link);
  EXPECT_EQ(d.udp->checksum, ChecksumVerdict::correct);
  std::string text;
  wire::OptionCursor cursor(d.payload.subspan(wire::kOptionsOffset));
  wire::RawOption option;
  while (cursor.next(option)) {
    text += std::to_string(option.code) + "=" + to_hex(option.value) + " ";
  }
  return text;
}

TEST(LayOver, NothingChangesNothing) {
  const auto frame = testing::udp_frame(testing::from_server(), testing::offer());
  EXPECT_EQ(over_offer({}).bytes, frame);
}

TEST(LayOver, FieldsAndOptionsTakeTheirPlaces) {
  const Packet packet = over_offer({"yiaddr = 192.0.2.7", "option.51 = 60", "ip.ttl = 1"});
  const Dissection d = dissect(packet.bytes, packet.link);
  EXPECT_EQ(d.ip->ttl, 1);
  EXPECT_EQ(to_hex(d.payload.subspan(16, 4)), "c0000207");
  EXPECT_EQ(options(packet).substr(0, 30), "53=02 54=c0a83864 51=0000003c ");
}

TEST(LayOver, NewOptionsComeBeforeTheEndAnd82) {
  const auto ends = [](const Packet& packet) {
    const std::string text = options(packet);
    return text.substr(text.size() - 21);
  };
  EXPECT_EQ(ends(over_offer({"option.12 = R1", "option.82.circuit-id = 'a'"})),
            "=5231 82=010161 255= ");
  EXPECT_EQ(ends(over_offer({"option.82.circuit-id = 'a'", "option.12 = R1"})),
            "=5231 82=010161 255= ");
}

TEST(LayOver, RepeatedOptionsStayRepeatedAndWithoutRemoves) {
  EXPECT_EQ(options(over_offer({"option.51 = 1", "option.51 = 2", "without 15"})),
            "53=02 54=c0a83864 51=00000001 51=00000002 255= ");
}

TEST(LayOver, WorksOnMessagesToo) {
  Recipe base = *start_recipe("discover");
  ASSERT_TRUE(add_line(base, "option.host-name = a"));
  lay_over(base, words({"option.host-name = b", "without 55", "xid = 9"}));
  EXPECT_EQ(options(*build(base, {})), "53=01 61=0100005e005301 12=62 255= ");
}

TEST(LayOver, APacketWithoutOptionsGetsOne) {
  Recipe base = words({"cookie = 0x63825363"});
  lay_over(base, words({"option.host-name = b"}));
  EXPECT_EQ(print_recipe(base), "packet {\n  cookie = 0x63825363\n  option.host-name = b\n}\n");
}

}  // namespace
}  // namespace lessor::craft
