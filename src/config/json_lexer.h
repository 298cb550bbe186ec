#pragma once
// JSON text, file by file, to tokens with their places. Comments and includes end here: the parser
// sees one stream.

#include "config/json_reader.h"
#include "config/problem.h"
#include "config/sources.h"

#include <cstdint>
#include <string>
#include <string_view>
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
class JsonLexer {
 public:
  JsonLexer(Sources& sources, std::vector<Problem>& problems, const ReadFile& read_file)
      : sources_(sources), problems_(problems), read_file_(read_file) {}

  /// Begins with a text; the root, before all else.
  void enter(std::string name, std::string text);
  /// Reads the next token into `token`.
  void next(Token& token);
  /// Reports an error at `position`; the reading goes on.
  void error(Position position, std::string message, std::string path = "");
  /// Reports an error after which nothing more can be made sense of.
  void stop(Position position, std::string message, std::string path = "");
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  struct Frame {  // a file being read
    std::uint32_t file = 0;
    std::string_view text;
    std::size_t offset = 0;
    std::string path;  // normal form, to find a cycle
  };

  [[nodiscard]] Position here() const;
  [[nodiscard]] bool at(std::string_view word) const;
  bool skip_blanks_and_includes();
  void skip_block_comment();
  void read_include();
  void open_include(Position position, std::string_view name);
  void read_punctuation_or_value(Token& token);
  void read_text(Token& token);
  bool read_escape(std::string& text);
  bool read_unicode_escape(std::string& text);
  std::uint32_t read_four_hex_digits();
  void read_word(Token& token);
  void read_number(Token& token, std::string_view word);

  Sources& sources_;
  std::vector<Problem>& problems_;
  const ReadFile& read_file_;
  std::vector<Frame> frames_;
  bool stopped_ = false;
};

}  // namespace lessor::config
