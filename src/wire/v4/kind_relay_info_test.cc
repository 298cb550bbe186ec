#include "wire/v4/kind_relay_info.h"

#include "wire/test_kinds.h"

namespace lessor::wire {
namespace {

using testing::parse_to_hex;
using testing::print_hex;

TEST(RelayInfo, KeepsTheLaw) { testing::expect_law(kind::kRelayInfo); }

TEST(RelayInfo, FindsEveryRowOfItsTable) {
  const SubOptionTable table = relay_sub_options();
  for (const SubOptionRow& row : table) {
    EXPECT_EQ(find_sub_option(table, row.code), &row);
    EXPECT_FALSE(row.reference.empty() || row.meaning.empty());
  }
  EXPECT_EQ(find_sub_option(table, 3), nullptr);
}

TEST(RelayInfo, AgreesWithTheConstantsThatEnginesUse) {
  const SubOptionTable table = relay_sub_options();
  EXPECT_EQ(find_sub_option(table, kRelayCircuitId)->name, "circuit-id");
  EXPECT_EQ(find_sub_option(table, kRelayRemoteId)->name, "remote-id");
  EXPECT_EQ(find_sub_option(table, kRelayLinkSelection)->name, "link-selection");
  EXPECT_EQ(find_sub_option(table, kRelayServerIdOverride)->name, "server-id-override");
  EXPECT_EQ(find_sub_option(table, kRelaySourcePort)->name, "relay-port");
}

TEST(RelayInfo, ShowsTextInQuotesAndKeepsItsCommas) {
  EXPECT_EQ(print_hex(kind::kRelayInfo, "0103612c620201ff"), "circuit-id='a\\,b', remote-id=0xff");
  EXPECT_EQ(parse_to_hex(kind::kRelayInfo, "circuit-id='a\\,b'"), "0103612c62");
}

// C2-01: lengths past the parent.
TEST(RelayInfo, RefusesALengthPastItsEnd) {
  for (const std::string_view hex : {"01", "0101", "010261", "0101610201", "01ff61"}) {
    EXPECT_EQ(print_hex(kind::kRelayInfo, hex), "invalid") << hex;
  }
}

TEST(RelayInfo, RefusesAValueAbove255Octets) {
  EXPECT_NE(parse_to_hex(kind::kRelayInfo, "1='" + std::string(256, 'x') + "'").find("255"),
            std::string::npos);
}

}  // namespace
}  // namespace lessor::wire
