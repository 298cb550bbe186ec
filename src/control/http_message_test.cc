#include "control/http_message.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

std::string head(std::string_view line, std::string_view fields = "") {
  return std::string(line) + "\r\nHost: x\r\n" + std::string(fields) + "\r\n";
}

TEST(HttpMessage, ReadsWhatMatters) {
  const auto read = read_head(head("POST / HTTP/1.1",
                                   "Content-Length: 12\r\nContent-Type: Application/JSON ; "
                                   "charset=utf-8\r\nAuthorization: bAsIc  YTpi\r\n"));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_post);
  EXPECT_TRUE(read->is_json);
  EXPECT_TRUE(read->keep_alive);
  EXPECT_TRUE(read->has_length);
  EXPECT_EQ(read->body_bytes, 12U);
  EXPECT_EQ(read->credentials, "YTpi");
}

TEST(HttpMessage, ReadsWhatIsNotThere) {
  const auto read = read_head(head("GET /x HTTP/1.0", "Authorization: Bearer YTpi\r\n"));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->is_post);
  EXPECT_FALSE(read->is_json);
  EXPECT_FALSE(read->keep_alive);
  EXPECT_FALSE(read->has_length);
  EXPECT_EQ(read->credentials, "");
  EXPECT_FALSE(read_head(head("POST / HTTP/1.1", "Connection: close\r\n"))->keep_alive);
}

// C3-12
TEST(HttpMessage, RefusesWhatIsNone) {
  const std::pair<std::string, HttpStatus> cases[] = {
      {"\r\n\r\n", HttpStatus::bad_request},
      {"{\"command\": \"status-get\"}\r\n\r\n", HttpStatus::bad_request},
      {head("POST / HTTP/2.0"), HttpStatus::version_not_supported},
      {head("POST /"), HttpStatus::bad_request},
      {head("POST / HTTP/1.1", "Content-Length: -1\r\n"), HttpStatus::bad_request},
      {head("POST / HTTP/1.1", "Content-Length: 99999999999999999999999\r\n"),
       HttpStatus::bad_request},
      {head("POST / HTTP/1.1", "Content-Length: 1\r\nContent-Length: 2\r\n"),
       HttpStatus::bad_request},
      {head("POST / HTTP/1.1", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
       HttpStatus::bad_request},
      {head("POST / HTTP/1.1", "no colon\r\n"), HttpStatus::bad_request},
      {head("POST / HTTP/1.1", std::string("X: a\0b\r\n", 8)), HttpStatus::bad_request},
      {head("POST / HTTP/1.1", "X: " + std::string(9'000, 'x') + "\r\n"),
       HttpStatus::head_too_large},
  };
  for (const auto& [text, status] : cases) {
    const auto read = read_head(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error(), status) << text.substr(0, 80);
  }
}

TEST(HttpMessage, FindsTheEndOfAHeadThatComesInPieces) {
  const std::string text = head("POST / HTTP/1.1") + "body\r\n\r\n";
  const std::size_t end = text.size() - 8;
  for (std::size_t seen = 1; seen <= end; ++seen) {
    const std::size_t found = find_head_end(std::string_view(text).substr(0, seen), seen - 1);
    EXPECT_EQ(found, seen < end ? 0 : end) << seen;
  }
  EXPECT_EQ(find_head_end(text), end);
}

TEST(HttpMessage, WritesAnAnswer) {
  const HttpField fields[] = {{"X-A", "b"}};
  EXPECT_EQ(write_http({.body = "[]\n", .keep_alive = true, .fields = fields, .extra = "Y: z\r\n"}),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n"
            "Connection: keep-alive\r\nX-A: b\r\nY: z\r\n\r\n[]\n");
  EXPECT_EQ(refusal_body(HttpStatus::unauthorized, "say \"who\""),
            "{\"result\": 401, \"text\": \"Unauthorized: say \\\"who\\\"\"}\n");
}

}  // namespace
}  // namespace lessor::control
