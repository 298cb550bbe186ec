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
            "0032"
            "0001"
            "05"
            "0161016200"
            "04"
            "c0000201"
            "0001"
            "0006"
            "026832026833"
            "0003"
            "0002"
            "20fb"
            "0007"
            "0008"
            "2f717b3f646e737d"
            "0004"
            "0001"
            "01"
            "0009"
            "0000");
  EXPECT_EQ(print_hex(kind::kEncryptedDns, hex), text);
}

TEST(EncryptedDns, MayBeANameAlone) {
  EXPECT_EQ(print_hex(kind::kEncryptedDns,
                      "0008"
                      "0001"
                      "05"
                      "0161016200"),
            "1, a.b");
}

TEST(EncryptedDns, RefusesLengthsThatDoNotAddUp) {
  for (const std::string_view hex : {
           "0008",  // nothing behind the length
           "0009"
           "0001"
           "05"
           "0161016200",  // past the end
           "0007"
           "0001"
           "04"
           "01610162",  // a name without its root
           "0009"
           "0001"
           "05"
           "0161016200"
           "00",  // addresses announced, none there
           "000d"
           "0001"
           "05"
           "0161016200"
           "08c0000201"  // half of the addresses
       }) {
    EXPECT_EQ(print_hex(kind::kEncryptedDns, hex), "invalid") << hex;
  }
}

}  // namespace
}  // namespace lessor::wire
