#pragma once
// A line of text written without the heap: numbers, addresses and strangers' text into a fixed
// room, with columns. For the views that must keep up with millions of packets. Must not know:
// packets.

#include "base/bytes.h"
#include "craft/text_layout.h"
#include "net/address.h"

#include <array>

namespace lessor::craft {

/// What does not fit is cut off: a line is for a person.
class LineWriter {
 public:
  explicit LineWriter(const Style& style) : style_(style) {}

  void clear() { size_ = hidden_ = 0; }
  [[nodiscard]] std::string_view view() const { return {room_.data(), size_}; }

  /// Without the blanks at its end.
  [[nodiscard]] std::string_view trimmed() const {
    return view().substr(0, view().find_last_not_of(' ') + 1);
  }

  void text(std::string_view text) {
    const std::size_t left = kMost - size_;
    text.size() <= left ? copy(text) : copy(text.substr(0, left));
  }
  void character(char c) {
    *end() = c;
    grow(1);
  }
  /// Blanks up to a column, one at least.
  void column(std::size_t column) {
    const std::size_t shown = size_ - hidden_;
    const std::size_t count = std::min(shown < column ? column - shown : 1, kMost - size_);
    std::fill_n(end(), count, ' ');
    size_ += count;
  }
  void number(std::uint64_t value);
  /// With blanks before it.
  void number(std::uint64_t value, std::size_t width);
  /// "0x00001aed".
  void hex(std::uint32_t value, int digits);
  void address(net::Ip4 address);
  /// Hexadecimal, with `separator` between octets unless it is '\0'.
  void octets(Bytes octets, char separator);
  /// A stranger's text: what is not printable ASCII, or a backslash, as \xNN; `most` octets of it.
  void strange(Bytes text, std::size_t most);
  /// "13:45:35.123456": the time of day, UTC.
  void time_of_day(Duration since_1970);

  /// Colour until plain(); nothing without colour.
  void tone(Tone tone) {
    if (!style_.colour) return;
    escape(colour_code(tone));
  }
  void plain() {
    if (style_.colour) escape(colour_code(Tone::plain));
  }

 private:
  void escape(std::string_view code) {
    text(code);
    hidden_ += code.size();
  }
  static std::string_view colour_code(Tone tone);
  /// Precondition: it fits. Of a text known to the compiler, a few moves.
  void copy(std::string_view text) {
    std::copy_n(text.data(), text.size(), end());
    size_ += text.size();
  }

  /// Where the next characters go: kSlack of them, whether there is room or not, and
  char* end() { return room_.data() + size_; }
  /// how many they are. What goes beyond the room is cut off.
  void grow(std::size_t count) { size_ = std::min(size_ + count, kMost); }

  static constexpr std::size_t kMost = 4'096;
  static constexpr std::size_t kSlack = 64;  // so that pieces are written in place, unasked

  const Style& style_;
  std::array<char, kMost + kSlack> room_;
  std::size_t size_ = 0;
  std::size_t hidden_ = 0;  // of them, what takes no column
};

}  // namespace lessor::craft
