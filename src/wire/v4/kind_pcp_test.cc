#include "wire/v4/kind_pcp.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

TEST(PcpServer, KeepsTheLaw) { testing::expect_law(kind::kPcpServer); }

TEST(PcpServer, RefusesALengthThatIsNoListOfAddresses) {
  for (const std::string_view hex : {"00", "03c00002", "05c000020100", "08c0000201", "04"}) {
    EXPECT_EQ(testing::print_hex(kind::kPcpServer, hex), "invalid") << hex;
  }
}

TEST(PcpServer, RefusesMoreThan63Addresses) {
  std::string text;
  for (int i = 0; i < 64; ++i) text += "192.0.2.1 ";
  EXPECT_NE(testing::parse_to_hex(kind::kPcpServer, text).find("short enough"), std::string::npos);
}

}  // namespace
}  // namespace lessor::wire
