#pragma once
// The head of an HTTP request, read by Boost.Beast, and answers. Must not know: who may ask, what
// commands are, sockets.

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace lessor::control {

/// RFC 9110 15.
enum class HttpStatus : int {
  ok = 200,
  bad_request = 400,
  unauthorized = 401,
  method_not_allowed = 405,
  request_timeout = 408,
  length_required = 411,
  content_too_large = 413,
  unsupported_media_type = 415,
  too_many_requests = 429,
  head_too_large = 431,
  version_not_supported = 505,
};

/// What a head says that matters to commands.
struct HttpHead {
  bool is_post = false;
  bool is_json = false;     ///< Content-Type: application/json
  bool keep_alive = false;  ///< the client would like to ask again
  bool has_length = false;
  std::uint64_t body_bytes = 0;  ///< when it has a length
  std::string credentials;       ///< of "Authorization: Basic", as it came (base64); may be empty
};

/// Where the head in `text` ends, its empty line included; 0: not yet. `from`: where to look on.
[[nodiscard]] std::size_t find_head_end(std::string_view text, std::size_t from = 0);

/// Reads `head`, which ends with its empty line. The error is what to answer.
[[nodiscard]] std::expected<HttpHead, HttpStatus> read_head(std::string_view head);

/// A field of an answer; both are free of control characters.
struct HttpField {
  std::string name;
  std::string value;
};

/// A whole answer.
struct HttpAnswer {
  HttpStatus status = HttpStatus::ok;
  std::string body;  ///< JSON
  bool keep_alive = false;
  std::span<const HttpField> fields = {};
  std::string extra = {};  ///< further fields, each with its end of line
};
[[nodiscard]] std::string write_http(const HttpAnswer& answer);

/// The body of a refusal, as Kea has it: {"result": 400, "text": "..."}.
[[nodiscard]] std::string refusal_body(HttpStatus status, std::string_view text);

}  // namespace lessor::control
