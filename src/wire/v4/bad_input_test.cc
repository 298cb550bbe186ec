// Every bad text of an option that docs/bad-input.md lists, and every bad message's options as
// text.

#include "wire/option_notation.h"
#include "wire/test_seeds.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_text.h"

#include <gtest/gtest.h>

namespace lessor::wire {
namespace {

using testing::bad_seeds;

const std::map<std::string, std::string> kAnswers = {
    {"address-of-256", "\"192.0.2.256\" is not an IPv4 address"},
    {"escape-cut", "2 octets"},     // a backslash that escapes nothing is one
    {"escape-of-999", "4 octets"},  // likewise
    {"hex-odd", "\"0xabc\" is not the name or number of a sub-option"},
    {"hex-of-1100", "1100 octets"},  // five parts on the wire (RFC 3396)
    {"number-highest", "is not a number of seconds"},
    {"quote-unended", "1 octets"},
    {"routes-width-33", "\"10.0.0.0/33\" is not a destination with a prefix length"},
    {"search-empty-labels", "a domain name has an empty label"},
    {"search-illegal", "\"!\" is not allowed in a domain name"},
    {"search-label-64", "is not a domain label: it has above 63 octets"},
    {"search-total-256", "a domain name has above 255 octets"},
};

// B05, B20, B23, B26, B30; C2-06, C2-07, C2-08: octets, or a sentence about the part that is wrong.
TEST(WireBadInput, EveryBadTextOfAnOptionHasItsAnswer) {
  auto answers = kAnswers;
  for (const auto& seed : bad_seeds("option_text")) {
    const auto code = load_u8(seed.octets.data());
    const auto parsed = parse_option_text(code, seed.text().substr(1));
    const std::string said =
        parsed ? std::to_string(parsed->size()) + " octets" : to_string(parsed.error());
    ASSERT_TRUE(answers.contains(seed.name)) << seed.name << ": " << said;
    EXPECT_NE(said.find(answers[seed.name]), std::string::npos) << seed.name << ": " << said;
    EXPECT_TRUE(is_printable(as_bytes(said))) << seed.name << said;
    answers.erase(seed.name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

// B06, B22, B23, B25, B26, B44, B46, B50; C2-01, C2-05, C2-06: whatever an option holds, it has a
// printable text that stands for the same octets.
TEST(WireBadInput, EveryOptionOfABadMessageHasAText) {
  ParseScratch scratch;
  int options = 0;
  for (const auto& [name, octets] : bad_seeds("message")) {
    const auto view = MessageView::parse(octets, scratch);
    if (!view) continue;
    for (int i = 1; i < 255; ++i) {
      const auto code = static_cast<OptionCode>(i);
      const auto value = view->option(code);
      if (!value) continue;
      const std::string text = print_option(code, *value);
      EXPECT_TRUE(is_printable(as_bytes(text))) << name << " option " << i;
      EXPECT_TRUE(is_printable(as_bytes(explain_option(code, *value).note))) << name;
      if (text.size() > kMaxOptionText) continue;
      const auto again = parse_option_text(code, text);
      ASSERT_TRUE(again.has_value()) << name << " option " << i << ": " << to_string(again.error());
      EXPECT_TRUE(equal_bytes(*again, *value)) << name << " option " << i;
      ++options;
    }
  }
  EXPECT_GT(options, 500);
}

// B09, B24, B45, C2-01: each bad message cut at each of its first 600 octets, on a heap of its own,
// is refused or read, never beyond its end.
TEST(WireBadInput, NoBadMessageIsReadBeyondItsEnd) {
  ParseScratch scratch;
  for (const auto& [name, octets] : bad_seeds("message")) {
    for (std::size_t size = 0; size <= std::min<std::size_t>(octets.size(), 600); ++size) {
      const std::vector<std::byte> cut(octets.begin(), octets.begin() + static_cast<long>(size));
      const auto view = MessageView::parse(cut, scratch);
      ASSERT_FALSE(view.has_value() && size < kOptionsOffset) << name;
      if (!view) continue;
      std::size_t sum = 0;
      for (int code = 1; code < 255; ++code) {
        for (const std::byte b : view->option(static_cast<OptionCode>(code)).value_or(Bytes())) {
          sum += static_cast<std::size_t>(b);
        }
      }
      ASSERT_LE(sum, 255 * cut.size()) << name;
    }
  }
}

}  // namespace
}  // namespace lessor::wire
