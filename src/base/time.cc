#include "base/time.h"

#include "base/text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace lessor {
namespace {

struct Unit {
  std::string_view name;
  Duration size;
};

constexpr std::array<Unit, 6> kUnits{{{"d", Duration::seconds(86'400)},
                                      {"h", Duration::seconds(3'600)},
                                      {"m", Duration::seconds(60)},
                                      {"s", Duration::seconds(1)},
                                      {"ms", Duration::milliseconds(1)},
                                      {"us", Duration::microseconds(1)}}};

std::string not_a_duration(std::string_view text) {
  return "'" + sanitise(as_bytes(text), 40) +
         "' is not a duration: write 30s, 10m, 1h, 7d, 250ms or infinite";
}

}  // namespace

std::string to_string(Duration d) {
  if (d.is_infinite()) return "infinite";
  std::int64_t left = d.to_nanoseconds() / 1'000;
  if (left == 0) return "0s";
  std::string text = left < 0 ? "-" : "";
  if (left < 0) left = -left;
  for (const Unit& unit : kUnits) {
    const std::int64_t size = unit.size.to_nanoseconds() / 1'000;
    if (left >= size) text += std::to_string(left / size) + std::string(unit.name);
    left %= size;
  }
  return text;
}

std::expected<Duration, std::string> parse_duration(std::string_view text) {
  if (text == "infinite" || text == "infinity") return Duration::infinite();
  if (text.empty()) return std::unexpected(not_a_duration(text));
  // A bare number is seconds.
  if (const auto whole = parse_number(text, UINT32_MAX)) {
    return Duration::seconds(static_cast<std::int64_t>(*whole));
  }
  Duration sum;
  std::string_view left = text;
  while (!left.empty()) {
    const std::size_t digits = left.find_first_not_of("0123456789");
    const auto count = parse_number(left.substr(0, digits), UINT32_MAX);
    if (digits == 0 || !count) return std::unexpected(not_a_duration(text));
    left = digits == std::string_view::npos ? std::string_view() : left.substr(digits);
    const std::string_view name = left.substr(0, left.find_first_of("0123456789"));
    left.remove_prefix(name.size());
    Duration size;
    bool known = false;
    for (const Unit& unit : kUnits) {
      if (unit.name == name) {
        size = unit.size;
        known = true;
      }
    }
    if (!known) return std::unexpected(not_a_duration(text));
    sum = sum + size * static_cast<std::int64_t>(*count);
  }
  return sum;
}

std::string to_string(WallTime t) {
  const std::time_t seconds = t.seconds;
  std::tm parts{};
  std::array<char, 40> text{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "never";
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return {text.data(), size};
}

}  // namespace lessor
