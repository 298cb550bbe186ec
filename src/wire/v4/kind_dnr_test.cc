#include "wire/v4/kind_dnr.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

using testing::parse_to_hex;
using testing::print_hex;

TEST(EncryptedDns, KeepsTheLaw) { testing::expect_law(kind::kEncryptedDns); }

// RFC 9463 5.1: length, service priority, name, addresses, service parameters.
TEST(EncryptedDns, ShowsServiceParametersByName) {
  const std::string_view text =
      "1, a.b, 192.0.2.1, alpn=h2\\,h3 port=8443 dohpath=/q{?dns} key4=0x01 key9";
  const std::string hex = parse_to_hex(kind::kEncryptedDns, text);
  EXPECT_EQ(hex,
            "0032000105016101620004c000020100010006"
            "0268320268330003000220fb000700082f717b3f646e737d0004"
            "00010100090000");
  EXPECT_EQ(print_hex(kind::kEncryptedDns, hex), text);
}

TEST(EncryptedDns, MayBeANameAlone) {
  EXPECT_EQ(print_hex(kind::kEncryptedDns, "00080001050161016200"), "1, a.b");
}

TEST(EncryptedDns, RefusesLengthsThatDoNotAddUp) {
  for (const std::string_view hex : {
           "0008",                           // nothing behind the length
           "00090001050161016200",           // past the end
           "000700010401610162",             // a name without its root
           "0009000105016101620000",         // addresses announced, none there
           "000d000105016101620008c0000201"  // half of the addresses
       }) {
    EXPECT_EQ(print_hex(kind::kEncryptedDns, hex), "invalid") << hex;
  }
}

}  // namespace
}  // namespace lessor::wire
