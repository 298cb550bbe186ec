#include "control/object_scan.h"

#include "control/limits.h"

#include <gtest/gtest.h>

#include <string>

namespace lessor::control {
namespace {

using State = ObjectScan::State;

// B37
TEST(ObjectScan, EndsAtTheClosingBraceAndLeavesTheRest) {
  const std::string object = " \n{\"command\": \"a\", \"x\": [1, {}]}";
  const ObjectScan scan = scan_object(object + " {\"second\"");
  EXPECT_EQ(scan.state, State::complete);
  EXPECT_EQ(scan.end, object.size());
}

TEST(ObjectScan, WantsMoreUntilTheLastByte) {
  const std::string text = R"({"a": "}\"\\", "b": [ "{" ]})";
  for (std::size_t i = 0; i < text.size(); ++i) {
    ASSERT_EQ(scan_object(text.substr(0, i)).state, State::more) << i;
  }
  EXPECT_EQ(scan_object(text).state, State::complete);
}

// C3-07: what a client sends octet by octet costs no more than what it sends at once.
TEST(ObjectScan, PiecesOfAnySizeEndWhereTheWholeDoes) {
  const std::string text = R"( {"a": "}\"\\", "b": [ "{\\" ]} {"rest)";
  const ObjectScan whole = scan_object(text);
  ASSERT_EQ(whole.state, State::complete);
  for (std::size_t size = 1; size < text.size(); ++size) {
    ObjectScanner scanner;
    ObjectScan scan;
    for (std::size_t at = 0; at < text.size(); at += size) {
      scan = scanner.take(std::string_view(text).substr(at, size));
    }
    EXPECT_EQ(scan.state, State::complete) << size;
    EXPECT_EQ(scan.end, whole.end) << size;
  }
}

TEST(ObjectScan, StaysRefusedWhateverFollows) {
  ObjectScanner scanner;
  EXPECT_EQ(scanner.take("{\"a\": " + std::string(40, '[')).state, State::refused);
  EXPECT_EQ(scanner.take("}").state, State::refused);
}

TEST(ObjectScan, RefusesWhatIsNoObject) {
  for (const char* text : {"[", "\"x\"", "1", "list-commands", "}", "\x01"}) {
    EXPECT_EQ(scan_object(text).state, State::refused) << text;
    EXPECT_NE(scan_object(text).error, "");
  }
}

TEST(ObjectScan, HandsOutMembersAsTheyAreWritten) {
  const auto members = scan_members(R"( { "a" : {"x": [1, "}"],  "x": 2} , "b\"c":"d,e","f": 1
      } )");
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].key, "a");
  EXPECT_EQ(members[0].value, R"({"x": [1, "}"],  "x": 2})");
  EXPECT_EQ(members[1].key, R"(b\"c)");
  EXPECT_EQ(members[1].value, R"("d,e")");
  EXPECT_EQ(members[2].value, "1");
  EXPECT_TRUE(scan_members("{}").empty());
  for (const char* broken :
       {"", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\": ", "{\"a\":\""}) {
    EXPECT_LE(scan_members(broken).size(), 1U) << broken;
  }
}

// bad-input: 100k '[' (Kea CVE-2026-3608) ends at the depth limit, before any parser runs.
// B21, C2-05
TEST(ObjectScan, RefusesDeepNesting) {
  const ObjectScan scan = scan_object("{\"a\":" + std::string(100'000, '['));
  EXPECT_EQ(scan.state, State::refused);
  EXPECT_NE(scan.error.find("32 deep"), std::string_view::npos);
}

TEST(ObjectScan, TakesTheDeepestThatIsAllowed) {
  const std::string text =
      "{\"a\":" + std::string(kMaxDepth - 1, '[') + std::string(kMaxDepth - 1, ']') + "}";
  EXPECT_EQ(scan_object(text).state, State::complete);
}

}  // namespace
}  // namespace lessor::control
