#include "config/json_lexer.h"

#include "base/text.h"
#include "config/limits.h"
#include "config/utf8.h"

#include <charconv>
#include <cmath>
#include <filesystem>

namespace lessor::config {
namespace {

constexpr std::uint32_t kBadHex = UINT32_MAX;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// What a number or a bare word may be made of; the rest separates.
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '+' || c == '.';
}

std::string explain_bad_word(std::string_view word) {
  const std::string lower = to_lower(word);
  if (lower == "true" || lower == "false" || lower == "null") {
    return quote(word) + " is written in lower case: " + lower;
  }
  const char first = word.front();
  if ((first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.') {
    return quote(word) +
           " is not a JSON number (no leading zeros, no sign but '-', digits on both sides of '.')";
  }
  return quote(word) + " is not a JSON value: text stands in double quotes";
}

}  // namespace

void JsonLexer::enter(std::string name, std::string text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  const std::string path = std::filesystem::path(name).lexically_normal();
  const std::uint32_t file = add(std::move(name), std::move(text));
  frames_.push_back({file, sources().text(file), 0, path});
  if (at(kByteOrderMark)) frames_.back().offset = kByteOrderMark.size();
}

Position JsonLexer::here() const {
  return {frames_.back().file, static_cast<std::uint32_t>(frames_.back().offset)};
}

bool JsonLexer::at(std::string_view word) const {
  return frames_.back().text.substr(frames_.back().offset).starts_with(word);
}

void JsonLexer::next(Token& token) {
  if (stopped() || !skip_blanks_and_includes()) {
    token.kind = TokenKind::end;
    token.position = here();
    return;
  }
  token.position = here();
  read_punctuation_or_value(token);
}

/// True when a token begins here; false at the end of the last text (or when stopped).
bool JsonLexer::skip_blanks_and_includes() {
  while (!stopped()) {
    Frame& frame = frames_.back();
    const std::string_view text = frame.text;
    if (frame.offset == text.size()) {
      if (frames_.size() == 1) return false;
      frames_.pop_back();
    } else if (is_blank(text[frame.offset])) {
      ++frame.offset;
    } else if (text[frame.offset] == '#' || at("//")) {
      frame.offset = std::min(text.find('\n', frame.offset), text.size());
    } else if (at("/*")) {
      skip_block_comment();
    } else if (at("<?")) {
      read_include();
    } else {
      return true;
    }
  }
  return false;
}

void JsonLexer::skip_block_comment() {
  Frame& frame = frames_.back();
  const std::size_t end = frame.text.find("*/", frame.offset + 2);
  if (end == std::string_view::npos) return stop(here(), "this comment has no end: expected '*/'");
  frame.offset = end + 2;
}

void JsonLexer::read_include() {
  Frame& frame = frames_.back();
  const Position position = here();
  const std::size_t end = frame.text.find("?>", frame.offset);
  const std::size_t line_end = frame.text.find('\n', frame.offset);
  if (end == std::string_view::npos || line_end < end) {
    return stop(position, "expected <?include \"FILE\"?> on one line");
  }
  std::string_view inside = frame.text.substr(frame.offset + 2, end - frame.offset - 2);
  constexpr std::string_view kInclude = "include";
  const bool named = inside.starts_with(kInclude);
  inside = trim(named ? inside.substr(kInclude.size()) : inside);
  const bool quoted = inside.size() > 2 && inside.front() == '"' && inside.back() == '"';
  if (!named || !quoted) return stop(position, "expected <?include \"FILE\"?>");
  frame.offset = end + 2;
  open_include(position, inside.substr(1, inside.size() - 2));
}

void JsonLexer::open_include(Position position, std::string_view name) {
  const std::filesystem::path folder = std::filesystem::path(frames_.back().path).parent_path();
  const std::string path = (folder / name).lexically_normal();
  for (const Frame& frame : frames_) {
    if (frame.path == path) {
      return stop(position, "the file " + quote(name) + " includes itself, here or further down");
    }
  }
  if (frames_.size() > kMaxIncludeDepth) {
    return stop(position, "files are included more than " + std::to_string(kMaxIncludeDepth) +
                              " levels deep");
  }
  if (sources().count() > kMaxIncludes) {
    return stop(position,
                "more than " + std::to_string(kMaxIncludes) + " files are included in all");
  }
  auto text = read_file_(path);
  if (!text) {
    const std::string where = sanitise(as_bytes(path), kMaxShownPath);
    return stop(position, "cannot include '" + where + "': " + text.error());
  }
  enter(path, std::move(*text));
}

void JsonLexer::read_punctuation_or_value(Token& token) {
  Frame& frame = frames_.back();
  const char c = frame.text[frame.offset];
  if (c == '"') return read_text(token);
  if (is_word(c)) return read_word(token);
  ++frame.offset;
  switch (c) {
    case '{':
      token.kind = TokenKind::open_map;
      return;
    case '}':
      token.kind = TokenKind::close_map;
      return;
    case '[':
      token.kind = TokenKind::open_list;
      return;
    case ']':
      token.kind = TokenKind::close_list;
      return;
    case ':':
      token.kind = TokenKind::colon;
      return;
    case ',':
      token.kind = TokenKind::comma;
      return;
    case '\'':
      return stop(token.position, "text stands in double quotes, not in single ones");
    default:
      return stop(token.position, "the character " + quote({&c, 1}) + " has no place here");
  }
}

void JsonLexer::read_text(Token& token) {
  Frame& frame = frames_.back();
  token.kind = TokenKind::text;
  token.text.clear();
  ++frame.offset;
  while (true) {
    const std::size_t start = frame.offset;
    while (frame.offset < frame.text.size() && frame.text[frame.offset] != '"' &&
           frame.text[frame.offset] != '\\' &&
           static_cast<unsigned char>(frame.text[frame.offset]) >= 0x20) {
      ++frame.offset;
    }
    token.text += frame.text.substr(start, frame.offset - start);
    if (frame.offset == frame.text.size() || frame.text[frame.offset] == '\n') {
      return stop(token.position, "this text has no end: expected '\"' on the same line");
    }
    if (frame.text[frame.offset] == '"') break;
    if (frame.text[frame.offset] != '\\') {
      return stop(here(), "a control character in a text is written \\t, \\n or \\u00XX");
    }
    if (!read_escape(token.text)) return;
  }
  ++frame.offset;
  if (!is_utf8(token.text)) error(token.position, "this text is not UTF-8: save the file as UTF-8");
}

/// At a backslash. False after an error, which is reported.
bool JsonLexer::read_escape(std::string& text) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  Frame& frame = frames_.back();
  const char c = frame.offset + 1 < frame.text.size() ? frame.text[frame.offset + 1] : '\0';
  if (c == 'u') return read_unicode_escape(text);
  const std::size_t which = c == '\0' ? std::string_view::npos : kEscapes.find(c);
  if (which == std::string_view::npos) {
    stop(here(), "unknown escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    return false;
  }
  text += kMeanings[which];
  frame.offset += 2;
  return true;
}

/// RFC 8259 7: a character beyond U+FFFF is two escapes, a high surrogate and a low one.
bool JsonLexer::read_unicode_escape(std::string& text) {
  const Position position = here();
  std::uint32_t character = read_four_hex_digits();
  if (character == kBadHex) {
    stop(position, "expected four hexadecimal digits after \\u");
    return false;
  }
  if (character >= 0xd800 && character <= 0xdbff) {
    const std::uint32_t low = at("\\u") ? read_four_hex_digits() : kBadHex;
    const bool is_low = low >= 0xdc00 && low <= 0xdfff;
    character = is_low ? 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00) : 0xdc00;
  }
  if (character >= 0xdc00 && character <= 0xdfff) {
    stop(position, "half of a surrogate pair: expected \\uD8XX\\uDCXX");
    return false;
  }
  append_utf8(text, character);
  return true;
}

std::uint32_t JsonLexer::read_four_hex_digits() {
  Frame& frame = frames_.back();
  const std::string_view digits =
      frame.text.substr(std::min(frame.offset + 2, frame.text.size()), 4);
  std::uint32_t value = 0;
  const auto [stop_at, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() < 4 || failed != std::errc() || stop_at != digits.data() + 4) return kBadHex;
  frame.offset += 6;
  return value;
}

void JsonLexer::read_word(Token& token) {
  Frame& frame = frames_.back();
  const std::size_t start = frame.offset;
  while (frame.offset < frame.text.size() && is_word(frame.text[frame.offset])) ++frame.offset;
  const std::string_view word = frame.text.substr(start, frame.offset - start);
  if (word == "true") {
    token.kind = TokenKind::yes;
  } else if (word == "false") {
    token.kind = TokenKind::no;
  } else if (word == "null") {
    token.kind = TokenKind::null;
  } else if (is_json_number(word)) {
    read_number(token, word);
  } else {
    token.kind = TokenKind::bad;
    error(token.position, explain_bad_word(word));
  }
}

}  // namespace lessor::config
