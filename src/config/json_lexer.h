#pragma once
// JSON text, file by file, to tokens with their places. Comments and includes end here: the parser
// sees one stream.

#include "config/json_reader.h"
#include "config/token_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::config {

class JsonLexer final : public TokenSource {
 public:
  JsonLexer(Sources& sources, std::vector<Problem>& problems, const ReadFile& read_file)
      : TokenSource(sources, problems), read_file_(read_file) {}

  /// Begins with a text; the root, before all else.
  void enter(std::string name, std::string text);
  void next(Token& token) override;

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

  const ReadFile& read_file_;
  std::vector<Frame> frames_;
};

}  // namespace lessor::config
