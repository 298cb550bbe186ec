#pragma once
// What the two halves of the parser share: a place among the tokens, and the errors that point
// there. For parser.cc and parse_path.cc only.

#include "expression/lexer.h"
#include "expression/parser.h"
#include "expression/tree.h"

#include <expected>
#include <optional>
#include <string>

namespace lessor::expression {

template <typename T>
using Parsed = std::expected<T, Error>;

class TokenReader {
 public:
  TokenReader(const std::vector<Token>& tokens, const FindOption& find_option)
      : tokens_(tokens), find_option_(find_option) {}

  /// The code of an option that the operator has named; nothing when there is none such.
  [[nodiscard]] std::optional<std::uint8_t> find_option(std::string_view name) const {
    return find_option_ ? find_option_(name) : std::nullopt;
  }

  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
  const Token& take() {
    const Token& token = tokens_[at_];
    if (token.kind != Token::Kind::end) ++at_;
    return token;
  }
  /// Takes the sign when it is next.
  bool accept(std::string_view sign) {
    if (!peek().is_sign(sign)) return false;
    take();
    return true;
  }
  bool accept_word(std::string_view word) {
    if (!peek().is_word(word)) return false;
    take();
    return true;
  }
  /// Where the token before the next one ends.
  [[nodiscard]] std::uint32_t end_of_last() const {
    return at_ == 0 ? 0 : tokens_[at_ - 1].offset + tokens_[at_ - 1].length;
  }

  /// An error at a token: "expected WHAT here, not 'token'".
  [[nodiscard]] static Error expected(const Token& token, std::string_view what) {
    std::string message = "expected " + std::string(what);
    if (token.kind == Token::Kind::end) message += ", but the expression ends";
    return {token.offset, token.length, std::move(message)};
  }
  [[nodiscard]] Error expected(std::string_view what) const { return expected(peek(), what); }
  [[nodiscard]] static Error error(const Token& token, std::string message) {
    return {token.offset, token.length, std::move(message)};
  }

  /// Demands a sign; the error says what it would be for.
  [[nodiscard]] std::optional<Error> demand(std::string_view sign, std::string_view what) {
    if (accept(sign)) return std::nullopt;
    return expected(what);
  }

 private:
  const std::vector<Token>& tokens_;
  const FindOption& find_option_;
  std::size_t at_ = 0;
};

/// Reads what follows `option`, `relay4`, `vendor`, `vendor-class`, `pkt` or `pkt4`, the word
/// itself being taken. The node's place is filled in by the caller.
[[nodiscard]] Parsed<Node> parse_path(TokenReader& reader, const Token& word);
/// Whether a word begins a path.
[[nodiscard]] bool begins_path(std::string_view word);

}  // namespace lessor::expression
