#include "craft/packet/time_text.h"

#include "base/text.h"

#include <chrono>
#include <cstdio>

namespace lessor::craft {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::size_t kFractionDigits = 9;
constexpr std::uint64_t kSecondsMax = 9'000'000'000;  // what nanoseconds in 64 bits can hold

/// "" is 0, ".5" is 500,000,000 nanoseconds.
std::optional<std::int64_t> parse_fraction(std::string_view text) {
  if (text.empty()) return 0;
  text.remove_prefix(1);
  if (text.empty() || text.size() > kFractionDigits) return std::nullopt;
  std::string digits(text);
  digits.resize(kFractionDigits, '0');
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// A number of exactly these digits.
std::optional<unsigned> parse_digits(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

/// "2026-11-25T13:45:35" in seconds since 1970.
std::optional<std::int64_t> parse_date(std::string_view text) {
  if (text.size() != 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  const auto hour = parse_digits(text.substr(11, 2));
  const auto minute = parse_digits(text.substr(14, 2));
  const auto second = parse_digits(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kSecondsPerDay + *hour * 3'600 + *minute * 60 + *second;
}

}  // namespace

std::string print_time(Duration since_1970) {
  const std::int64_t ns = since_1970.to_nanoseconds();
  std::int64_t seconds = ns / kNanosecondsPerSecond;
  if (ns % kNanosecondsPerSecond < 0) --seconds;
  std::int64_t days = seconds / kSecondsPerDay;
  if (seconds % kSecondsPerDay < 0) --days;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  const std::int64_t of_day = seconds - days * kSecondsPerDay;
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02lld:%02lld:%02lld.%09lldZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<long long>(of_day / 3'600),
                static_cast<long long>(of_day / 60 % 60), static_cast<long long>(of_day % 60),
                static_cast<long long>(ns - seconds * kNanosecondsPerSecond));
  return text;
}

std::optional<Duration> parse_time(std::string_view text) {
  text = trim(text);
  const bool dated = text.ends_with('Z');
  if (dated) text.remove_suffix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto fraction = parse_fraction(text.substr(point));
  std::optional<std::int64_t> seconds;
  if (dated) {
    seconds = parse_date(text.substr(0, point));
  } else if (const auto number = parse_number(text.substr(0, point), kSecondsMax)) {
    seconds = static_cast<std::int64_t>(*number);
  }
  if (!seconds || !fraction || *seconds > static_cast<std::int64_t>(kSecondsMax)) {
    return std::nullopt;
  }
  return Duration::seconds(*seconds) + Duration::nanoseconds(*fraction);
}

}  // namespace lessor::craft
