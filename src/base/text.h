#pragma once
// Text helpers that every folder needs: hexadecimal, integers, sanitising, and "did you mean".

#include "base/bytes.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lessor {

/// Lower-case hexadecimal, with `separator` between octets when it is not '\0' ("01:02:ff").
[[nodiscard]] std::string to_hex(Bytes bytes, char separator = '\0');
/// Reads hexadecimal: "0102ff", "01:02:ff", "1:2:ff", "01 02 ff", with or without a leading "0x".
/// Nothing on a bad digit or an odd count without separators.
[[nodiscard]] std::optional<std::vector<std::byte>> from_hex(std::string_view text);

/// Reads a whole string as an unsigned decimal or 0x hexadecimal number of at most `max`.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text,
                                                        std::uint64_t max = UINT64_MAX);

/// Makes bytes from a stranger safe for one line of a log or terminal: printable ASCII stays, the
/// backslash and all else become \xNN, at most `max_bytes` of input are shown and "..." says that
/// more followed.
[[nodiscard]] std::string sanitise(Bytes bytes, std::size_t max_bytes = 255);

/// The candidate nearest to `word` by edit distance, when near enough to be a likely misspelling.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

/// Splits at `separator` and trims blanks around each part; "" gives no part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);

}  // namespace lessor
