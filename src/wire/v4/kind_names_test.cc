#include "wire/v4/kind_names.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

using testing::parse_to_hex;
using testing::print_hex;

TEST(DomainList, KeepsTheLaw) { testing::expect_law(kind::kDomainList); }
TEST(SipServers, KeepTheLaw) { testing::expect_law(kind::kSipServers); }

// RFC 3397 4, both of its examples joined (RFC 3396 lets the option come in parts).
TEST(DomainList, ResolvesPointers) {
  const auto names =
      read_domain_list(*from_hex("03656e67056170706c6503636f6d00096d61726b6574696e67c004"));
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(*names, (std::vector<std::string>{"eng.apple.com", "marketing.apple.com"}));
}

// C2-06: pointers that lead forwards, in circles, out of the option.
// B23
TEST(DomainList, RefusesBadPointers) {
  for (const std::string_view hex :
       {"c000", "0161c000", "0161c0040162c000", "016100c0ff", "c002c000", "0161", "016100c0"}) {
    EXPECT_FALSE(read_domain_list(*from_hex(hex)).has_value()) << hex;
    EXPECT_EQ(print_hex(kind::kDomainList, hex), "invalid");
  }
}

TEST(DomainList, StaysPlainUnlessAskedToCompress) {
  EXPECT_EQ(parse_to_hex(kind::kDomainList, "a.b, c.b"), "01610162000163016200");
  EXPECT_EQ(parse_to_hex(kind::kDomainList, "compressed: a.b, c.b"), "01610162000163c002");
}

TEST(SipServers, AreNamesOrAddresses) {
  EXPECT_EQ(print_hex(kind::kSipServers, "01c0000201c0000202"), "192.0.2.1, 192.0.2.2");
  EXPECT_EQ(print_hex(kind::kSipServers, "00016100"), "a");
  for (const std::string_view hex : {"01", "01c00002", "00", "02c0000201", "03"}) {
    EXPECT_EQ(print_hex(kind::kSipServers, hex), "invalid") << hex;
  }
}

}  // namespace
}  // namespace lessor::wire
