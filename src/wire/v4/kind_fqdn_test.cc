#include "wire/v4/kind_fqdn.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

TEST(FqdnOption, KeepsTheLaw) { testing::expect_law(kind::kFqdn); }

TEST(FqdnOption, IsReadInBothEncodings) {
  const auto wire = read_fqdn(*from_hex("05010204686f7374076578616d706c6500"));
  ASSERT_TRUE(wire.has_value());
  EXPECT_EQ(wire->flags, kFqdnServerUpdates | kFqdnWireFormat);
  EXPECT_EQ(wire->rcode1, 1);
  EXPECT_EQ(wire->rcode2, 2);
  EXPECT_EQ(wire->name, "host.example");
  EXPECT_FALSE(wire->partial);

  const auto partial = read_fqdn(*from_hex("04000004686f7374"));
  EXPECT_EQ(partial->name, "host");
  EXPECT_TRUE(partial->partial);

  const auto ascii = read_fqdn(*from_hex("010000686f73742e6578"));
  EXPECT_EQ(ascii->name, "host.ex");
  EXPECT_FALSE(ascii->partial);

  const auto empty = read_fqdn(*from_hex("040000"));  // "tell me my name"
  EXPECT_EQ(empty->name, "");
  EXPECT_TRUE(empty->partial);
}

// C2-06: label 64 and above, past the end, a pointer, octets behind the root.
// B08
TEST(FqdnOption, RefusesMalformedNames) {
  for (const std::string_view hex :
       {"", "04", "0400", "0400004061", "0400000561", "040000c000", "04000001610061"}) {
    EXPECT_FALSE(read_fqdn(*from_hex(hex)).has_value()) << hex;
  }
}

}  // namespace
}  // namespace lessor::wire
