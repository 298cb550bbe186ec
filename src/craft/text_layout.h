#pragma once
// How text is laid out for people: width, wrapping, padding, and tones of colour. Knows nothing of
// packets, and nothing of terminals: whoever prints says in a Style what the reader's screen can
// do.

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::craft {

/// What the reader's screen can do. The default suits a file: ASCII, no colour.
struct Style {
  std::size_t width = 100;  ///< columns
  bool unicode = false;     ///< box drawing and arrows beyond ASCII
  bool colour = false;      ///< ANSI colour sequences
};

/// What a piece of text means, told by colour where there is colour.
enum class Tone : std::uint8_t {
  plain,
  strong,  ///< headings
  dim,     ///< frames, explanations
  fresh,   ///< what is new or changed
  client,  ///< said by the client
  server,  ///< said by a server
  bad,     ///< what is wrong
};

/// The columns that UTF-8 `text` takes. Every character counts as one column: we print no others.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` in `tone`; unchanged without colour, and when it is empty.
[[nodiscard]] std::string paint(std::string_view text, Tone tone, const Style& style);

/// The ANSI sequence that begins a tone; that of plain ends any other.
[[nodiscard]] std::string_view tone_code(Tone tone);

/// `piece` again and again, `count` times.
[[nodiscard]] std::string repeat(std::string_view piece, std::size_t count);

/// Blanks added behind (or before, or on both sides) up to `width` columns; longer text is left as
/// it is.
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t width);

/// The lines of `text` without their ends; an empty last line does not count.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// Breaks `text` into lines of at most `width` columns, at blanks where there are some, anywhere
/// where there are none; '\n' always ends a line. At least one line, possibly empty.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `text` when it fits into `width` columns, else its beginning and an ellipsis.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t width, const Style& style);

/// A paragraph: wrapped to the style's width, each line behind `indent` blanks and ended by '\n'.
[[nodiscard]] std::string paragraph(std::string_view text, const Style& style,
                                    std::size_t indent = 0, Tone tone = Tone::plain);

/// A time on a stopwatch, four digits behind the point: "15.1602 s".
[[nodiscard]] std::string stopwatch(Duration elapsed);

}  // namespace lessor::craft
