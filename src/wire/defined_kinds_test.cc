#include "wire/defined_kinds.h"

#include "wire/test_kinds.h"

namespace lessor::wire::testing {
namespace {

TEST(DefinedKinds, KeepTheLaw) {
  expect_law(kind::kIp6Prefix);
  expect_law(kind::kPlainTuple);
}

TEST(DefinedKinds, PrefixesTakeAsFewOctetsAsTheyNeed) {
  const struct {
    const char* text;
    const char* hex;
  } rows[] = {{"2001:db8:ffff::/33", "2120010db880"},
              {"2001:db8::/32", "2020010db8"},
              {"::/0", "00"},
              {"2001:db8::1/128", "8020010db8000000000000000000000001"}};
  for (const auto& row : rows) EXPECT_EQ(parse_to_hex(kind::kIp6Prefix, row.text), row.hex);
  EXPECT_EQ(print_hex(kind::kIp6Prefix, "2020010db8"), "2001:db8::/32");
  EXPECT_EQ(print_hex(kind::kIp6Prefix, "2120010db8c0"), "invalid");  // a bit beyond its length
  EXPECT_EQ(print_hex(kind::kIp6Prefix, "81"), "invalid");
  for (const char* wrong : {"2001:db8::", "2001:db8::/129", "/32", "x/32", ""}) {
    EXPECT_NE(parse_to_hex(kind::kIp6Prefix, wrong).find(' '), std::string::npos) << wrong;
  }
}

TEST(DefinedKinds, PlainTuplesAreTextAsItStands) {
  EXPECT_EQ(parse_to_hex(kind::kPlainTuple, "hello"), "0568656c6c6f");
  EXPECT_EQ(parse_to_hex(kind::kPlainTuple, "'hi'"), "0427686927");
  EXPECT_EQ(parse_to_hex(kind::kPlainTuple, "0x01"), "0430783031");
  EXPECT_NE(parse_to_hex(kind::kPlainTuple, std::string(256, 'a')).find("short enough"),
            std::string::npos);
}

TEST(DefinedTypes, AreFoundByName) {
  for (const DefinedType& type : defined_types()) EXPECT_EQ(find_defined_type(type.name), &type);
  EXPECT_EQ(find_defined_type("record"), nullptr);
  EXPECT_EQ(find_defined_type("internal"), nullptr);
}

}  // namespace
}  // namespace lessor::wire::testing
