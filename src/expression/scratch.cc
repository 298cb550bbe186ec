#include "expression/scratch.h"

namespace lessor::expression {

void Scratch::put_number(std::uint32_t value, std::size_t digits) {
  std::array<char, 10> text{};
  std::size_t count = 0;
  for (; value > 0 || count < digits; value /= 10) {
    text[count++] = static_cast<char>('0' + value % 10);
  }
  while (count > 0) put(text[--count]);
}

void Scratch::put_hex(std::byte octet) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  put(kDigits[static_cast<std::size_t>(octet) >> 4]);
  put(kDigits[static_cast<std::size_t>(octet) & 15]);
}

}  // namespace lessor::expression
