#include "config/group_limits.h"

#include "base/text.h"
#include "config/holder_limits.h"
#include "config/hooks.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

constexpr std::array<std::string_view, 3> kNames{"address-limit", "prefix-limit", "rate-limit"};
constexpr std::int64_t kMost = UINT32_MAX;

void check_names(const Node& limits, Report& report) {
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const Node member = limits.child(i);
    if (std::ranges::find(kNames, member.key()) != kNames.end()) continue;
    if (member.key() == "comment") continue;
    report.error_at_key(member, "unknown limit",
                        std::string(nearest(member.key(), kNames).value_or("")));
  }
}

std::optional<std::uint32_t> read_leases(const Node& limits, Report& report) {
  const auto node = limits.find("address-limit");
  if (!node) return std::nullopt;
  const std::int64_t* number = node->value().as_integer();
  if (number == nullptr || *number < 0 || *number > kMost) {
    report.error(*node, "expected a number of leases, from 0 to " + std::to_string(kMost));
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

std::optional<MessageRate> read_rate(const Node& limits, Report& report) {
  const auto node = limits.find("rate-limit");
  if (!node) return std::nullopt;
  const std::string* text = node->value().as_text();
  const auto rate = text == nullptr ? std::nullopt : parse_rate(*text);
  if (!rate) {
    report.error(*node,
                 "expected a rate: write \"10 packets per second\" (0 to " + std::to_string(kMost) +
                     " per second, minute, hour, day, week, month of 30 days or year of 365)");
  }
  return rate;
}

}  // namespace

bool has_limits_hook(const Node& global, Report& report) {
  bool found = false;
  for_each_hook(global, "limits", [&](const Node& hook) {
    found = true;
    if (const auto parameters = hook.find("parameters")) check_parameters(*parameters, {}, report);
  });
  return found;
}

GroupLimits read_group_limits(const Node& scope, bool loaded, Report& report) {
  constexpr HookContext kLimits{
      .key = "limits", .hook = "limits", .example = "{\"address-limit\": 100}"};
  GroupLimits made;
  read_context(scope, kLimits, loaded, report, [&](const Node& limits) {
    check_names(limits, report);
    made = {.leases = read_leases(limits, report), .rate = read_rate(limits, report)};
  });
  return made;
}

}  // namespace lessor::config
