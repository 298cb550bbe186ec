#include "config/yaml_lexer.h"

#include "base/check.h"

#include <utility>
#include <yaml.h>

namespace lessor::config {
namespace {

/// UTF-8 continuation octets are 10xxxxxx.
bool continues(char c) { return (c & 0xc0) == 0x80; }

std::string_view view(const yaml_char_t* text, std::size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}

/// Deletes what an event holds.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t event{};
};

/// A tag that the text itself has.
const yaml_char_t* tag_of(const yaml_event_t& event) {
  if (event.type == YAML_SCALAR_EVENT) return event.data.scalar.tag;
  if (event.type == YAML_MAPPING_START_EVENT) return event.data.mapping_start.tag;
  return event.type == YAML_SEQUENCE_START_EVENT ? event.data.sequence_start.tag : nullptr;
}

}  // namespace

void YamlLexer::DeleteParser::operator()(yaml_parser_s* parser) const {
  yaml_parser_delete(parser);
  delete parser;
}

YamlLexer::YamlLexer(Sources& all, std::vector<Problem>& problems, std::string name,
                     std::string text)
    : TokenSource(all, problems), file_(add(std::move(name), std::move(text))) {
  text_ = sources().text(file_);
  auto* const parser = new yaml_parser_t{};
  parser_.reset(parser);
  CHECK(yaml_parser_initialize(parser) != 0);  // fails for want of memory only
  yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(parser, reinterpret_cast<const yaml_char_t*>(text_.data()),
                               text_.size());
}

YamlLexer::~YamlLexer() = default;

void YamlLexer::next(Token& token) {
  while (!stopped() && !ended_ && ready_.empty()) read_event();
  if (stopped() || ready_.empty()) {
    token.kind = TokenKind::end;
    token.position = {file_, static_cast<std::uint32_t>(text_.size())};
    return;
  }
  token = std::move(ready_.front());
  ready_.pop_front();
}

void YamlLexer::read_event() {
  Event next;
  if (yaml_parser_parse(parser_.get(), &next.event) == 0) return report_parser_problem();
  take(next.event);
}

void YamlLexer::report_parser_problem() {
  const yaml_parser_t& parser = *parser_;
  std::string message = parser.problem != nullptr ? parser.problem : "it cannot be read";
  if (parser.context != nullptr) message += " (" + std::string(parser.context) + ")";
  // Octets that are no text have an offset only.
  const Position at = parser.error == YAML_READER_ERROR
                          ? Position{file_, static_cast<std::uint32_t>(parser.problem_offset)}
                          : position_of(parser.problem_mark.index);
  stop(at, std::move(message));
}

void YamlLexer::take(const yaml_event_t& event) {
  const Position position = position_of(event.start_mark.index);
  if (tag_of(event) != nullptr) {
    return stop(position, "tags are not understood: leave it out, or write text in quotes");
  }
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      if (++documents_ > 1) stop(position, "a second document: a configuration is one");
      return;
    case YAML_MAPPING_START_EVENT:
      return open(TokenKind::open_map, position);
    case YAML_SEQUENCE_START_EVENT:
      return open(TokenKind::open_list, position);
    case YAML_MAPPING_END_EVENT:
      return close(TokenKind::close_map, position);
    case YAML_SEQUENCE_END_EVENT:
      return close(TokenKind::close_list, position);
    case YAML_SCALAR_EVENT:
      return take_scalar(event, position);
    case YAML_ALIAS_EVENT:
      return stop(position, "aliases (*name) are not understood: write out what it stands for");
    case YAML_STREAM_END_EVENT:
      ended_ = true;
      return;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      return;
  }
}

void YamlLexer::take_scalar(const yaml_event_t& event, Position position) {
  const auto& scalar = event.data.scalar;
  Token token{.kind = TokenKind::text, .position = position};
  const std::string_view word = view(scalar.value, scalar.length);
  const bool is_key = wants_key();
  if (is_key || scalar.style != YAML_PLAIN_SCALAR_STYLE) {
    token.text = word;
  } else {
    read_plain(token, word);
  }
  ready_.push_back(std::move(token));
  if (!is_key) return end_value(position);
  frames_.back().wants_value = true;
  put(TokenKind::colon, position);
}

void YamlLexer::read_plain(Token& token, std::string_view word) {
  if (word.empty() || word == "~" || word == "null") {
    token.kind = TokenKind::null;
  } else if (word == "true" || word == "false") {
    token.kind = word == "true" ? TokenKind::yes : TokenKind::no;
  } else if (is_json_number(word)) {
    read_number(token, word);
  } else {
    token.text = word;
  }
}

void YamlLexer::open(TokenKind kind, Position position) {
  if (wants_key()) return stop(position, "a key is text, not a map or a list");
  frames_.push_back({.is_map = kind == TokenKind::open_map});
  put(kind, position);
}

void YamlLexer::close(TokenKind kind, Position position) {
  frames_.pop_back();
  put(kind, position);
  end_value(position);
}

bool YamlLexer::wants_key() const {
  return !frames_.empty() && frames_.back().is_map && !frames_.back().wants_value;
}

/// What stands in a map or a list is followed by a comma there.
void YamlLexer::end_value(Position position) {
  if (frames_.empty()) return;
  frames_.back().wants_value = false;
  put(TokenKind::comma, position);
}

void YamlLexer::put(TokenKind kind, Position position) {
  ready_.push_back({.kind = kind, .position = position});
}

/// Marks count characters, places octets. They mostly come in the order of the text.
Position YamlLexer::position_of(std::size_t characters) {
  for (; characters < characters_ && offset_ > 0; --characters_) {
    for (--offset_; offset_ > 0 && continues(text_[offset_]);) --offset_;
  }
  while (characters_ < characters && offset_ < text_.size()) {
    ++characters_;
    for (++offset_; offset_ < text_.size() && continues(text_[offset_]);) ++offset_;
  }
  return {file_, static_cast<std::uint32_t>(offset_)};
}

}  // namespace lessor::config
