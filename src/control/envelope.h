#pragma once
// Kea's command envelope: {"command": "...", "arguments": {...}, "service": [...]} answered by
// {"result": 0, "text": "...", "arguments": {...}}. Must not know: what commands do, sockets.

#include <expected>
#include <string>
#include <string_view>

namespace lessor::control {

/// A command as it came.
struct Request {
  std::string command;
  std::string arguments;  ///< "arguments" as they are written; empty when the key is absent
};

/// Kea's result codes.
enum class Result : int {
  ok = 0,
  error = 1,
  unsupported = 2,  ///< the command is not known
  empty = 3,        ///< done, and there is nothing to show
};

/// An answer to send.
struct Answer {
  Result result = Result::ok;
  std::string text;       ///< a sentence for a person; may be empty
  std::string arguments;  ///< JSON text; empty = left out
};

/// Reads one command. The error is a sentence that names what is wrong. "service" is accepted and
/// ignored: this socket has one service behind it.
[[nodiscard]] std::expected<Request, std::string> read_request(std::string_view text);
/// The command as one line of JSON, for a client. `arguments` is JSON text or empty.
[[nodiscard]] std::string write_request(std::string_view command, std::string_view arguments = {});

/// The answer as one line of JSON with a newline at its end.
[[nodiscard]] std::string write_answer(const Answer& answer);
/// Reads an answer, or the first one of a list (as Kea's HTTP channel wraps it).
[[nodiscard]] std::expected<Answer, std::string> read_answer(std::string_view text);

/// JSON as people read it: on several lines, with its members in the order that they have.
[[nodiscard]] std::string indent(std::string_view json);

/// A JSON string literal of `text`, quotes included; bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace lessor::control
