#include "config/ping_check.h"

#include "config/hooks.h"

#include <array>

namespace lessor::config {
namespace {

constexpr std::array kParameters =
    std::to_array<HookParameter>({{"enable-ping-check", Type::boolean},
                                  {"min-ping-requests", Type::integer},
                                  {"reply-timeout", Type::integer},
                                  {"ping-cltt-secs", Type::integer},
                                  {"ping-channel-threads", Type::integer}});
constexpr std::int64_t kMostRequests = 100;
constexpr std::int64_t kLongestTimeout = 60'000;
/// RFC 2131 4.1: a client asks again after four seconds.
constexpr Duration kPatience = Duration::seconds(4);

PingCheck read_map(const Node& map, PingCheck check, Report& report) {
  check_parameters(map, kParameters, report);
  check.enabled = map.boolean("enable-ping-check").value_or(check.enabled);
  if (const auto requests = read_bounded(map, "min-ping-requests", {1, kMostRequests}, report)) {
    check.requests = static_cast<std::uint32_t>(*requests);
  }
  if (const auto timeout = read_bounded(map, "reply-timeout", {1, kLongestTimeout}, report)) {
    check.timeout = Duration::milliseconds(*timeout);
  }
  if (const auto seconds = read_bounded(map, "ping-cltt-secs", {0, UINT32_MAX}, report)) {
    check.trusted = Duration::seconds(*seconds);
  }
  if (read_bounded(map, "ping-channel-threads", {0, UINT32_MAX}, report)) {
    report.note(*map.find("ping-channel-threads"), "accepted without effect: no thread waits");
  }
  const Duration longest = check.timeout * check.requests;
  if (check.enabled && longest > kOfferHold) {
    report.error(map, "min-ping-requests times reply-timeout is " + to_string(longest) +
                          ": at most " + to_string(kOfferHold) +
                          ", for so long the address is held for its client");
  } else if (check.enabled && longest > kPatience) {
    report.note(map, "min-ping-requests times reply-timeout is longer than a client waits (" +
                         to_string(kPatience) + "): it asks again before it is answered");
  }
  return check;
}

}  // namespace

std::optional<PingCheck> read_ping_hook(const Node& global, Report& report) {
  std::optional<PingCheck> made;
  for_each_hook(global, "ping_check", [&](const Node& hook) {
    made = PingCheck{.enabled = true};
    if (const auto parameters = hook.find("parameters")) {
      made = read_map(*parameters, *made, report);
    }
  });
  return made;
}

std::optional<PingCheck> read_ping_check(const Node& scope,
                                         const std::optional<PingCheck>& inherited,
                                         Report& report) {
  constexpr HookContext kPingCheck{
      .key = "ping-check", .hook = "ping_check", .example = "{\"enable-ping-check\": true}"};
  std::optional<PingCheck> made = inherited;
  read_context(scope, kPingCheck, inherited.has_value(), report,
               [&](const Node& map) { made = read_map(map, *inherited, report); });
  return made;
}

}  // namespace lessor::config
