#include "wire/duid.h"

#include "base/random.h"
#include "base/text.h"

#include <gtest/gtest.h>

namespace lessor::wire {
namespace {

TEST(Duid, PrintsTheTypesOfRfc8415AndRfc6355) {
  struct Row {
    std::string_view hex;
    std::string_view text;
  };
  const Row rows[] = {
      {"0001000129610480001122334455", "llt 1 694224000 00:11:22:33:44:55"},
      {"00020000ab110102", "en 43793 0x0102"},
      {"00030001001122334455", "ll 1 00:11:22:33:44:55"},
      {"000400112233445566778899aabbccddeeff", "uuid 00112233-4455-6677-8899-aabbccddeeff"},
      {"0004001122", "0x0004001122"},  // too short for its type
      {"00010001", "0x00010001"},
      {"0002000000", "0x0002000000"},
      {"00030001", "0x00030001"},
      {"0009ff", "0x0009ff"},
      {"00", "0x00"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(print_duid(*from_hex(row.hex)), row.text);
    std::vector<std::byte> out;
    EXPECT_EQ(parse_duid(row.text, out), std::nullopt) << row.text;
    EXPECT_EQ(to_hex(out), row.hex);
  }
}

TEST(Duid, SaysWhatIsWrong) {
  for (const std::string_view text : {"llt", "llt 1", "llt 1 2", "llt 70000 1 00:11", "en x 0x01",
                                      "ll 1 xyz", "uuid 00", "what 1", ""}) {
    std::vector<std::byte> out;
    const bool fine = !parse_duid(text, out).has_value();
    EXPECT_EQ(fine, text.empty()) << text;
  }
}

TEST(Duid, ReadsBackAnyOctets) {
  Random random(3315);
  for (int round = 0; round < 5'000; ++round) {
    std::vector<std::byte> duid(random.below(24));
    for (std::byte& b : duid) b = static_cast<std::byte>(random.u32());
    if (duid.size() >= 2) store_be16(duid.data(), static_cast<std::uint16_t>(random.below(6)));
    std::vector<std::byte> again;
    EXPECT_EQ(parse_duid(print_duid(duid), again), std::nullopt) << print_duid(duid);
    EXPECT_EQ(to_hex(again), to_hex(duid)) << print_duid(duid);
  }
}

}  // namespace
}  // namespace lessor::wire
