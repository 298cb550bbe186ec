#include "craft/view/json_writer.h"

namespace lessor::craft {

void JsonWriter::text(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  separate();
  out_ += '"';
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out_ += '\\') += c;
    } else if (octet >= ' ' && octet <= '~') {
      out_ += c;
    } else {
      ((out_ += "\\u00") += kDigits[octet >> 4U]) += kDigits[octet & 15U];
    }
  }
  out_ += '"';
}

}  // namespace lessor::craft
