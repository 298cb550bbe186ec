#include "host/errand_records.h"

#include "base/random.h"
#include "host/errands.h"

#include <gtest/gtest.h>

namespace lessor::host {
namespace {

ErrandOrder usual() {
  return {.program = 1,
          .argument = "leases4_committed",
          .variables = {{.name = "LEASE4_ADDRESS", .value = "192.0.2.7"},
                        {.name = "QUERY4_OPTION_82", .value = ""}}};
}

std::string refusal_of(const ErrandOrder& order) {
  const auto read = read_errand(*write_errand(order), 2);
  return read ? "accepted" : read.error();
}

TEST(ErrandRecords, AreReadAsTheyWereWritten) {
  const auto record = write_errand(usual());
  ASSERT_TRUE(record);
  EXPECT_EQ(*read_errand(*record, 2), usual());
  EXPECT_EQ(*read_errand(*write_errand({}), 1), ErrandOrder{});
}

TEST(ErrandRecords, WhatIsTooLongIsNotWritten) {
  ErrandOrder order = usual();
  order.argument = std::string(kMaxErrand, 'x');
  EXPECT_FALSE(write_errand(order));
}

TEST(ErrandRecords, NothingIsTakenOnTrust) {
  ErrandOrder order = usual();
  order.program = 2;
  EXPECT_EQ(refusal_of(order), "there is no such program");
  order = usual();
  order.argument = "a\nb";
  EXPECT_EQ(refusal_of(order), "its argument is not printable");
  order = usual();
  order.variables[0].value = "\x1b[2J";
  EXPECT_EQ(refusal_of(order), "a value is not printable");
  for (const char* name :
       {"PATH", "LD_PRELOAD", "IFS", "", "LEASE4_A=B", "lease4_x", "LEASE4_\n"}) {
    order = usual();
    order.variables[0].name = name;
    EXPECT_EQ(refusal_of(order), "a variable has a name that is not ours") << name;
  }
  order = usual();
  order.variables.resize(kMaxHookVariables + 1, {.name = "LEASE4_A", .value = ""});
  EXPECT_EQ(refusal_of(order), "too many variables");
}

TEST(ErrandRecords, APieceOfOneIsNone) {
  const auto whole = *write_errand(usual());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_errand(Bytes(whole).first(size), 2)) << size;
  }
  std::vector<std::byte> longer = whole;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(read_errand(longer, 2));
}

TEST(ErrandRecords, OctetsOfAnyKindAreReadOrRefused) {
  Random random(7);
  const auto whole = *write_errand(usual());
  for (int i = 0; i < 5'000; ++i) {
    auto bent = whole;
    const std::uint32_t at = random.below(static_cast<std::uint32_t>(bent.size()));
    bent[at] = static_cast<std::byte>(random.below(256));
    const auto read = read_errand(bent, 2);
    EXPECT_TRUE(!read || write_errand(*read));
  }
}

}  // namespace
}  // namespace lessor::host
