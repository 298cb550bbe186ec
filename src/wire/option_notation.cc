#include "wire/option_notation.h"

#include "base/text.h"

#include <algorithm>

namespace lessor::wire {
namespace {

/// Enough of a wrong text to recognise it by.
constexpr std::size_t kQuotedOctets = 64;

/// Where the part at the front of `text` ends: at its first comma without a backslash before it.
std::size_t part_size(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;  // whatever follows does not separate
    } else if (text[i] == ',') {
      return i;
    }
  }
  return text.size();
}

}  // namespace

std::string to_string(const TextError& error) {
  std::string text = error.part == 0 ? "" : "part " + std::to_string(error.part) + ": ";
  text += error.what;
  if (!error.example.empty()) text += "; write it like \"" + error.example + "\"";
  return text;
}

std::string is_not(std::string_view text, std::string_view what) {
  return "\"" + sanitise(as_bytes(text), kQuotedOctets) + "\" is not " + std::string(what);
}

PartScanner::PartScanner(std::string_view text) : rest_(trim(text)) { skip_separators(); }

void PartScanner::skip_separators() {
  while (!rest_.empty() && rest_.front() == ',') rest_ = trim(rest_.substr(1));
}

std::string_view PartScanner::next() {
  const std::size_t size = part_size(rest_);
  const std::string_view part = trim(rest_.substr(0, size));
  rest_ = trim(rest_.substr(size));
  skip_separators();
  ++part_;
  return part;
}

std::string_view PartScanner::rest() {
  const std::string_view all = rest_;
  rest_ = {};
  ++part_;
  return all;
}

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ',' || text[i + 1] == '\\');
    if (escaped) ++i;
    plain += text[i];
  }
  return plain;
}

std::string escape(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // A backslash is itself unless what follows (or the end of the part) would make it an escape.
    const char next = i + 1 < text.size() ? text[i + 1] : ',';
    const bool special = text[i] == ',' || (text[i] == '\\' && (next == ',' || next == '\\'));
    if (special) escaped += '\\';
    escaped += text[i];
  }
  return escaped;
}

bool is_printable(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte b) { return b >= std::byte{' '} && b <= std::byte{'~'}; });
}

std::optional<std::vector<std::byte>> parse_raw_hex(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  return from_hex(text);
}

void append(std::vector<std::byte>& out, Bytes bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_be(std::vector<std::byte>& out, std::uint64_t value, std::size_t octets) {
  for (std::size_t i = octets; i > 0; --i) {
    out.push_back(static_cast<std::byte>(value >> (8 * (i - 1))));
  }
}

}  // namespace lessor::wire
