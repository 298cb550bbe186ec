#pragma once
// What a configuration's text is made of, whichever language it is in: tokens with their places.
// Must not know: what they are parsed into.

#include "config/problem.h"
#include "config/sources.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lessor::config {

enum class TokenKind : std::uint8_t {
  open_map,
  close_map,
  open_list,
  close_list,
  colon,
  comma,
  text,
  integer,
  real,
  yes,  ///< true
  no,   ///< false
  null,
  bad,  ///< something was there; its problem is reported already
  end,  ///< of the whole text, or reading stopped at an error that leaves no way on
};

struct Token {
  TokenKind kind = TokenKind::end;
  Position position;
  std::string text;  ///< of `text`: decoded, UTF-8
  std::int64_t integer = 0;
  double real = 0;
};

/// A sticky cursor: after stop() every token is `end` and further errors are echoes, not reported.
class TokenSource {
 public:
  TokenSource(Sources& sources, std::vector<Problem>& problems)
      : sources_(sources), problems_(problems) {}
  virtual ~TokenSource() = default;
  TokenSource(const TokenSource&) = delete;
  TokenSource& operator=(const TokenSource&) = delete;

  /// Reads the next token into `token`.
  virtual void next(Token& token) = 0;
  /// Reports an error at `position`; the reading goes on.
  void error(Position position, std::string message, std::string path = "");
  /// Reports an error after which nothing more can be made sense of.
  void stop(Position position, std::string message, std::string path = "");
  [[nodiscard]] bool stopped() const { return stopped_; }

 protected:
  /// Takes in a text, and says its index; stops where all texts are too large.
  std::uint32_t add(std::string name, std::string text);
  /// Of a number as RFC 8259 6 writes it: its kind and value. One that is too large is an error.
  void read_number(Token& token, std::string_view word);
  [[nodiscard]] const Sources& sources() const { return sources_; }

 private:
  Sources& sources_;
  std::vector<Problem>& problems_;
  bool stopped_ = false;
};

/// RFC 8259 6: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
[[nodiscard]] bool is_json_number(std::string_view word);

}  // namespace lessor::config
