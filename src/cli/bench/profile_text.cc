#include "cli/bench/profile_text.h"

#include "base/text.h"
#include "cli/command_line.h"
#include "load/limits.h"

#include <charconv>
#include <cmath>
#include <optional>

namespace lessor::cli {
namespace {

using load::RatePoint;

constexpr std::int64_t kMaxSeconds = 30LL * 86'400;

std::optional<double> read_decimal(std::string_view word) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::expected<Duration, std::string> read_moment(std::string_view word) {
  const auto seconds = read_decimal(word);
  if (!seconds) {
    const auto time = parse_duration(word);
    if (!time) return std::unexpected(quote_word(word) + " is no time: write seconds, or 5m");
    if (*time <= Duration::seconds(kMaxSeconds)) return *time;
  }
  if (!seconds || *seconds < 0 || *seconds > static_cast<double>(kMaxSeconds)) {
    return std::unexpected("the time " + std::string(word) + " is not between 0 and 30 days");
  }
  return Duration::nanoseconds(std::llround(*seconds * 1e9));
}

std::expected<RatePoint, std::string> read_point(std::string_view line) {
  std::string spaced(line);
  for (char& c : spaced) c = c == '\t' || c == ',' ? ' ' : c;
  std::vector<std::string_view> words;
  for (const std::string_view word : split(spaced, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() != 2) {
    return std::unexpected("write a time and a rate, as in '60 2000'; a comment begins with #");
  }
  const auto at = read_moment(words[0]);
  if (!at) return std::unexpected(at.error());
  const auto rate = read_decimal(words[1]);
  if (!rate || *rate < 0 || *rate > load::kMaxRate) {
    return std::unexpected("the rate " + quote_word(words[1]) +
                           " is no number between 0 and 5000000");
  }
  return RatePoint{.at = *at, .rate = *rate};
}

/// Whether the point may follow `points`: why not.
std::expected<void, std::string> check_order(const std::vector<RatePoint>& points,
                                             const RatePoint& point) {
  if (points.empty() && point.at > Duration()) {
    return std::unexpected("the first time must be 0: say at which rate it begins");
  }
  if (!points.empty() && point.at < points.back().at) {
    return std::unexpected("this time is before the one above it: put the lines in order");
  }
  if (points.size() >= load::kMaxRatePoints) {
    return std::unexpected(
        "more than " + std::to_string(load::kMaxRatePoints) +
        " lines: a rate that changes in a straight line needs no points between");
  }
  return {};
}

}  // namespace

std::expected<std::vector<RatePoint>, std::string> read_profile(std::string_view text,
                                                                const std::string& file) {
  std::vector<RatePoint> points;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, std::min(text.find('#'), end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    const auto point = read_point(line);
    const auto order = point ? check_order(points, *point) : std::expected<void, std::string>();
    if (!point || !order) {
      return std::unexpected(file + ":" + std::to_string(number) + ": " +
                             (point ? order.error() : point.error()));
    }
    points.push_back(*point);
  }
  if (points.empty() || points.back().at == Duration()) {
    return std::unexpected(file + ":" + std::to_string(number) +
                           ": it ends where it begins: a last line with a later time says when "
                           "the run is over");
  }
  return points;
}

}  // namespace lessor::cli
