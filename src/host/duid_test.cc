#include "host/duid.h"

#include "base/text.h"
#include "host/state_files.h"
#include "host/test_folder.h"

#include <gtest/gtest.h>

namespace lessor::host {
namespace {

const net::Mac kMac = net::parse_mac("02:00:00:00:00:0a").value_or(net::Mac());
constexpr WallTime kNow{946'684'800 + 0x10203};

TEST(Duid, OfAMachineIsAUuidThatDoesNotTellItsId) {
  const auto duid = duid_from_machine_id("0123456789abcdef0123456789abcdef\n");
  ASSERT_TRUE(duid);
  ASSERT_EQ(duid->size(), 18U);
  EXPECT_EQ(load_be16(duid->data()), 4);          // RFC 6355 4
  EXPECT_EQ(load_u8(duid->data() + 8) >> 4, 8);   // RFC 9562 5.8
  EXPECT_EQ(load_u8(duid->data() + 10) >> 6, 2);  // the variant
  EXPECT_EQ(to_hex(*duid).find("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(duid_from_machine_id("0123456789abcdef0123456789abcdef"), duid);
  EXPECT_NE(duid_from_machine_id("0123456789abcdef0123456789abcdee"), duid);
}

TEST(Duid, NoMachineIdGivesNone) {
  for (const char* text : {"", "uninitialized", "0123", "00000000000000000000000000000000",
                           "0123456789abcdef0123456789abcdeg"}) {
    EXPECT_FALSE(duid_from_machine_id(text)) << text;
  }
}

TEST(Duid, OfAMacIsOfTypeOneWithItsTime) {
  EXPECT_EQ(to_hex(duid_from_mac(kMac, kNow)), "000100010001020302000000000a");
}

TEST(Duid, IsKeptAndReadBack) {
  const TestFolder folder;
  const std::string state = folder.path() + "/state";
  const auto first = load_duid(state, kMac, kNow, true, folder.path() + "/no-machine-id");
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_EQ(*first, duid_from_mac(kMac, kNow));
  const auto later = load_duid(state, net::Mac(), WallTime{}, true, "/etc/machine-id");
  ASSERT_TRUE(later) << to_string(later.error());
  EXPECT_EQ(*later, *first);
}

TEST(Duid, ABrokenFileIsAnErrorAndStays) {
  const TestFolder folder;
  for (const char* text : {"", "zz", "0001", "not hex"}) {
    ASSERT_TRUE(write_state_file(folder.path(), "duid", text));
    EXPECT_FALSE(load_duid(folder.path(), kMac, kNow)) << text;
    EXPECT_EQ(read_state_file(folder.path(), "duid", 100).value_or(std::nullopt), text);
  }
}

TEST(Duid, WithoutKeepingNothingIsWritten) {
  const TestFolder folder;
  const std::string state = folder.path() + "/state";
  EXPECT_TRUE(load_duid(state, kMac, kNow, false));
  EXPECT_FALSE(folder.has("state"));
}

}  // namespace
}  // namespace lessor::host
