#include "wire/v4/kind_enterprise.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

using testing::parse_to_hex;
using testing::print_hex;

TEST(EnterpriseClass, KeepsTheLaw) { testing::expect_law(kind::kEnterpriseClass); }
TEST(EnterpriseOptions, KeepTheLaw) { testing::expect_law(kind::kEnterpriseOptions); }

// RFC 3925 4: enterprise, length, and options with codes of that enterprise.
TEST(EnterpriseOptions, GatherTheOptionsOfOneEnterprise) {
  EXPECT_EQ(parse_to_hex(kind::kEnterpriseOptions, "4491.1=0x02, 4491.2='a', 9.1=0x03"),
            "0000118b060101020201610000000903010103");
  EXPECT_EQ(print_hex(kind::kEnterpriseOptions, "0000118b000000000900"), "4491, 9");
}

// C2-01: lengths past the parent, on both levels.
// B50
TEST(EnterpriseOptions, RefuseALengthPastItsEnd) {
  for (const std::string_view hex :
       {"0000118b", "0000118b01", "0000118b0101", "0000118b020102", "0000118b0401030203"}) {
    EXPECT_EQ(print_hex(kind::kEnterpriseOptions, hex), "invalid") << hex;
  }
}

TEST(EnterpriseOptions, RefuseMoreDataThanOneLengthOctetCounts) {
  const std::string half = "'" + std::string(127, 'x') + "'";
  EXPECT_NE(parse_to_hex(kind::kEnterpriseOptions, "9.1=" + half + ", 9.2=" + half).find("255"),
            std::string::npos);
}

TEST(EnterpriseClass, RefusesALengthPastItsEnd) {
  EXPECT_EQ(print_hex(kind::kEnterpriseClass, "0000118b0261"), "invalid");
  EXPECT_EQ(print_hex(kind::kEnterpriseClass, "0000118b0161"), "4491 'a'");
}

}  // namespace
}  // namespace lessor::wire
