#include "control/envelope.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

TEST(Envelope, ReadsACommandWithAndWithoutArguments) {
  const auto bare = read_request(R"({"command": "list-commands"})");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->command, "list-commands");
  EXPECT_EQ(bare->arguments, "");

  const auto full =
      read_request(R"({"command":"config-test","service":["dhcp4"],"arguments":{"a":[1]}})");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->arguments, R"({"a":[1]})");

  const auto raw = read_request("{\"arguments\" : {\n \"a\": 1, \"a\": 2 } , \"command\": \"c\"}");
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->arguments, "{\n \"a\": 1, \"a\": 2 }");
}

TEST(Envelope, NamesWhatIsWrong) {
  const struct {
    const char* text;
    const char* expected;
  } rows[] = {
      {"", "not valid JSON"},
      {"{", "not valid JSON"},
      {"[]", "is a JSON object"},
      {"{}", "\"command\" is missing"},
      {R"({"command": 1})", "must be a string"},
      {R"({"command": "x", "arguments": []})", "must be an object"},
      {R"({"command": "x", "argument": {}})", "unknown key \"argument\""},
      {"{\"command\": \"x\", \"\x7f\\u009b1m\": 1}", R"(unknown key "\x7f\xc2\x9b1m")"},
      {R"({"command": "x", "command": "y"})", "\"command\" stands twice"},
      {R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,)"
       R"("o":1,"p":1,"q":1})",
       "too many keys"},
  };
  for (const auto& row : rows) {
    const auto request = read_request(row.text);
    ASSERT_FALSE(request) << row.text;
    EXPECT_NE(request.error().find(row.expected), std::string::npos) << request.error();
  }
}

TEST(Envelope, AnswersInKeasShape) {
  EXPECT_EQ(write_answer({Result::ok, "done", R"({"x":1})"}),
            "{\"result\": 0, \"text\": \"done\", \"arguments\": {\"x\":1}}\n");
  EXPECT_EQ(write_answer({Result::unsupported, "no\n\"such\"", ""}),
            "{\"result\": 2, \"text\": \"no\\n\\\"such\\\"\"}\n");
}

TEST(Envelope, AnswersSurviveTheWayBack) {
  const auto back = read_answer(write_answer({Result::empty, "0 leases", R"({"leases":[]})"}));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->result, Result::empty);
  EXPECT_EQ(back->text, "0 leases");
  EXPECT_EQ(back->arguments, R"({"leases":[]})");
}

TEST(Envelope, ReadsTheFirstAnswerOfAList) {
  const auto answer = read_answer(R"([{"result": 1, "text": "no"}])");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->result, Result::error);
}

TEST(Envelope, RefusesAnswersWithoutAResult) {
  EXPECT_FALSE(read_answer("nonsense"));
  EXPECT_FALSE(read_answer("{}"));
  EXPECT_FALSE(read_answer("[]"));
  EXPECT_FALSE(read_answer(R"({"result": "0"})"));
}

TEST(Envelope, ReplacesBytesThatAreNotUtf8) { EXPECT_EQ(quote("a\xff"), "\"a\xef\xbf\xbd\""); }

}  // namespace
}  // namespace lessor::control
