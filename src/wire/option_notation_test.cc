#include "wire/option_notation.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace lessor::wire {
namespace {

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  PartScanner scanner(text);
  while (!scanner.at_end()) parts.push_back(unescape(scanner.next()));
  EXPECT_EQ(scanner.part(), parts.size());
  return parts;
}

// The escapes are those of Kea's csv format, measured on Kea 2.2: its files mean the same here.
TEST(PartScanner, SplitsAsKeaDoes) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(parts_of("a\\,b"), (Parts{"a,b"}));
  EXPECT_EQ(parts_of("a\\\\,b"), (Parts{"a\\", "b"}));
  EXPECT_EQ(parts_of("a\\b\\x64"), (Parts{"a\\b\\x64"}));
  EXPECT_EQ(parts_of("\\\\srv\\share"), (Parts{"\\srv\\share"}));
  EXPECT_EQ(parts_of("a,,b"), (Parts{"a", "b"}));
  EXPECT_EQ(parts_of("a\\"), (Parts{"a\\"}));
  EXPECT_EQ(parts_of(" a , b ,"), (Parts{"a", "b"}));
  EXPECT_EQ(parts_of(" , "), Parts());
  EXPECT_EQ(parts_of(""), Parts());
}

TEST(PartScanner, GivesTheRestWithItsCommas) {
  PartScanner scanner("1, a,b\\,c");
  EXPECT_EQ(scanner.next(), "1");
  EXPECT_EQ(scanner.rest(), "a,b\\,c");
  EXPECT_TRUE(scanner.at_end());
  EXPECT_EQ(scanner.part(), 2U);
}

TEST(Escape, IsUndoneByUnescape) {
  for (const std::string_view text : {"", "a", ",", "\\", "\\\\", "\\,", "a\\x64", "\\\\srv\\share",
                                      "a\\\\,\\b,", "trailing\\"}) {
    EXPECT_EQ(unescape(escape(text)), text);
    const std::string list = escape(text) + ",x";
    PartScanner scanner(list);
    EXPECT_EQ(text.empty() ? "" : unescape(scanner.next()), text);
  }
  EXPECT_EQ(escape("boot\\x64\\wdsnbp.com"), "boot\\x64\\wdsnbp.com");
}

TEST(TextError, NamesThePartAndShowsARightText) {
  EXPECT_EQ(to_string(TextError{.what = "no"}), "no");
  EXPECT_EQ(to_string(TextError{.what = "no", .part = 2, .example = "yes"}),
            "part 2: no; write it like \"yes\"");
}

TEST(RawHex, WantsItsPrefix) {
  EXPECT_EQ(to_hex(*parse_raw_hex("0x01FF")), "01ff");
  EXPECT_EQ(to_hex(*parse_raw_hex("0x01:02")), "0102");
  EXPECT_TRUE(parse_raw_hex("0x")->empty());
  for (const std::string_view text : {"", "01ff", "0x1", "0xgg", "0x01, 0x02"}) {
    EXPECT_EQ(parse_raw_hex(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace lessor::wire
