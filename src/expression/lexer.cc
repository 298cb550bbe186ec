#include "expression/lexer.h"

#include "base/text.h"
#include "expression/limits.h"

#include <algorithm>

namespace lessor::expression {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_part(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::expected<Token, Error> next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) return take(Kind::end, 0);
    if (rest.front() == '\'') return quoted(rest);
    if (const std::size_t size = address6_size(rest); size > 0) return take(Kind::address, size);
    if (is_digit(rest.front()) || rest.front() == '-') return number(rest);
    if (is_letter(rest.front())) return take(Kind::word, run(rest, is_word_part));
    if (rest.starts_with("==")) return take(Kind::sign, 2);
    if (std::string_view("()[],.+*").contains(rest.front())) return take(Kind::sign, 1);
    return std::unexpected(stray(rest));
  }

 private:
  template <typename Test>
  static std::size_t run(std::string_view rest, Test test) {
    return static_cast<std::size_t>(std::ranges::find_if_not(rest, test) - rest.begin());
  }

  Token take(Kind kind, std::size_t size) {
    const Token token{kind, text_.substr(at_, size), static_cast<std::uint32_t>(at_),
                      static_cast<std::uint32_t>(size)};
    at_ += size;
    return token;
  }
  [[nodiscard]] Error error(std::size_t length, std::string message) const {
    return {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(length),
            std::move(message)};
  }

  std::expected<Token, Error> quoted(std::string_view rest) {
    const std::size_t end = rest.find_first_of("'\n", 1);
    if (end == std::string_view::npos || rest[end] == '\n') {
      return std::unexpected(
          error(1, "the text that begins here has no end: close it with a single quote"));
    }
    Token token = take(Kind::text, end + 1);
    token.words = token.words.substr(1, end - 1);
    return token;
  }

  /// Two colons make an IPv6 address, which may begin with a letter.
  static std::size_t address6_size(std::string_view rest) {
    const auto is_part = [](char c) { return is_hex_digit(c) || c == ':' || c == '.'; };
    const std::size_t size = run(rest, is_part);
    return std::ranges::count(rest.substr(0, size), ':') >= 2 ? size : 0;
  }

  std::expected<Token, Error> number(std::string_view rest) {
    if (rest.starts_with("0x") || rest.starts_with("0X")) {
      const std::size_t digits = run(rest.substr(2), is_hex_digit);
      if (digits == 0) {
        return std::unexpected(error(2, "0x needs hexadecimal digits behind it: 0x0102"));
      }
      return take(Kind::hex, 2 + digits);
    }
    const auto is_part = [](char c) { return is_digit(c) || c == '.'; };
    const bool negative = rest.front() == '-';
    const std::size_t digits = negative ? run(rest.substr(1), is_digit) : run(rest, is_part);
    if (negative && digits == 0) {
      return std::unexpected(error(1, "a minus sign needs a number behind it: -1"));
    }
    const bool dotted = !negative && rest.substr(0, digits).contains('.');
    return take(dotted ? Kind::address : Kind::integer, digits + (negative ? 1 : 0));
  }

  [[nodiscard]] Error stray(std::string_view rest) const {
    if (rest.front() == '"') return error(1, "text stands in single quotes: 'text'");
    if (rest.front() == '=') return error(1, "to compare, write ==");
    if (rest.starts_with("!=")) return error(2, "there is no !=: write not (a == b)");
    if (rest.front() == '!') return error(1, "write not");
    if (rest.starts_with("&&")) return error(2, "write and");
    if (rest.starts_with("||")) return error(2, "write or");
    return error(1, "this character has no meaning in an expression");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string describe(const Error& error, std::string_view text) {
  // Octets that go on with a character do not count.
  const auto before = text.substr(0, error.offset);
  const auto characters = std::ranges::count_if(
      before, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; });
  std::string place = "at character " + std::to_string(characters + 1);
  if (error.length > 0 && error.offset < text.size()) {
    place += ", near '" + sanitise(as_bytes(text.substr(error.offset, error.length)), 40) + "'";
  } else if (error.offset >= text.size()) {
    place = "at its end";
  }
  return place + ": " + error.message;
}

std::expected<std::vector<Token>, Error> read_tokens(std::string_view text) {
  if (text.size() > kMaxExpressionSize) {
    return std::unexpected(
        Error{kMaxExpressionSize, 0,
              "an expression has at most " + std::to_string(kMaxExpressionSize) +
                  " characters: divide it into several classes and join them with member()"});
  }
  std::vector<Token> tokens;
  Lexer lexer(text);
  while (true) {
    auto token = lexer.next();
    if (!token) return std::unexpected(std::move(token.error()));
    tokens.push_back(*token);
    if (token->kind == Kind::end) return tokens;
  }
}

}  // namespace lessor::expression
