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
    const std::size_t fits = std::min(text.size(), room_.size() - size_);
    std::copy_n(text.data(), fits, room_.data() + size_);
    size_ += fits;
  }
  void character(char c) {
    if (size_ < room_.size()) room_[size_++] = c;
  }
  /// Blanks up to a column, one at least.
  void column(std::size_t column) {
    const std::size_t shown = size_ - hidden_;
    const std::size_t count = std::min(shown < column ? column - shown : 1, room_.size() - size_);
    std::fill_n(room_.data() + size_, count, ' ');
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
  void digits(unsigned value, std::size_t count);

  const Style& style_;
  std::array<char, 4'096> room_;
  std::size_t size_ = 0;
  std::size_t hidden_ = 0;  // of them, what takes no column
};

}  // namespace lessor::craft
