#include "config/token_source.h"

#include "base/text.h"
#include "config/limits.h"

#include <charconv>
#include <utility>

namespace lessor::config {
namespace {

std::size_t skip_digits(std::string_view word, std::size_t from) {
  const std::size_t end = word.find_first_not_of("0123456789", from);
  return end == std::string_view::npos ? word.size() : end;
}

}  // namespace

void TokenSource::error(Position position, std::string message, std::string path) {
  if (stopped_) return;
  Place place = sources_.find_place(position);
  problems_.push_back(
      {std::move(place.file), place.line, place.column, std::move(path), std::move(message), ""});
  stopped_ = problems_.size() >= kMaxSyntaxProblems;
}

void TokenSource::stop(Position position, std::string message, std::string path) {
  error(position, std::move(message), std::move(path));
  stopped_ = true;
}

std::uint32_t TokenSource::add(std::string name, std::string text) {
  const std::uint32_t file = sources_.add(std::move(name), std::move(text));
  if (sources_.total_bytes() > kMaxTextBytes) {
    stop({file, 0}, "the configuration is larger than " +
                        std::to_string(kMaxTextBytes / (1024 * 1024)) + " MiB");
  }
  return file;
}

void TokenSource::read_number(Token& token, std::string_view word) {
  const char* end = word.data() + word.size();
  const bool whole = word.find_first_of(".eE") == std::string_view::npos;
  token.kind = whole ? TokenKind::integer : TokenKind::real;
  const auto failed = whole ? std::from_chars(word.data(), end, token.integer).ec
                            : std::from_chars(word.data(), end, token.real).ec;
  if (failed == std::errc()) return;
  token.kind = TokenKind::bad;
  error(token.position, "the number " + quote(word) + " is too large");
}

bool is_json_number(std::string_view word) {
  std::size_t at = word.starts_with('-') ? 1 : 0;
  const std::size_t whole = at;
  at = skip_digits(word, at);
  if (at == whole || (word[whole] == '0' && at - whole > 1)) return false;
  if (at < word.size() && word[at] == '.') {
    const std::size_t fraction = at + 1;
    at = skip_digits(word, fraction);
    if (at == fraction) return false;
  }
  if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
    ++at;
    if (at < word.size() && (word[at] == '+' || word[at] == '-')) ++at;
    const std::size_t exponent = at;
    at = skip_digits(word, exponent);
    if (at == exponent) return false;
  }
  return at == word.size();
}

}  // namespace lessor::config
