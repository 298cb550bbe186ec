#include "craft/text_layout.h"

#include <algorithm>

namespace lessor::craft {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

/// The octets of the first `columns` characters of `text`.
std::size_t octets_of(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  while (at < text.size() && columns > 0) {
    ++at;
    while (at < text.size() && continues_character(text[at])) ++at;
    --columns;
  }
  return at;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Whether a line may end before `at`: at a blank, or behind a hyphen inside a word.
bool may_break(std::string_view text, std::size_t at) {
  if (text[at] == ' ') return true;
  return at >= 2 && text[at - 1] == '-' && is_letter(text[at - 2]) && is_letter(text[at]);
}

/// Where to end a line that starts `text`: after the last word that fits, or anywhere at need.
std::size_t line_length(std::string_view text, std::size_t width) {
  const std::size_t fits = octets_of(text, width);
  if (fits == text.size()) return fits;
  for (std::size_t at = fits; at > 0; --at) {
    if (may_break(text, at)) return at;
  }
  return fits;
}

void wrap_line(std::string_view text, std::size_t width, std::vector<std::string>& lines) {
  do {
    const std::size_t length = line_length(text, width);
    lines.emplace_back(text.substr(0, length));
    while (lines.back().ends_with(' ')) lines.back().pop_back();
    text.remove_prefix(length);
    while (text.starts_with(' ')) text.remove_prefix(1);
  } while (!text.empty());
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string_view tone_code(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "\033[0m";
    case Tone::strong:
      return "\033[1m";
    case Tone::dim:
      return "\033[2m";
    case Tone::fresh:
      return "\033[33m";
    case Tone::client:
      return "\033[36m";
    case Tone::server:
      return "\033[32m";
    case Tone::bad:
      return "\033[1;31m";
  }
  return "";
}

std::string paint(std::string_view text, Tone tone, const Style& style) {
  if (!style.colour || tone == Tone::plain || text.empty()) return std::string(text);
  return std::string(tone_code(tone)).append(text).append(tone_code(Tone::plain));
}

std::string repeat(std::string_view piece, std::size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

std::string pad_right(std::string_view text, std::size_t width) {
  const std::size_t own = display_width(text);
  return std::string(text).append(width > own ? width - own : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t own = display_width(text);
  return std::string(width > own ? width - own : 0, ' ').append(text);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  width = std::max<std::size_t>(width, 1);
  for (;;) {
    const std::size_t end = text.find('\n');
    wrap_line(text.substr(0, end), width, lines);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string shorten(std::string_view text, std::size_t width, const Style& style) {
  if (display_width(text) <= width) return std::string(text);
  const std::string_view more = style.unicode ? "…" : "...";
  const std::size_t kept = width - std::min(width, display_width(more));
  return std::string(text.substr(0, octets_of(text, kept))).append(more);
}

std::string paragraph(std::string_view text, const Style& style, std::size_t indent, Tone tone) {
  std::string out;
  const std::size_t room = style.width > indent ? style.width - indent : 1;
  for (const std::string& line : wrap(text, room)) {
    out.append(line.empty() ? 0 : indent, ' ').append(paint(line, tone, style)).append("\n");
  }
  return out;
}

std::string stopwatch(Duration elapsed) {
  // Captures may go back in time: their clock was set, or two interfaces were merged.
  if (elapsed < Duration()) return "-" + stopwatch(Duration() - elapsed);
  const std::int64_t steps = elapsed.to_nanoseconds() / 100'000;
  const std::string fraction = std::to_string(steps % 10'000);
  return std::to_string(steps / 10'000) + "." + std::string(4 - fraction.size(), '0') + fraction +
         " s";
}

}  // namespace lessor::craft
