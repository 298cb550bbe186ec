#include "cli/followers/rotation.h"

#include "base/text.h"

#include <algorithm>
#include <chrono>

namespace lessor::cli {
namespace {

using Unit = config::LegalLog::Unit;
using std::chrono::year_month_day;

constexpr std::size_t kDateDigits = 8;
constexpr std::size_t kSecondDigits = 20;
constexpr std::string_view kEnding = ".txt";
/// A clock that is set back by less begins no other file.
constexpr std::time_t kClockSlack = 60;

std::string digits(std::uint64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

year_month_day local_date(std::time_t at) {
  std::tm parts{};
  ::localtime_r(&at, &parts);
  return {std::chrono::year(parts.tm_year + 1'900),
          std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
          std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
}

year_month_day read_date(std::string_view tag) {
  const auto number = static_cast<unsigned>(parse_number(tag).value_or(0));
  return {std::chrono::year(static_cast<int>(number / 10'000)),
          std::chrono::month(number / 100 % 100), std::chrono::day(number % 100)};
}

/// The day on which the next file begins; the last of its month where that has no such day.
year_month_day end_of(year_month_day begin, Unit unit, std::uint32_t count) {
  // Beyond any calendar is never.
  const int units = static_cast<int>(std::min<std::uint32_t>(count, 100'000));
  if (unit == Unit::day) return std::chrono::sys_days(begin) + std::chrono::days(units);
  const auto months = std::chrono::months(unit == Unit::month ? units : 0);
  const auto years = std::chrono::years(unit == Unit::year ? std::min(units, 10'000) : 0);
  const year_month_day end = begin + months + years;
  return end.ok() ? end : year_month_day(end.year() / end.month() / std::chrono::last);
}

}  // namespace

std::string Rotation::tag_of(std::time_t at) const {
  if (unit_ == Unit::second) return "T" + digits(static_cast<std::uint64_t>(at), kSecondDigits);
  const year_month_day date = local_date(at);
  return digits(static_cast<unsigned>(static_cast<int>(date.year())), 4) +
         digits(static_cast<unsigned>(date.month()), 2) +
         digits(static_cast<unsigned>(date.day()), 2);
}

std::string Rotation::name_of(std::string_view tag) const {
  return base_ + "." + std::string(tag) + std::string(kEnding);
}

/// Tags sort as their times do.
bool Rotation::is_to_come(std::string_view tag, std::time_t at) const {
  return tag > tag_of(at + kClockSlack);
}

bool Rotation::is_current(std::string_view tag, std::time_t at) const {
  if (count_ == 0) return true;
  if (is_to_come(tag, at)) return false;
  if (unit_ == Unit::second) {
    const auto begin = static_cast<std::int64_t>(parse_number(tag.substr(1)).value_or(0));
    return at < begin + static_cast<std::int64_t>(count_);
  }
  return std::chrono::sys_days(local_date(at)) <
         std::chrono::sys_days(end_of(read_date(tag), unit_, count_));
}

bool Rotation::is_tag(std::string_view tag) const {
  const bool seconds = unit_ == Unit::second;
  if (seconds && !tag.starts_with('T')) return false;
  const std::string_view number = tag.substr(seconds ? 1 : 0);
  if (number.size() != (seconds ? kSecondDigits : kDateDigits)) return false;
  if (!std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) return false;
  return seconds || read_date(tag).ok();
}

std::optional<std::string> Rotation::newest(std::span<const std::string> names,
                                            std::time_t at) const {
  std::optional<std::string> found;
  for (const std::string_view name : names) {
    if (!name.starts_with(base_ + ".") || !name.ends_with(kEnding)) continue;
    const std::size_t begin = base_.size() + 1;
    if (name.size() < begin + kEnding.size()) continue;
    const std::string_view tag = name.substr(begin, name.size() - begin - kEnding.size());
    if (is_tag(tag) && !is_to_come(tag, at) && (!found || tag > *found)) found = tag;
  }
  return found;
}

}  // namespace lessor::cli
