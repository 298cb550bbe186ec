#include "cli/followers/time_stamp.h"

#include <array>
#include <ctime>

namespace lessor::cli {
namespace {

/// %Q becomes six digits; what follows another percent sign is left to strftime.
std::string with_microseconds(const std::string& format, std::int64_t microseconds) {
  std::string digits = std::to_string(microseconds);
  digits.insert(0, 6 - digits.size(), '0');
  std::string text;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 == format.size()) {
      text += format[at];
      continue;
    }
    ++at;
    if (format[at] == 'Q') {
      text += digits;
    } else {
      text.append("%").append(1, format[at]);
    }
  }
  return text;
}

}  // namespace

std::string time_stamp(const std::string& format, Duration since_1970) {
  const std::time_t seconds = since_1970.to_seconds();
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 256> text{};
  const std::string whole =
      with_microseconds(format, since_1970.to_nanoseconds() / 1'000 % 1'000'000);
  const std::size_t size = std::strftime(text.data(), text.size(), whole.c_str(), &parts);
  return {text.data(), size};
}

}  // namespace lessor::cli
