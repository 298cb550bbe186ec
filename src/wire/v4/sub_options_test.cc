#include "wire/v4/sub_options.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

using testing::parse_to_hex;
using testing::print_hex;

TEST(SubOptions, KeepTheLaw) { testing::expect_law(kind::kSubOptions); }
TEST(VendorOptions, KeepTheLaw) { testing::expect_law(kind::kVendorOptions); }

TEST(SubOptions, HaveNoPadAndNoEnd) {
  EXPECT_EQ(print_hex(kind::kSubOptions, "000161ff0162"), "0='a', 255='b'");
  EXPECT_EQ(print_hex(kind::kSubOptions, "00"), "invalid");
}

// RFC 2132 8.4: codes 0 and 255 are pad and end in option 43.
TEST(VendorOptions, HavePadAndEnd) {
  EXPECT_EQ(print_hex(kind::kVendorOptions, "00060108ff"), "pad, 6=0x08, end");
  EXPECT_EQ(parse_to_hex(kind::kVendorOptions, "pad, 6=0x08, end"), "00060108ff");
  EXPECT_EQ(print_hex(kind::kVendorOptions, "ff00"), "invalid") << "octets behind the end";
}

TEST(VendorOptions, MayBeBareHexadecimal) {
  EXPECT_EQ(parse_to_hex(kind::kVendorOptions, "060108"), "060108");
  EXPECT_EQ(parse_to_hex(kind::kVendorOptions, "12"), "0c00") << "a code without a value";
}

TEST(SubOptions, TakeNestedTextOnlyWhenItReadsBack) {
  const SubOptionRow table[] = {{7, "name", testing::shape_of(kind::kSubOptions), "-", "-"}};
  EXPECT_EQ(print_sub_option(table, 7, *from_hex("010161")), "name=1='a'");
  EXPECT_EQ(print_sub_option(table, 7, *from_hex("010161020162")), "name=0x010161020162");
}

}  // namespace
}  // namespace lessor::wire
