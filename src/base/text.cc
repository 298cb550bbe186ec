#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace lessor {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_hex_separator(char c) { return c == ':' || c == ' ' || c == '-'; }

/// Levenshtein distance with neighbouring swaps counted as one edit.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string to_hex(Bytes bytes, char separator) {
  std::string text;
  text.reserve(bytes.size() * 3);
  for (const std::byte b : bytes) {
    if (separator != '\0' && !text.empty()) text += separator;
    text += kHexDigits[static_cast<std::size_t>(b) >> 4];
    text += kHexDigits[static_cast<std::size_t>(b) & 15];
  }
  return text;
}

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  const bool separated = std::any_of(text.begin(), text.end(), is_hex_separator);
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < text.size();) {
    const int high = digit_value(text[i]);
    if (high < 0) return std::nullopt;
    const int low = i + 1 < text.size() ? digit_value(text[i + 1]) : -1;
    const bool single = low < 0 && separated;  // "1:2:ff"
    if (low < 0 && !single) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(single ? high : high * 16 + low));
    i += single ? 1 : 2;
    if (!separated || i == text.size()) continue;
    if (!is_hex_separator(text[i]) || i + 1 == text.size()) return std::nullopt;
    ++i;
  }
  return bytes;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, hex ? 16 : 10);
  if (text.empty() || error != std::errc() || stop != end || value > max) return std::nullopt;
  return value;
}

std::string sanitise(Bytes bytes, std::size_t max_bytes) {
  std::string text;
  for (const std::byte b : bytes.first(std::min(bytes.size(), max_bytes))) {
    const char c = static_cast<char>(b);
    if (c >= ' ' && c <= '~' && c != '\\') {
      text += c;
    } else {
      text += "\\x" + to_hex({&b, 1});
    }
  }
  if (bytes.size() > max_bytes) text += "...";
  return text;
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > 255 || word.size() > 255) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  if (text.empty()) return parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(trim(text.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace lessor
