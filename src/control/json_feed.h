#pragma once
// Tells where one JSON object ends in a stream of bytes, and refuses what is too large or too deep
// before anything parses it. Must not know: sockets, what the JSON means.

#include <cstddef>
#include <string>
#include <string_view>

namespace lessor::control {

/// Collects the bytes of one JSON object. Kea's protocol has neither a length nor a newline: the
/// object's closing brace ends the command.
class JsonFeed {
 public:
  enum class State {
    more,      ///< not yet whole
    complete,  ///< text() is one object, by its braces
    refused,   ///< error() says why; nothing more is read
  };

  /// Takes the next bytes. What follows the closing brace is left alone.
  State feed(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string_view error() const { return error_; }
  /// Makes ready for the next object.
  void reset() { *this = JsonFeed(); }

 private:
  void take(char c);
  void open();
  void close();
  void refuse(std::string_view why);

  State state_ = State::more;
  std::string text_;
  std::string_view error_;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace lessor::control
