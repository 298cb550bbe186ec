#include "wire/v4/kind_codes.h"

#include "wire/test_kinds.h"
#include "wire/v4/protocol.h"

namespace lessor::wire {
namespace {

using testing::parse_to_hex;
using testing::print_hex;

TEST(OptionCodes, KeepTheLaw) { testing::expect_law(kind::kOptionCode); }
TEST(MessageTypes, KeepTheLaw) { testing::expect_law(kind::kMessageType); }
TEST(Overload, KeepsTheLaw) { testing::expect_law(kind::kOverload); }

TEST(MessageTypes, AreKnownByEveryNameOfThem) {
  for (std::uint8_t value = 1; value <= 18; ++value) {
    const std::string name(to_string(message_type_of(value)));
    ASSERT_TRUE(name.starts_with("DHCP")) << name;
    const std::byte octet{value};
    const std::string hex = to_hex({&octet, 1});
    EXPECT_EQ(print_hex(kind::kMessageType, hex), name);
    EXPECT_EQ(parse_to_hex(kind::kMessageType, name), hex);
    EXPECT_EQ(parse_to_hex(kind::kMessageType, to_lower(name.substr(4))), hex);
    EXPECT_EQ(parse_to_hex(kind::kMessageType, std::to_string(value)), hex);
  }
  EXPECT_EQ(print_hex(kind::kMessageType, "00"), "invalid");
  EXPECT_EQ(print_hex(kind::kMessageType, "13"), "invalid");
}

// RFC 2132 9.3: 1, 2 and 3 are the legal values.
TEST(Overload, HasThreeValues) {
  EXPECT_EQ(print_hex(kind::kOverload, "00"), "invalid");
  EXPECT_EQ(print_hex(kind::kOverload, "03"), "3");
  EXPECT_EQ(print_hex(kind::kOverload, "04"), "invalid");
}

}  // namespace
}  // namespace lessor::wire
