#include "load/option_set.h"

#include "base/text.h"
#include "load/messages.h"

#include <gtest/gtest.h>
#include <set>

namespace lessor::load {
namespace {

std::vector<std::byte> octets(std::string_view hexadecimal) {
  return from_hex(hexadecimal).value_or(std::vector<std::byte>());
}

std::string written(std::string_view options, std::uint32_t number) {
  std::array<std::byte, 600> room{};
  wire::MessageWriter writer(room);
  write_options(writer, octets(options), number);
  EXPECT_TRUE(writer.ok());
  return to_hex(writer.message());
}

TEST(OptionSet, IsWrittenInItsOrderAsItWas) {
  EXPECT_EQ(written("3c0464686370370301030f0c0161", 7), "3c0464686370370301030f0c0161");
  EXPECT_EQ(written("", 7), "");
}

TEST(OptionSet, HasAClientIdentifierForEachClientInTheSameManner) {
  struct Row {
    const char* captured;
    const char* expected;
  };
  const Row rows[] = {
      {"3d0701aabbccddeeff", "3d0701024c00000102"},  // a hardware address: its own
      {"3d0700aabbccddeeff", "3d0700aabb00000102"},  // of no type
      {"3d06ff0011223344", "3d06ff0000000102"},      // RFC 4361
      {"3d020041", "3d050000000102"},                // too short for four octets
      {"3d00", "3d050000000102"},
      {"0c01613d0701aabbccddeeff370101", "0c01613d0701024c00000102370101"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(written(row.captured, 258), row.expected) << row.captured;
  }
  std::set<std::string> all;
  for (std::uint32_t n = 0; n < 1'000; ++n) all.insert(written("3d0400414243", n));
  EXPECT_EQ(all.size(), 1'000U);
}

TEST(OptionSet, IsWhatAClientSaysBesideWhatTheExchangeNeeds) {
  const OptionSet set{.discover = octets("3701033d0701aabbccddeeff"), .request = {}};
  std::array<std::byte, 600> room{};
  const std::size_t size = write_question(
      room, {.number = 258, .xid = 9, .giaddr = {0x0a000001}, .options = Bytes(set.discover)});
  ASSERT_GE(size, 300U);
  wire::ParseScratch scratch;
  const auto view = wire::MessageView::parse(Bytes(room).first(size), scratch);
  ASSERT_TRUE(view);
  EXPECT_EQ(to_hex(view->option(55).value_or(Bytes())), "03");
  EXPECT_EQ(to_hex(view->option(61).value_or(Bytes())), "01024c00000102");
  EXPECT_TRUE(view->has(82));
  const std::size_t bare = write_question(room, {.number = 258, .options = Bytes(set.request)});
  EXPECT_FALSE(wire::MessageView::parse(Bytes(room).first(bare), scratch)->has(55));
  const std::size_t ordinary = write_question(room, {.number = 258});
  EXPECT_TRUE(wire::MessageView::parse(Bytes(room).first(ordinary), scratch)->has(55));
}

}  // namespace
}  // namespace lessor::load
