#include "wire/ip6_text.h"

#include "base/text.h"
#include "net/address.h"

#include <charconv>
#include <vector>

namespace lessor::wire {
namespace {

constexpr std::size_t kGroups = 8;

struct Run {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// RFC 5952 4.2: the longest run of zero groups, the first of equals, two groups at least.
Run longest_zero_run(const std::array<std::uint16_t, kGroups>& groups) {
  Run best;
  Run run;
  for (std::size_t i = 0; i < kGroups; ++i) {
    run = groups[i] != 0 ? Run{i + 1, 0} : Run{run.first, run.count + 1};
    if (run.count > best.count) best = run;
  }
  return best.count >= 2 ? best : Run{kGroups, 0};
}

std::string print_group(std::uint16_t group) {
  char digits[4];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, group, 16);
  return {digits, end};
}

/// "2001:db8:1" as groups; nothing on an empty or bad group. An empty text has none.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text) {
  std::vector<std::uint16_t> groups;
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view digits = text.substr(0, colon);
    const bool hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    if (digits.empty() || digits.size() > 4 || !hex) return std::nullopt;
    std::uint16_t group = 0;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), group, 16);
    groups.push_back(group);
    if (colon + 1 == text.size()) return std::nullopt;
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return groups;
}

/// RFC 4291 2.2 form 3, "::ffff:192.0.2.1": the dotted decimal at the end as two groups. Other text
/// stays as it is.
std::string without_dots(std::string_view text) {
  const std::size_t end = text.rfind(':') + 1;  // 0 when there is no colon
  const auto dotted = net::parse_ip4(text.substr(end));
  if (end == 0 || !dotted) return std::string(text);
  return std::string(text.substr(0, end)) +
         print_group(static_cast<std::uint16_t>(dotted->value >> 16)) + ":" +
         print_group(static_cast<std::uint16_t>(dotted->value));
}

}  // namespace

std::string print_ip6(const Ip6Octets& address) {
  std::array<std::uint16_t, kGroups> groups;
  for (std::size_t i = 0; i < kGroups; ++i) groups[i] = load_be16(&address[2 * i]);
  const Run zeros = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == zeros.first) {
      text += "::";
      i += zeros.count - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += print_group(groups[i]);
  }
  return text;
}

std::optional<Ip6Octets> parse_ip6(std::string_view address_text) {
  const std::string groups_text = without_dots(address_text);
  const std::string_view text = groups_text;
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const auto front = parse_groups(text.substr(0, gap));
  const auto back = parse_groups(has_gap ? text.substr(gap + 2) : std::string_view());
  if (!front || !back) return std::nullopt;
  const std::size_t groups = front->size() + back->size();
  if (has_gap ? groups >= kGroups : groups != kGroups) return std::nullopt;
  Ip6Octets address{};
  for (std::size_t i = 0; i < front->size(); ++i) store_be16(&address[2 * i], (*front)[i]);
  const std::size_t from = kGroups - back->size();
  for (std::size_t i = 0; i < back->size(); ++i) store_be16(&address[2 * (from + i)], (*back)[i]);
  return address;
}

}  // namespace lessor::wire
