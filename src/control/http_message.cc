#include "control/http_message.h"

#include "base/text.h"
#include "control/envelope.h"
#include "control/limits.h"

// Heavy: included here and nowhere else.
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace lessor::control {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string_view phrase_of(HttpStatus status) {
  switch (status) {
    case HttpStatus::ok:
      return "OK";
    case HttpStatus::bad_request:
      return "Bad Request";
    case HttpStatus::unauthorized:
      return "Unauthorized";
    case HttpStatus::method_not_allowed:
      return "Method Not Allowed";
    case HttpStatus::request_timeout:
      return "Request Timeout";
    case HttpStatus::length_required:
      return "Length Required";
    case HttpStatus::content_too_large:
      return "Content Too Large";
    case HttpStatus::unsupported_media_type:
      return "Unsupported Media Type";
    case HttpStatus::too_many_requests:
      return "Too Many Requests";
    case HttpStatus::head_too_large:
      return "Request Header Fields Too Large";
    case HttpStatus::version_not_supported:
      return "HTTP Version Not Supported";
  }
  return "";
}

/// "application/json; charset=utf-8" is JSON, too.
bool is_json(std::string_view type) {
  std::string_view name = type.substr(0, type.find(';'));
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  return to_lower(name) == "application/json";
}

/// RFC 7617 2: the scheme's name in any case, blanks, the credentials.
std::string credentials_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (to_lower(authorization.substr(0, kScheme.size())) != kScheme) return {};
  std::string_view rest = authorization.substr(kScheme.size());
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return std::string(rest);
}

HttpHead facts_of(const Parser& parser) {
  const auto& message = parser.get();
  HttpHead head;
  head.is_post = message.method() == http::verb::post;
  head.is_json = is_json(view(message[http::field::content_type]));
  head.keep_alive = parser.keep_alive();
  if (const auto length = parser.content_length()) {
    head.has_length = true;
    head.body_bytes = *length;
  }
  head.credentials = credentials_of(view(message[http::field::authorization]));
  return head;
}

}  // namespace

std::size_t find_head_end(std::string_view text, std::size_t from) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t found = text.find(kEnd, from < kEnd.size() ? 0 : from - kEnd.size());
  return found == std::string_view::npos ? 0 : found + kEnd.size();
}

std::expected<HttpHead, HttpStatus> read_head(std::string_view head) {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(kMaxHttpHead));
  parser.body_limit(boost::none);  // whoever reads the body compares its length
  parser.skip(true);
  boost::beast::error_code error;
  (void)parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error == http::error::header_limit) return std::unexpected(HttpStatus::head_too_large);
  if (error == http::error::bad_version) return std::unexpected(HttpStatus::version_not_supported);
  if (error || !parser.is_header_done()) return std::unexpected(HttpStatus::bad_request);
  return facts_of(parser);
}

std::string write_http(const HttpAnswer& answer) {
  std::string text = "HTTP/1.1 " + std::to_string(static_cast<int>(answer.status)) + " " +
                     std::string(phrase_of(answer.status)) +
                     "\r\nContent-Type: application/json\r\nContent-Length: " +
                     std::to_string(answer.body.size()) +
                     "\r\nConnection: " + (answer.keep_alive ? "keep-alive" : "close") + "\r\n";
  for (const HttpField& field : answer.fields) text += field.name + ": " + field.value + "\r\n";
  return text + answer.extra + "\r\n" + answer.body;
}

std::string refusal_body(HttpStatus status, std::string_view text) {
  return R"({"result": )" + std::to_string(static_cast<int>(status)) + R"(, "text": )" +
         quote(std::string(phrase_of(status)) + ": " + std::string(text)) + "}\n";
}

}  // namespace lessor::control
