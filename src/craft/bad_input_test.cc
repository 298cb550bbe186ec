// Every bad frame, capture and packet file that docs/bad-input.md lists, in everything that shows
// or reads such: what comes out is fit for a terminal, a program, a page.

#include "craft/capture/capture_reader.h"
#include "craft/packet/notation.h"
#include "craft/packet/recipe.h"
#include "craft/script/script.h"
#include "craft/story/capture_summary.h"
#include "craft/story/page.h"
#include "craft/summary.h"
#include "craft/view/brief.h"
#include "craft/view/hex_view.h"
#include "craft/view/json_view.h"
#include "craft/view/packet_table.h"
#include "craft/view/text_view.h"
#include "wire/test_seeds.h"

#include <gtest/gtest.h>

#include <functional>

namespace lessor::craft {
namespace {

using wire::testing::bad_seeds;

/// No octet but printable ASCII and the ends of lines.
bool is_clean(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; });
}

/// Printable, and no octet that ends a string or an element in HTML or JSON by itself: views for
/// programs may hold UTF-8.
bool is_free_of_controls(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return c == '\x7f' || (c >= '\0' && c < ' ' && c != '\n'); });
}

/// Calls fn with each bad frame as views are given it.
void for_each_frame(const std::function<void(const std::string&, const ShownPacket&)>& fn) {
  std::uint64_t number = 0;
  for (const auto& [name, octets] : bad_seeds("notation")) {
    const CapturedFrame frame{.number = ++number,
                              .since_1970 = Duration::seconds(1'700'000'000),
                              .bytes = octets,
                              .original_size = octets.size()};
    const Dissection dissection = dissect(octets);
    const std::vector<Fault> faults = find_faults(octets, dissection);
    fn(name, {.frame = frame, .dissection = dissection, .faults = faults});
  }
}

// B06, B09, B15, B16, B21, B22, B23, B39; C2-01 to C2-08, C3-08.
TEST(CraftBadInput, EveryViewOfABadFrameIsFitForATerminal) {
  const Style style{.width = 80};
  BriefView brief(style);
  int frames = 0;
  for_each_frame([&](const std::string& name, const ShownPacket& shown) {
    std::string line;
    brief.add(shown, line);
    EXPECT_TRUE(is_clean(line)) << name << line;
    EXPECT_EQ(std::ranges::count(line, '\n'), 1) << name;
    EXPECT_TRUE(is_clean(text_view(shown, style, {}))) << name;
    EXPECT_TRUE(is_clean(hex_view(shown, style, {}))) << name;
    EXPECT_TRUE(is_clean(packet_table(shown, style, {}))) << name;
    EXPECT_TRUE(is_clean(summary(shown.dissection))) << name;
    for (const Fault& fault : shown.faults) EXPECT_TRUE(is_clean(to_string(fault))) << name;
    const std::string json = json_view(shown, style, {});
    EXPECT_TRUE(is_free_of_controls(json)) << name;
    EXPECT_EQ(std::ranges::count(json, '\n'), 1) << name;
    ++frames;
  });
  EXPECT_GT(frames, 180);
}

// C2-11: what is shown of a bad frame is the very frame when it is read again.
TEST(CraftBadInput, EveryBadFrameComesBackFromItsText) {
  for_each_frame([](const std::string& name, const ShownPacket& shown) {
    const Bytes bytes = shown.frame.bytes;
    const auto recipes = read_recipes(
        packet_text({.link = LinkType::ethernet, .bytes = {bytes.begin(), bytes.end()}}));
    ASSERT_TRUE(recipes.has_value()) << name << recipes.error();
    ASSERT_EQ(recipes->size(), 1U) << name;
    const auto built = build(recipes->front(), {});
    ASSERT_TRUE(built.has_value()) << name << built.error();
    EXPECT_TRUE(equal_bytes(built->bytes, bytes)) << name;
  });
}

// C2-08: all of them together in a story, its summary and a page; nothing of theirs is markup.
TEST(CraftBadInput, APageOfBadFramesHasNoMarkupOfTheirs) {
  CapturePage page;
  CaptureSummary all;
  for_each_frame([&](const std::string&, const ShownPacket& shown) {
    page.add(shown);
    all.add(shown.frame.number, shown.frame.since_1970, shown.frame.bytes, shown.dissection);
  });
  const std::string html = page.html("bad \x1b[2J</title><script>alert(1)</script>");
  EXPECT_EQ(html.find("</script><script>"), std::string::npos);
  EXPECT_EQ(html.find("alert(1)</script>"), std::string::npos);
  EXPECT_TRUE(is_free_of_controls(html));
  EXPECT_TRUE(is_clean(all.text({.width = 80})));
  EXPECT_TRUE(is_free_of_controls(all.json()));
}

// C2-01, C2-11: a capture file that lies about lengths gives what is before the lie, and a
// sentence.
TEST(CraftBadInput, EveryBadCaptureEndsOrIsNamed) {
  for (const auto& seed : bad_seeds("capture")) {
    const auto reader = open_capture("fuzz/seeds/capture/bad-" + seed.name);
    if (!reader) {
      EXPECT_TRUE(is_clean(reader.error()) && !reader.error().empty()) << seed.name;
      continue;
    }
    CapturedFrame frame;
    int frames = 0;
    for (; frames < 10; ++frames) {
      const auto more = (*reader)->next(frame);
      const std::string wrong = more ? "" : more.error();
      EXPECT_TRUE(is_clean(wrong) && wrong.empty() == more.has_value()) << seed.name;
      if (!more || !*more) break;
      EXPECT_LE(frame.bytes.size(), 65'535U) << seed.name;
      (void)dissect(frame.bytes, frame.link);
    }
    EXPECT_LE(frames, 1) << seed.name;
  }
}

// B21, C2-05, C2-07, C2-08: a packet file is read, or every mistake has its place and a clean word.
TEST(CraftBadInput, EveryBadPacketFileIsReadOrNamed) {
  int refused = 0;
  for (const auto& seed : bad_seeds("packet_file")) {
    const auto script = read_script(seed.text());
    if (script) continue;
    ++refused;
    for (const ScriptProblem& problem : script.error()) {
      EXPECT_TRUE(is_clean(problem.what)) << seed.name << problem.what;
      EXPECT_LE(problem.what.size(), 1'000U) << seed.name;
      EXPECT_GE(problem.at.line, 1U) << seed.name;
    }
  }
  EXPECT_GE(refused, 6);
}

}  // namespace
}  // namespace lessor::craft
