#pragma once
// The text notation of option values: comma separated parts with backslash escapes, as the field
// writes them in configuration files, and the error that says what is wrong with one. Shared by
// all kinds of values. Must not know: any kind of value.

#include "base/bytes.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::wire {

/// What is wrong with a text: `what` as a sentence, `part` the comma separated part that it is
/// about (from 1; 0 is the whole), `example` a right text for this option (may be empty).
struct TextError {
  std::string what;
  std::size_t part = 0;
  std::string example;
};
/// `part 2: "192.0.2" is not an IPv4 address; write it like "192.0.2.1, 192.0.2.2"`.
[[nodiscard]] std::string to_string(const TextError& error);

/// A complaint of a codec, nothing when all is well.
using Complaint = std::optional<std::string>;
/// `"192.0.2" is not WHAT`; strange octets of the text are shown as \xNN.
[[nodiscard]] std::string is_not(std::string_view text, std::string_view what);

/// Walks the parts of a text. A comma separates unless a backslash stands before it; blanks around
/// a part do not count, and empty parts are skipped.
class PartScanner {
 public:
  explicit PartScanner(std::string_view text);

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  /// The next part, escapes still in it; empty at the end.
  [[nodiscard]] std::string_view next();
  /// Everything that is left, commas and escapes included.
  [[nodiscard]] std::string_view rest();
  /// The number of the part that came last, from 1.
  [[nodiscard]] std::size_t part() const { return part_; }

 private:
  void skip_separators();
  std::string_view rest_;
  std::size_t part_ = 0;
};

/// Resolves escapes: `\,` is a comma and `\\` a backslash; any other backslash is itself, so that
/// boot\x64\wdsnbp.com stays what it is.
[[nodiscard]] std::string unescape(std::string_view text);
/// Its inverse: a backslash before every comma, and before a backslash that would else be an
/// escape.
[[nodiscard]] std::string escape(std::string_view text);

/// Whether every octet is printable ASCII: only such text is shown as text.
[[nodiscard]] bool is_printable(Bytes bytes);

/// Reads `0x...`: octets as they are. Nothing when it is no such text (a codec may still take it).
[[nodiscard]] std::optional<std::vector<std::byte>> parse_raw_hex(std::string_view text);

/// Appends octets to an encoding.
void append(std::vector<std::byte>& out, Bytes bytes);
void append_be(std::vector<std::byte>& out, std::uint64_t value, std::size_t octets);

}  // namespace lessor::wire
