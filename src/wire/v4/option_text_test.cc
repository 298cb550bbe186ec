#include "wire/v4/option_text.h"

#include "base/text.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

namespace lessor::wire {
namespace {

using testing::Octets;
using testing::octets;

constexpr int kRounds = 200;

/// What a text stands for must be exactly the octets that it was printed from.
void expect_reads_back(OptionCode code, const Octets& value) {
  const std::string text = print_option(code, value);
  const auto again = parse_option_text(code, text);
  ASSERT_TRUE(again.has_value()) << option_name(code) << ": " << text << ": "
                                 << to_string(again.error());
  EXPECT_EQ(to_hex(*again), to_hex(value)) << option_name(code) << ": " << text;
}

/// Rows whose text may begin with hexadecimal.
bool may_be_hex(const OptionRow& row) {
  return row.name == "dhcp-client-identifier" || row.name == "user-class" ||
         row.name == "v4-sztp-redirect";
}

TEST(OptionText, EveryValidValueHasATextThatReadsBack) {
  Random random(82);
  for (const OptionRow& row : option_table()) {
    const bool opaque = row.shape.count == 1 && row.shape.fields[0]->type == "octets";
    for (int round = 0; round < kRounds; ++round) {
      const Octets value = random_value(row.code, random);
      EXPECT_EQ(validate_option(row.code, value), std::nullopt) << row.name << to_hex(value);
      EXPECT_TRUE(check_length(row.code, value.size())) << row.name << value.size();
      expect_reads_back(row.code, value);
      if (opaque || may_be_hex(row)) continue;
      EXPECT_FALSE(print_option(row.code, value).starts_with("0x")) << row.name << to_hex(value);
    }
  }
}

}  // namespace
}  // namespace lessor::wire
