#pragma once
// YAML text to tokens: block and flow maps, lists, texts in every style. What JSON does not have
// (aliases, tags, several documents, keys that are no texts) is refused. Must not know: what the
// keys mean.

#include "config/token_source.h"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct yaml_event_s;   // NOLINT(readability-identifier-naming): libyaml's
struct yaml_parser_s;  // NOLINT(readability-identifier-naming)

namespace lessor::config {

/// Plain words are what JSON makes of them: true, false, null (or ~, or nothing), numbers as JSON
/// writes them; everything else is text, `yes`, `0x0102` and `007` too.
class YamlLexer final : public TokenSource {
 public:
  YamlLexer(Sources& sources, std::vector<Problem>& problems, std::string name, std::string text);
  ~YamlLexer() override;

  void next(Token& token) override;

 private:
  struct Frame {  // a map or a list that is open
    bool is_map = false;
    bool wants_value = false;  // of a map: its key has been read
  };

  void read_event();
  void report_parser_problem();
  void take(const yaml_event_s& event);
  void take_scalar(const yaml_event_s& event, Position position);
  void read_plain(Token& token, std::string_view word);
  void open(TokenKind kind, Position position);
  void close(TokenKind kind, Position position);
  [[nodiscard]] bool wants_key() const;
  void end_value(Position position);
  void put(TokenKind kind, Position position);
  [[nodiscard]] Position position_of(std::size_t characters);

  struct DeleteParser {
    void operator()(yaml_parser_s* parser) const;
  };
  std::unique_ptr<yaml_parser_s, DeleteParser> parser_;
  std::uint32_t file_ = 0;
  std::string_view text_;
  std::size_t documents_ = 0;
  bool ended_ = false;
  std::vector<Frame> frames_;
  std::deque<Token> ready_;
  std::size_t characters_ = 0;  // of the text before offset_
  std::size_t offset_ = 0;
};

}  // namespace lessor::config
