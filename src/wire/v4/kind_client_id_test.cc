#include "wire/v4/kind_client_id.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

using testing::parse_to_hex;
using testing::print_hex;

TEST(ClientId, KeepsTheLaw) { testing::expect_law(kind::kClientId); }

// R2132-9.14-a: a type octet and an identifier.
TEST(ClientId, ShowsHardwareAddressesAndText) {
  EXPECT_EQ(print_hex(kind::kClientId, "01c0011b690000"), "ethernet c0:01:1b:69:00:00");
  EXPECT_EQ(print_hex(kind::kClientId, "0052310a"), "0x0052310a");  // a newline is no text
  EXPECT_EQ(print_hex(kind::kClientId, "005231"), "text R1");
  EXPECT_EQ(print_hex(kind::kClientId, "01c0011b6900"), "0x01c0011b6900");
}

// R4361-a: 255, four octets of IAID, a DUID.
TEST(ClientId, ShowsIaidAndDuid) {
  EXPECT_EQ(print_hex(kind::kClientId, "ff0000000100030001001122334455"),
            "iaid 0x00000001 duid ll 1 00:11:22:33:44:55");
  EXPECT_EQ(parse_to_hex(kind::kClientId, "iaid 1 duid ll 1 00:11:22:33:44:55"),
            "ff0000000100030001001122334455");
  EXPECT_EQ(print_hex(kind::kClientId, "ff000000010003"), "0xff000000010003") << "no DUID";
}

}  // namespace
}  // namespace lessor::wire
