#include "control/json_feed.h"

#include "control/limits.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

using State = JsonFeed::State;

TEST(JsonFeed, EndsAtTheClosingBraceAndLeavesTheRest) {
  JsonFeed feed;
  EXPECT_EQ(feed.feed(" \n{\"command\": \"a\", \"x\": [1, {}]} {\"second\""), State::complete);
  EXPECT_EQ(feed.text(), "{\"command\": \"a\", \"x\": [1, {}]}");
}

TEST(JsonFeed, TakesAnObjectByteByByte) {
  const std::string text = R"({"a": "}\"\\", "b": [ "{" ]})";
  JsonFeed feed;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    ASSERT_EQ(feed.feed(text.substr(i, 1)), State::more) << i;
  }
  EXPECT_EQ(feed.feed("}"), State::complete);
  EXPECT_EQ(feed.text(), text);
}

TEST(JsonFeed, RefusesWhatIsNoObject) {
  for (const char* text : {"[", "\"x\"", "1", "list-commands", "}", "\x00x"}) {
    JsonFeed feed;
    EXPECT_EQ(feed.feed(std::string_view(text, 1)), State::refused) << text;
    EXPECT_NE(feed.error(), "");
  }
}

// bad-input: 100k '[' (Kea CVE-2026-3608) ends at the depth limit, before any parser runs.
TEST(JsonFeed, RefusesDeepNesting) {
  JsonFeed feed;
  EXPECT_EQ(feed.feed("{\"a\":" + std::string(100'000, '[')), State::refused);
  EXPECT_NE(feed.error().find("32 deep"), std::string_view::npos);
}

TEST(JsonFeed, TakesTheDeepestThatIsAllowed) {
  const std::string text =
      "{\"a\":" + std::string(kMaxDepth - 1, '[') + std::string(kMaxDepth - 1, ']') + "}";
  JsonFeed feed;
  EXPECT_EQ(feed.feed(text), State::complete);
}

TEST(JsonFeed, RefusesWhatIsTooLarge) {
  JsonFeed feed;
  EXPECT_EQ(feed.feed("{\"a\": \"" + std::string(kMaxRequestBytes, 'x')), State::refused);
  EXPECT_NE(feed.error().find("4 MiB"), std::string_view::npos);
  EXPECT_TRUE(feed.text().empty());
}

TEST(JsonFeed, StaysRefusedUntilReset) {
  JsonFeed feed;
  feed.feed("x");
  EXPECT_EQ(feed.feed("{}"), State::refused);
  feed.reset();
  EXPECT_EQ(feed.feed("{}"), State::complete);
}

}  // namespace
}  // namespace lessor::control
