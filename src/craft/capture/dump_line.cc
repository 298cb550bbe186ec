#include "craft/capture/dump_line.h"

#include "base/text.h"

#include <algorithm>
#include <chrono>

namespace lessor::craft {
namespace {

constexpr std::size_t kOffsetDigitsMin = 4;
constexpr std::size_t kOffsetDigitsMax = 8;
constexpr std::size_t kHalfLine = 8;  // where hexdump -C and Wireshark leave a wider gap

bool is_hex(char c) { return parse_number(std::string("0x") + c).has_value(); }

std::size_t count_hex(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_hex) -
                                  text.begin());
}

std::size_t count_blanks(std::string_view text) {
  return std::min(text.find_first_not_of(" \t"), text.size());
}

bool has_prefix(std::string_view text) { return text.starts_with("0x") || text.starts_with("0X"); }

/// Takes the offset and what separates it from the octets off the front of `line`.
std::optional<std::size_t> take_offset(std::string_view& line) {
  line.remove_prefix(count_blanks(line));
  if (has_prefix(line)) line.remove_prefix(2);
  const std::size_t digits = count_hex(line);
  if (digits < kOffsetDigitsMin || digits > kOffsetDigitsMax) return std::nullopt;
  const auto offset = parse_number("0x" + std::string(line.substr(0, digits)));
  line.remove_prefix(digits);
  const bool colon = line.starts_with(':');
  if (colon) line.remove_prefix(1);
  // "0102 0304" is a string of octets: an offset stands apart, or has a colon, or is od's: six
  // digits and single octets behind them.
  const std::size_t gap = count_blanks(line);
  const bool of_od = digits >= 6 && *offset % 16 == 0 && gap == 1 && count_hex(line.substr(1)) == 2;
  const bool apart = gap >= (colon ? 1U : 2U) || line.starts_with('\t') || of_od;
  if (!line.empty() && !apart && line != "\r") return std::nullopt;
  line.remove_prefix(gap);
  return static_cast<std::size_t>(*offset);
}

}  // namespace

std::optional<DumpLine> read_dump_line(std::string_view line) {
  const auto offset = take_offset(line);
  if (!offset) return std::nullopt;
  DumpLine dump{.offset = *offset};
  while (!line.empty()) {
    const std::size_t digits = count_hex(line);
    const bool ends = digits == line.size() || line[digits] == ' ' || line[digits] == '\t' ||
                      line[digits] == '\r';
    if (digits == 0 || digits % 2 != 0 || digits > 8 || !ends) break;
    const auto octets = from_hex(line.substr(0, digits));
    dump.octets.insert(dump.octets.end(), octets->begin(), octets->end());
    line.remove_prefix(digits);
    const std::size_t gap = count_blanks(line);
    const bool middle = gap == 2 && digits == 2 && dump.octets.size() == kHalfLine;
    if (gap > 1 && !middle) break;  // characters follow
    line.remove_prefix(gap);
  }
  return dump;
}

std::expected<std::vector<std::byte>, std::string> read_hex_line(std::string_view line) {
  std::string digits;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool starts = i == 0 || !is_hex(line[i - 1]);
    if (starts && has_prefix(line.substr(i))) {
      ++i;
    } else if (is_hex(line[i])) {
      digits += line[i];
    } else if (std::string_view(" \t\r:-,.").find(line[i]) == std::string_view::npos) {
      return std::unexpected("'" + sanitise(as_bytes(line.substr(i, 16)), 16) +
                             "' is not hexadecimal, and no capture begins so");
    }
  }
  auto octets = from_hex(digits);
  if (!octets) return std::unexpected(std::string("an odd number of hexadecimal digits"));
  return std::move(*octets);
}

std::optional<Duration> time_of_line(std::string_view line) {
  const auto number = [&](std::size_t at, std::size_t size) -> std::optional<std::int64_t> {
    if (at + size > line.size()) return std::nullopt;
    const auto value = parse_number(line.substr(at, size), 1'000'000'000);
    return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
  };
  std::int64_t days = 0;
  const auto year = number(0, 4);
  const auto month = number(5, 2);
  const auto day = number(8, 2);
  if (year && month && day && line[4] == '-' && line[7] == '-') {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    days = std::chrono::sys_days(date).time_since_epoch().count();
    line.remove_prefix(std::min<std::size_t>(11, line.size()));
  }
  const auto hour = number(0, 2);
  const auto minute = number(3, 2);
  const auto second = number(6, 2);
  if (!hour || !minute || !second || line[2] != ':' || line[5] != ':') return std::nullopt;
  Duration time = Duration::seconds(((days * 24 + *hour) * 60 + *minute) * 60 + *second);
  if (line.size() > 8 && line[8] == '.') {
    std::size_t digits = 0;
    while (9 + digits < line.size() && digits < 9 && is_hex(line[9 + digits])) ++digits;
    if (auto fraction = number(9, digits)) {
      for (std::size_t i = digits; i < 9; ++i) *fraction *= 10;
      time = time + Duration::nanoseconds(*fraction);
    }
  }
  return time;
}

}  // namespace lessor::craft
