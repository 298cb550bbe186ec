#include "wire/v4/kind_routes.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

TEST(Routes, KeepTheLaw) { testing::expect_law(kind::kRoute); }

// RFC 3442: the examples of its table of destination descriptors.
TEST(Routes, HaveOnlyTheSignificantOctets) {
  struct Row {
    std::string_view text;
    std::string_view hex;
  };
  const Row rows[] = {
      {"0.0.0.0/0 - 192.0.2.1", "00c0000201"},
      {"10.0.0.0/8 - 192.0.2.1", "080ac0000201"},
      {"10.0.0.0/24 - 192.0.2.1", "180a0000c0000201"},
      {"10.17.0.0/16 - 192.0.2.1", "100a11c0000201"},
      {"10.27.129.0/24 - 192.0.2.1", "180a1b81c0000201"},
      {"10.229.0.128/25 - 192.0.2.1", "190ae50080c0000201"},
      {"10.198.122.47/32 - 192.0.2.1", "200ac67a2fc0000201"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(testing::parse_to_hex(kind::kRoute, row.text), row.hex);
    EXPECT_EQ(testing::print_hex(kind::kRoute, row.hex), row.text);
  }
}

TEST(Routes, AreReadOneByOne) {
  const auto octets = *from_hex("080a0000000000c0000201");
  ByteReader in(octets);
  Route route;
  ASSERT_TRUE(read_route(in, route));
  EXPECT_EQ(route, (Route{{{0x0a000000}, 8}, {0}}));  // R3442-b: on-link
  ASSERT_TRUE(read_route(in, route));
  EXPECT_EQ(route, (Route{{{0}, 0}, {0xc0000201}}));
  EXPECT_TRUE(in.finished());
}

TEST(Routes, WithAWidthAbove32AreRefused) {
  for (const std::string_view hex :
       {"210a000000c0000201", "ff0a000000c0000201", "180a00", "08", ""}) {
    const auto octets = *from_hex(hex);
    ByteReader in(octets);
    Route route;
    EXPECT_FALSE(read_route(in, route)) << hex;
  }
}

TEST(Routes, SayWhatIsWrong) {
  EXPECT_NE(testing::parse_to_hex(kind::kRoute, "10.1.1.1/8 - 192.0.2.1").find("did you mean"),
            std::string::npos);
  // A host bit inside the last significant octet can be sent, so it is (R3442-a leaves it to the
  // client to clear).
  EXPECT_EQ(testing::parse_to_hex(kind::kRoute, "10.64.0.0/9 - 192.0.2.1"), "090a40c0000201");
}

}  // namespace
}  // namespace lessor::wire
