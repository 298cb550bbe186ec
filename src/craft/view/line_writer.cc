#include "craft/view/line_writer.h"

#include <algorithm>
#include <charconv>

namespace lessor::craft {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// The numbers 0 to 255 as text: four of them are an address.
struct Octet {
  std::array<char, 3> digits{};
  std::uint8_t size = 0;
};
constexpr std::array<Octet, 256> make_octets() {
  std::array<Octet, 256> all{};
  for (unsigned i = 0; i < all.size(); ++i) {
    Octet& octet = all[i];
    const auto add = [&](unsigned digit) {
      octet.digits[octet.size++] = static_cast<char>('0' + digit);
    };
    if (i >= 100) add(i / 100);
    if (i >= 10) add(i / 10 % 10);
    add(i % 10);
  }
  return all;
}
constexpr std::array<Octet, 256> kOctets = make_octets();

}  // namespace

std::string_view LineWriter::colour_code(Tone tone) { return tone_code(tone); }

void LineWriter::number(std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  text({digits, static_cast<std::size_t>(end - digits)});
}

void LineWriter::number(std::uint64_t value, std::size_t width) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const auto size = static_cast<std::size_t>(end - digits);
  for (std::size_t i = size; i < width; ++i) character(' ');
  text({digits, size});
}

void LineWriter::hex(std::uint32_t value, int digits) {
  text("0x");
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    character(kHexDigits[value >> static_cast<unsigned>(shift) & 15U]);
  }
}

void LineWriter::address(net::Ip4 address) {
  char out[16];
  std::size_t size = 0;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const Octet& octet = kOctets[address.value >> static_cast<unsigned>(shift) & 255U];
    for (std::size_t i = 0; i < octet.size; ++i) out[size++] = octet.digits[i];
    out[size++] = '.';
  }
  text({out, size - 1});
}

void LineWriter::octets(Bytes octets, char separator) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i > 0 && separator != '\0') character(separator);
    character(kHexDigits[load_u8(&octets[i]) >> 4U]);
    character(kHexDigits[load_u8(&octets[i]) & 15U]);
  }
}

void LineWriter::strange(Bytes stranger, std::size_t most) {
  for (const std::byte octet : stranger.first(std::min(most, stranger.size()))) {
    const char c = static_cast<char>(octet);
    if (c >= ' ' && c <= '~' && c != '\\') {
      character(c);
    } else {
      text("\\x");
      octets({&octet, 1}, '\0');
    }
  }
  if (stranger.size() > most) text("...");
}

void LineWriter::digits(unsigned value, std::size_t count) {
  char out[6];
  for (std::size_t i = count; i > 0; --i, value /= 10) {
    out[i - 1] = static_cast<char>('0' + value % 10);
  }
  text({out, count});
}

void LineWriter::time_of_day(Duration since_1970) {
  const std::int64_t microseconds = since_1970.to_nanoseconds() / 1'000;
  const auto seconds = static_cast<unsigned>(microseconds / 1'000'000 % 86'400);
  digits(seconds / 3'600, 2);
  character(':');
  digits(seconds / 60 % 60, 2);
  character(':');
  digits(seconds % 60, 2);
  character('.');
  digits(static_cast<unsigned>(microseconds % 1'000'000), 6);
}

}  // namespace lessor::craft
