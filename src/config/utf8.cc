#include "config/utf8.h"

#include <array>

namespace lessor::config {
namespace {

/// RFC 3629 4, row by row: the first octet's range, how many follow, the range of the first that
/// does.
struct Form {
  unsigned char first;
  unsigned char last;
  std::size_t more;
  unsigned char next_first;
  unsigned char next_last;
};
constexpr std::array<Form, 9> kForms{{{0x00, 0x7f, 0, 0x80, 0xbf},
                                      {0xc2, 0xdf, 1, 0x80, 0xbf},
                                      {0xe0, 0xe0, 2, 0xa0, 0xbf},
                                      {0xe1, 0xec, 2, 0x80, 0xbf},
                                      {0xed, 0xed, 2, 0x80, 0x9f},
                                      {0xee, 0xef, 2, 0x80, 0xbf},
                                      {0xf0, 0xf0, 3, 0x90, 0xbf},
                                      {0xf1, 0xf3, 3, 0x80, 0xbf},
                                      {0xf4, 0xf4, 3, 0x80, 0x8f}}};

unsigned char octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// The length of the well-formed character at the front; 0 when there is none.
std::size_t match_character(std::string_view text) {
  for (const Form& form : kForms) {
    if (octet(text, 0) < form.first || octet(text, 0) > form.last) continue;
    if (text.size() <= form.more) return 0;
    if (form.more == 0) return 1;
    if (octet(text, 1) < form.next_first || octet(text, 1) > form.next_last) return 0;
    for (std::size_t i = 2; i <= form.more; ++i) {
      if (octet(text, i) < 0x80 || octet(text, i) > 0xbf) return 0;
    }
    return form.more + 1;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = match_character(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

void append_utf8(std::string& text, std::uint32_t character) {
  const auto add = [&text](std::uint32_t value) { text += static_cast<char>(value); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xc0 | character >> 6);
    add(0x80 | (character & 0x3f));
  } else if (character < 0x10000) {
    add(0xe0 | character >> 12);
    add(0x80 | (character >> 6 & 0x3f));
    add(0x80 | (character & 0x3f));
  } else {
    add(0xf0 | character >> 18);
    add(0x80 | (character >> 12 & 0x3f));
    add(0x80 | (character >> 6 & 0x3f));
    add(0x80 | (character & 0x3f));
  }
}

}  // namespace lessor::config
