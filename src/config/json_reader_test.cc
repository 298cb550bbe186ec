#include "config/json_reader.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "config/limits.h"

#include <map>

namespace lessor::config {
namespace {

using Files = std::map<std::string, std::string>;

std::expected<JsonDocument, std::vector<Problem>> read(std::string text, const Files& files = {}) {
  return read_json(std::move(text), "dir/a.json",
                   [&](const std::string& path) -> std::expected<std::string, std::string> {
                     const auto found = files.find(path);
                     if (found == files.end()) return std::unexpected("no such file");
                     return found->second;
                   });
}

/// What was read, as plain JSON; or every problem, a line each.
std::string show(std::string text, const Files& files = {}) {
  const auto document = read(std::move(text), files);
  if (document) return to_json(document->root);
  std::string lines;
  for (const Problem& problem : document.error()) {
    lines += (lines.empty() ? "" : "\n") + to_string(problem);
  }
  return lines;
}

struct Row {
  const char* text;
  const char* expected;
};

TEST(ReadJson, ReadsEveryKindOfValue) {
  const Row rows[] = {
      {"{}", "{}"},
      {" [ ] ", "[]"},
      {"null", "null"},
      {"\xef\xbb\xbf{}", "{}"},
      {"[true,false,null]", "[true,false,null]"},
      {"[0,-1,9223372036854775807,-9223372036854775808]",
       "[0,-1,9223372036854775807,-9223372036854775808]"},
      {"[0.5,-1.25,1e3,1E-2,2.5e+1]", "[0.5,-1.25,1000.0,0.01,25.0]"},
      {R"(["\"\\\/\b\f\n\r\t"])", R"(["\"\\/\u0008\u000c\u000a\u000d\u0009"])"},
      {R"(["\u0041\u00e9\u20ac\ud83d\ude00"])", "[\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]"},
      {R"({"a": {"b": [1, {"c": "["}, 2]}})", R"({"a":{"b":[1,{"c":"["},2]}})"},
      {"[1, 2,]", "[1,2]"},
      {"{\"a\": 1,}", "{\"a\":1}"},
      {"# one\n{ // two\n \"a\": /* three\n \" */ 1 }# four", "{\"a\":1}"},
      {"[\"# no // comment /* here */\"]", "[\"# no // comment /* here */\"]"},
      {R"({"comment": "x", "user-context": {"u": 1}, "b": 2})",
       R"({"user-context":{"comment":"x","u":1},"b":2})"},
      // Plain JSON is plain already: what config-get showed is shown again.
      {R"({"user-context": {"comment": "x", "u": {"comment": "y"}}})",
       R"({"user-context":{"comment":"x","u":{"comment":"y"}}})"},
      {R"({"comment": "x", "user-context": {"comment": "y"}})",
       R"({"user-context":{"comment":"x"}})"},
  };
  for (const Row& row : rows) EXPECT_EQ(show(row.text), row.expected) << row.text;
}

TEST(ReadJson, SaysWhatWasExpectedAndWhere) {
  const Row rows[] = {
      {"", "dir/a.json:1:1: expected a value, found the end of the text"},
      {"{} {}", "dir/a.json:1:4: expected nothing more after the value, found '{'"},
      {"{\"a\" 1}", "dir/a.json:1:6: a: expected ':' before the value"},
      {"{\"a\": }", "dir/a.json:1:7: a: expected a value, found '}'"},
      {"{1: 2}", "dir/a.json:1:2: expected a key in double quotes or '}', found a number"},
      {"{\"a\": 1\n \"b\": 2}", "dir/a.json:2:2: expected ',' or '}' before text"},
      {"{\"a\": [1 2]}", "dir/a.json:1:10: a: expected ',' or ']' before a number"},
      {"{\"a\": [1}", "dir/a.json:1:9: a: expected ',' or ']', found '}'"},
      {"[1,,2]", "dir/a.json:1:4: a ',' with nothing before it"},
      {"{\"a\": {\"b\": [1,",
       "dir/a.json:1:13: a.b: this list is never closed: expected ']' before the end of the text"},
      {"{\"a\": \"b", "dir/a.json:1:7: this text has no end: expected '\"' on the same line"},
      {"{\"a\": \"b\n\"}", "dir/a.json:1:7: this text has no end: expected '\"' on the same line"},
      {"[\"a\tb\"]",
       "dir/a.json:1:4: a control character in a text is written \\t, \\n or \\u00XX"},
      {"/* no end", "dir/a.json:1:1: this comment has no end: expected '*/'"},
      {"[True]", "dir/a.json:1:2: 'True' is written in lower case: true"},
      {"[yes]", "dir/a.json:1:2: 'yes' is not a JSON value: text stands in double quotes"},
      {"['a']", "dir/a.json:1:2: text stands in double quotes, not in single ones"},
      {"[;]", "dir/a.json:1:2: the character ';' has no place here"},
      {"[9223372036854775808]", "dir/a.json:1:2: the number '9223372036854775808' is too large"},
      {"[1e999]", "dir/a.json:1:2: the number '1e999' is too large"},
      {R"(["\x41"])", R"(dir/a.json:1:3: unknown escape: JSON has \" \\ \/ \b \f \n \r \t \uXXXX)"},
      {R"(["\u12"])", "dir/a.json:1:3: expected four hexadecimal digits after \\u"},
      {R"(["\ud83d"])", "dir/a.json:1:3: half of a surrogate pair: expected \\uD8XX\\uDCXX"},
      {R"(["\ude00"])", "dir/a.json:1:3: half of a surrogate pair: expected \\uD8XX\\uDCXX"},
      {"[\"\xff\"]", "dir/a.json:1:2: this text is not UTF-8: save the file as UTF-8"},
      {"[\"\xc0\xaf\"]", "dir/a.json:1:2: this text is not UTF-8: save the file as UTF-8"},
      {"[\"\xed\xa0\x80\"]", "dir/a.json:1:2: this text is not UTF-8: save the file as UTF-8"},
      {"{\"\": 1}", "dir/a.json:1:2: a key is empty"},
      {"{\"a\": 1,\n\"b\": 2,\n \"a\": 3}",
       "dir/a.json:3:2: a: this key stands twice in its map; the other is at dir/a.json:1:2"},
  };
  for (const Row& row : rows) EXPECT_EQ(show(row.text), row.expected) << row.text;
}

TEST(ReadJson, RefusesNumbersThatJsonDoesNotHave) {
  for (const char* word :
       {"01", "+1", ".5", "1.", "1e", "1e+", "-", "0x10", "1.2.3", "--1", "NaN"}) {
    const auto document = read("[" + std::string(word) + "]");
    ASSERT_FALSE(document.has_value()) << word;
    EXPECT_EQ(document.error().size(), 1U) << word;
    EXPECT_EQ(document.error()[0].column, 2) << word;
  }
}

TEST(ReadJson, CountsColumnsInCharacters) {
  EXPECT_EQ(show("{\"\xc3\xa9\xe2\x82\xac\": x}"),
            "dir/a.json:1:8: 'x' is not a JSON value: text stands in double quotes");
}

TEST(ReadJson, ReportsSeveralErrorsAtOnce) {
  EXPECT_EQ(show("{\"a\": 1 \"b\": True, \"a\": [1,,2]}"),
            "dir/a.json:1:9: expected ',' or '}' before text\n"
            "dir/a.json:1:14: 'True' is written in lower case: true\n"
            "dir/a.json:1:28: a: a ',' with nothing before it\n"
            "dir/a.json:1:20: a: this key stands twice in its map; the other is at dir/a.json:1:2");
}

TEST(ReadJson, StopsAfterManyErrors) {
  std::string text = "[";
  for (int i = 0; i < 1'000; ++i) text += "x,";
  const auto document = read(text + "]");
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().size(), kMaxSyntaxProblems);
}

// CVE-2026-3608 of another server: a stack overflow by nested JSON.
// B21, C2-05
TEST(ReadJson, RefusesDeepNestingInsteadOfCrashing) {
  const std::string expected = "dir/a.json:1:65: more than 64 maps and lists inside one another";
  EXPECT_EQ(show(std::string(100'000, '[')), expected);
  EXPECT_EQ(show(std::string(100'000, '[') + std::string(100'000, ']')), expected);
  std::string maps;
  for (int i = 0; i < 100'000; ++i) maps += "{\"a\":";
  EXPECT_EQ(show(maps), "dir/a.json:1:321: more than 64 maps and lists inside one another");
  EXPECT_EQ(show(std::string(64, '[') + std::string(64, ']')),
            std::string(64, '[') + std::string(64, ']'));
}

TEST(Include, StandsForTheTokensOfItsFile) {
  const Files files = {{"dir/value.json", "[1, 2] # the end"},
                       {"dir/members.json", "\"b\": 2, \"c\": 3"},
                       {"dir/sub/one.json", "<?include \"two.json\"?>"},
                       {"dir/sub/two.json", "2"}};
  EXPECT_EQ(show("{\"a\": <?include \"value.json\"?>, <?include \"members.json\"?>}", files),
            R"({"a":[1,2],"b":2,"c":3})");
  EXPECT_EQ(show("[<?include \"sub/one.json\"?>, <?include \"./sub/one.json\"?>]", files), "[2,2]");
}

TEST(Include, ErrorsNameTheFileTheyAreIn) {
  const Files files = {{"dir/b.json", "\n  \"x\": tru"}};
  EXPECT_EQ(show("{<?include \"b.json\"?>}", files),
            "dir/b.json:2:8: 'tru' is not a JSON value: text stands in double quotes");
  EXPECT_EQ(show("{\"x\": 1, <?include \"c.json\"?>}", {{"dir/c.json", "\"x\": 1"}}),
            "dir/c.json:1:1: x: this key stands twice in its map; the other is at dir/a.json:1:2");
}

TEST(Include, RefusesWhatCannotBeRead) {
  const Files cycle = {{"dir/b.json", "<?include \"c.json\"?>"},
                       {"dir/c.json", "<?include \"../dir/b.json\"?>"}};
  const Row rows[] = {
      {"<?include \"none.json\"?>", "dir/a.json:1:1: cannot include 'dir/none.json': no such file"},
      {"<?include \"b.json\"?>",
       "dir/c.json:1:1: the file '../dir/b.json' includes itself, here or further down"},
      {"<?include \"a.json\"?>",
       "dir/a.json:1:1: the file 'a.json' includes itself, here or further down"},
      {"<?include b.json?>", "dir/a.json:1:1: expected <?include \"FILE\"?>"},
      {"<?import \"b.json\"?>", "dir/a.json:1:1: expected <?include \"FILE\"?>"},
      {"<?include \"b.json\"", "dir/a.json:1:1: expected <?include \"FILE\"?> on one line"},
  };
  for (const Row& row : rows) EXPECT_EQ(show(row.text, cycle), row.expected) << row.text;
}

// C2-05
TEST(Include, BoundsDepthAndNumber) {
  Files chain;
  Files flood;
  for (int i = 0; i < 12; ++i) {
    const std::string next = "<?include \"" + std::to_string(i + 1) + "\"?>";
    chain["dir/" + std::to_string(i)] = next;
    flood["dir/" + std::to_string(i)] = i < 7 ? "[" + next + "," + next + "," + next + "]" : "1";
  }
  EXPECT_EQ(show("<?include \"0\"?>", chain),
            "dir/9:1:1: files are included more than 10 levels deep");
  const auto document = read("<?include \"0\"?>", flood);
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error()[0].message, "more than 1000 files are included in all");
}

TEST(ReadDiskFile, SaysWhyNot) {
  EXPECT_EQ(read_disk_file("/").error(), "it is a folder");
  EXPECT_EQ(read_disk_file("/nonexistent/file").error(), "No such file or directory");
}

// Whatever is done to a text, reading it ends, and what was accepted is read again from its own
// plain form to the same value.
TEST(ReadJson, SurvivesMutationsAndRereadsWhatItAccepts) {
  const std::string seed =
      "{ # c\n \"Dhcp4\": {\"a\": [1, -2.5e3, true, null, \"x\\u00e9\\ud83d\\ude00\"],\n"
      "/* d */ \"b\": {\"c\": \"\", \"d\": [[], {}]}, // e\n <?include \"b.json\"?> },}";
  const Files files = {{"dir/b.json", "\"z\": [1, 2]"}};
  const std::string alphabet = "{}[]:,\"\\/*#<?>eE+-.0129atrufnl \n\t\x80\xff\x01u";
  Random random(1);
  const auto draw = [&random](std::size_t bound) {
    return random.below(static_cast<std::uint32_t>(bound));
  };
  int accepted = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::string text = seed;
    for (std::size_t edits = 1 + draw(4); edits > 0; --edits) {
      const std::size_t at = draw(text.size());
      const std::size_t kind = draw(3);
      if (kind == 0) text[at] = alphabet[draw(alphabet.size())];
      if (kind == 1) text.insert(at, 1, alphabet[draw(alphabet.size())]);
      if (kind == 2 && text.size() > 8) text.erase(at, 1 + draw(6));
    }
    const auto document = read(text, files);
    if (!document) {
      ASSERT_FALSE(document.error().empty()) << text;
      continue;
    }
    ++accepted;
    const std::string plain = to_json(document->root);
    const auto again = read(plain);
    ASSERT_TRUE(again.has_value()) << text << "\n" << plain;
    ASSERT_EQ(to_json(again->root), plain) << text;
  }
  EXPECT_GT(accepted, 250);  // else the mutations never get past the first brace
}

}  // namespace
}  // namespace lessor::config
