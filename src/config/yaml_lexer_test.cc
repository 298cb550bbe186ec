#include "config/json_reader.h"
#include "config/limits.h"
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

std::expected<std::string, std::string> no_include(const std::string&) {
  return std::unexpected("none");
}

/// What was read, as plain JSON; or every problem, a line each.
std::string show(std::string text, std::string name = "a.yaml") {
  const auto document = read_document(std::move(text), std::move(name), no_include);
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

TEST(ReadYaml, ReadsEveryKindOfValue) {
  const Row rows[] = {
      {"a: 1\nb: [x, 'y', \"z\\n\"]\n", R"({"a":1,"b":["x","y","z\u000a"]})"},
      {"- 1\n- b: 2\n  c: 3\n-\n  - 4\n", R"([1,{"b":2,"c":3},[4]])"},
      {"---\na: # nothing\n...\n", R"({"a":null})"},
      {"{\"a\": [1, 2,], \"b\": {}}", R"({"a":[1,2],"b":{}})"},
      {"[true, false, null, ~, 1.5, -3, 1e3]", "[true,false,null,null,1.5,-3,1000.0]"},
      {"a: |\n  two\n  lines\nb: >\n  one\n  line\n",
       R"({"a":"two\u000alines\u000a","b":"one line\u000a"})"},
      {"true: yes", R"({"true":"yes"})"},
      {"", "a.yaml:1:1: expected a value, found the end of the text"},
      {"text", "\"text\""},
  };
  for (const Row& row : rows) EXPECT_EQ(show(row.text), row.expected) << row.text;
}

TEST(ReadYaml, TakesForTextWhatJsonTakesForNothingElse) {
  // What other readers of YAML make a number, a time or a truth of would become another address.
  for (const char* word : {"0x0102", "007", "1_000", "00:11:22:33:44:55", "192.0.2.1", "+1", ".5",
                           "yes", "no", "on", "off", "True", "2001-01-01", "1:30", "0o7", ".inf"}) {
    EXPECT_EQ(show("a: " + std::string(word)), R"({"a":")" + std::string(word) + "\"}");
  }
  EXPECT_EQ(show("a: '12'"), R"({"a":"12"})");
}

TEST(ReadYaml, SaysWhatIsWrongAndWhere) {
  const Row rows[] = {
      {"a: 1\na: 2\n",
       "a.yaml:2:1: a: this key stands twice in its map; the other is at a.yaml:1:1"},
      {"a: &x 1\nb: *x\n",
       "a.yaml:2:4: aliases (*name) are not understood: write out what it stands for"},
      {"a: !!int 1\n",
       "a.yaml:1:4: tags are not understood: leave it out, or write text in quotes"},
      {"a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document: a configuration is one"},
      {"[a]: 1\n", "a.yaml:1:1: a key is text, not a map or a list"},
      {"a: [1\n", "a.yaml:2:1: did not find expected ',' or ']' (while parsing a flow sequence)"},
      {"\xc3\xa9: [\xc3\xa9, \xc3\xa9]\nb: 99999999999999999999\n",
       "a.yaml:2:4: the number '99999999999999999999' is too large"},
      {"a: b\xff\n", "a.yaml:1:5: invalid leading UTF-8 octet"},
      {"a:\n\t- 1\n",
       "a.yaml:2:1: found character that cannot start any token (while scanning for "
       "the next token)"},
  };
  for (const Row& row : rows) EXPECT_EQ(show(row.text), row.expected) << row.text;
}

TEST(ReadYaml, IsAsDeepAsJsonMayBe) {
  const std::string deep(kMaxDepth, '[');
  EXPECT_EQ(show(deep + std::string(kMaxDepth, ']')), deep + std::string(kMaxDepth, ']'));
  EXPECT_NE(show(deep + "[]" + std::string(kMaxDepth, ']')).find("maps and lists inside"),
            std::string::npos);
  EXPECT_NE(show(std::string(100'000, '[')).find("maps and lists inside"), std::string::npos);
}

TEST(ReadYaml, IsChosenByTheFilesName) {
  EXPECT_EQ(show("a: 1", "x.yml"), R"({"a":1})");
  EXPECT_NE(show("a: 1", "x.json"), R"({"a":1})");
  EXPECT_NE(show("a: 1", "x"), R"({"a":1})");
}

TEST(ReadYaml, AConfigurationMeansTheSameAsInJson) {
  const char* const yaml = R"(# a small site
Dhcp4:
  valid-lifetime: 3600
  subnet4:
    - subnet: 192.0.2.0/24
      pools:
        - pool: 192.0.2.10 - 192.0.2.99
      option-data:
        - {name: routers, data: 192.0.2.1}
      reservations:
        - hw-address: 02:00:00:00:00:01
          ip-address: 192.0.2.5
)";
  const char* const json = R"({"Dhcp4": {"valid-lifetime": 3600, "subnet4": [{
      "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10 - 192.0.2.99"}],
      "option-data": [{"name": "routers", "data": "192.0.2.1"}],
      "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.5"}]}]}})";
  const auto from_yaml = load_text(yaml, "a.yaml", {});
  const auto from_json = load_text(json, "a.json", {});
  ASSERT_TRUE(from_yaml) << to_string(from_yaml.error()[0]);
  ASSERT_TRUE(from_json);
  EXPECT_EQ(from_yaml->config.text, from_json->config.text);
  const auto wrong =
      load_text("Dhcp4:\n  subnet4:\n  - subnet: 192.0.2.0/24\n    pool: x\n", "a.yaml", {});
  ASSERT_FALSE(wrong);
  const std::string said = to_string(wrong.error()[0]);
  EXPECT_TRUE(said.starts_with("a.yaml:4:5: Dhcp4.subnet4[0].pool: ")) << said;
}

}  // namespace
}  // namespace lessor::config
