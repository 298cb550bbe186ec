#include "craft/view/line_writer.h"

#include <algorithm>
#include <charconv>

namespace lessor::craft {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// The numbers 0 to 255 as text with a dot behind: four of them are an address.
struct Octet {
  std::array<char, 4> digits{};
  std::uint8_t size = 0;
};
constexpr std::array<Octet, 256> make_octets() {
  std::array<Octet, 256> all{};
  for (unsigned i = 0; i < all.size(); ++i) {
    Octet& octet = all[i];
    const auto add = [&](char c) { octet.digits[octet.size++] = c; };
    if (i >= 100) add(static_cast<char>('0' + i / 100));
    if (i >= 10) add(static_cast<char>('0' + i / 10 % 10));
    add(static_cast<char>('0' + i % 10));
    add('.');
  }
  return all;
}
constexpr std::array<Octet, 256> kOctets = make_octets();

/// Two digits, "00" to "99".
void put_pair(char* to, unsigned value) {
  to[0] = static_cast<char>('0' + value / 10 % 10);
  to[1] = static_cast<char>('0' + value % 10);
}

bool is_plain(std::byte octet) {
  return octet >= std::byte{' '} && octet <= std::byte{'~'} && octet != std::byte{'\\'};
}

}  // namespace

std::string_view LineWriter::colour_code(Tone tone) { return tone_code(tone); }

void LineWriter::number(std::uint64_t value) {
  const auto behind = std::to_chars(end(), end() + kSlack, value).ptr;
  grow(static_cast<std::size_t>(behind - end()));
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
  char* const out = end();
  for (int i = digits - 1; i >= 0; --i, value >>= 4U) out[i] = kHexDigits[value & 15U];
  grow(static_cast<std::size_t>(digits));
}

void LineWriter::address(net::Ip4 address) {
  char* const out = end();
  std::size_t size = 0;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    const Octet& octet = kOctets[address.value >> shift & 255U];
    std::copy_n(octet.digits.data(), octet.digits.size(), out + size);
    size += octet.size;
  }
  grow(size - 1);
}

void LineWriter::octets(Bytes octets, char separator) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    char* out = end();
    if (i > 0 && separator != '\0') *out++ = separator;
    *out++ = kHexDigits[load_u8(&octets[i]) >> 4U];
    *out++ = kHexDigits[load_u8(&octets[i]) & 15U];
    grow(static_cast<std::size_t>(out - end()));
  }
}

void LineWriter::strange(Bytes stranger, std::size_t most) {
  Bytes left = stranger.first(std::min(most, stranger.size()));
  while (!left.empty()) {
    const auto odd = std::ranges::find_if_not(left, is_plain);
    const auto plain = static_cast<std::size_t>(odd - left.begin());
    text(as_text(left.first(plain)));
    left = left.subspan(plain);
    if (left.empty()) break;
    text("\\x");
    octets(left.first(1), '\0');
    left = left.subspan(1);
  }
  if (stranger.size() > most) text("...");
}

void LineWriter::time_of_day(Duration since_1970) {
  const std::int64_t microseconds = since_1970.to_nanoseconds() / 1'000;
  const auto seconds = static_cast<unsigned>(microseconds / 1'000'000 % 86'400);
  const auto fraction = static_cast<unsigned>(microseconds % 1'000'000);
  constexpr std::string_view kForm = "00:00:00.000000";
  char* const out = end();
  std::copy_n(kForm.data(), kForm.size(), out);
  put_pair(out, seconds / 3'600);
  put_pair(out + 3, seconds / 60 % 60);
  put_pair(out + 6, seconds % 60);
  put_pair(out + 9, fraction / 10'000);
  put_pair(out + 11, fraction / 100 % 100);
  put_pair(out + 13, fraction % 100);
  grow(kForm.size());
}

}  // namespace lessor::craft
