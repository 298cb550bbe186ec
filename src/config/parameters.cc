#include "config/parameters.h"

#include "config/boot_profiles.h"
#include "config/holder_limits.h"
#include "config/limits.h"
#include "config/ping_check.h"
#include "config/random_macs.h"

#include <array>
#include <cmath>
#include <utility>

namespace lessor::config {
namespace {

/// 4294967295 is infinite (RFC 2131 3.3). The schema check has refused what does not fit.
std::optional<Duration> read_seconds(const Node& scope, std::string_view key) {
  const auto seconds = scope.integer(key);
  if (!seconds || *seconds < 0 || *seconds > INT64_C(0xffffffff)) return std::nullopt;
  return Duration::from_wire(static_cast<std::uint32_t>(*seconds));
}

/// A timer of 0 is one that is not sent.
void read_timer(const Node& scope, std::string_view key, std::optional<Duration>& timer) {
  const auto seconds = read_seconds(scope, key);
  if (!seconds) return;
  timer = *seconds == Duration() ? std::nullopt : seconds;
}

void read_percent(const Node& scope, std::string_view key, std::uint32_t& permille,
                  Report& report) {
  const auto part = scope.number(key);
  if (!part || *part < 0 || *part > 1) return;
  permille = static_cast<std::uint32_t>(std::lround(*part * 1'000));
  if (*part == 0 || *part == 1) report.error(*scope.find(key), "must lie between 0 and 1, as 0.5");
}

/// RFC 2131 4.4.5: "T1 MUST be earlier than T2, which, in turn, MUST be earlier than the time at
/// which the client's lease will expire." A timer that breaks this is not sent; that is worth a
/// note.
void note_useless_timers(const Node& scope, const Timers& timers, Duration valid, Report& report) {
  const auto note = [&](std::string_view key, Duration timer, const std::string& bound) {
    auto at = scope.find(key);
    if (!at) at = scope.find("valid-lifetime");  // a timer from around, a lease time from here
    if (!at) return;
    report.note(*at, std::string(key) + " " + to_string(timer) + " is not less than " + bound +
                         ": it will not be sent");
  };
  const std::string lease_time = "the lease time " + to_string(valid);
  const auto is_useless = [&](Duration timer) { return timer >= valid && !valid.is_infinite(); };
  if (timers.rebind && is_useless(*timers.rebind)) note("rebind-timer", *timers.rebind, lease_time);
  if (timers.renew && is_useless(*timers.renew)) {
    note("renew-timer", *timers.renew, lease_time);
  } else if (timers.renew && timers.rebind && *timers.renew >= *timers.rebind) {
    note("renew-timer", *timers.renew, "rebind-timer " + to_string(*timers.rebind));
  }
}

/// Told at a key of this scope; crossed percentages that are inherited are told where they stand.
void refuse_crossed_percents(const Node& scope, const Timers& timers, Report& report) {
  if (!timers.calculate_tee_times || timers.t1_permille < timers.t2_permille) return;
  for (const std::string_view key : {"t1-percent", "t2-percent", "calculate-tee-times"}) {
    if (const auto at = scope.find(key)) {
      return report.error(*at, "t1-percent must be less than t2-percent");
    }
  }
}

Timers read_timers(const Node& scope, const Timers& inherited, Duration valid, Report& report) {
  Timers timers = inherited;
  read_timer(scope, "renew-timer", timers.renew);
  read_timer(scope, "rebind-timer", timers.rebind);
  timers.calculate_tee_times =
      scope.boolean("calculate-tee-times").value_or(inherited.calculate_tee_times);
  read_percent(scope, "t1-percent", timers.t1_permille, report);
  read_percent(scope, "t2-percent", timers.t2_permille, report);
  refuse_crossed_percents(scope, timers, report);
  note_useless_timers(scope, timers, valid, report);
  return timers;
}

/// 'sname' and 'file' are null terminated: no NUL inside, and a length that leaves room for one.
void read_boot_text(const Node& scope, std::string_view key, std::size_t limit, std::string& field,
                    Report& report) {
  const std::string* text = scope.text(key);
  if (text == nullptr) return;
  field = *text;
  if (text->size() > limit) {
    report.error(*scope.find(key), std::to_string(text->size()) + " octets are too long: at most " +
                                       std::to_string(limit) + " fit");
  } else if (text->find('\0') != std::string::npos) {
    report.error(*scope.find(key), "the NUL character ends the field on the wire: leave it out");
  }
}

struct ReservationMode {
  std::string_view word;
  bool in_subnet;
  bool out_of_pool;
  bool global;
};
constexpr std::array<ReservationMode, 5> kReservationModes{{{"all", true, false, false},
                                                            {"out-of-pool", true, true, false},
                                                            {"disabled", false, false, false},
                                                            {"off", false, false, false},
                                                            {"global", false, false, true}}};

void read_reservation_switches(const Node& scope, Parameters& parameters) {
  if (const std::string* mode = scope.text("reservation-mode")) {
    for (const ReservationMode& row : kReservationModes) {
      if (row.word != *mode) continue;
      parameters.reservations_in_subnet = row.in_subnet;
      parameters.reservations_out_of_pool = row.out_of_pool;
      parameters.reservations_global = row.global;
    }
  }
  const auto read = [&scope](std::string_view key, bool& value) {
    value = scope.boolean(key).value_or(value);
  };
  read("reservations-in-subnet", parameters.reservations_in_subnet);
  read("reservations-out-of-pool", parameters.reservations_out_of_pool);
  read("reservations-global", parameters.reservations_global);
}

/// The free lease queue of Kea's flq gives the one that is free for longest: so do we in any case.
void read_allocation(const Node& scope, Parameters& parameters) {
  if (const std::string* name = scope.text("allocator")) {
    parameters.allocator = *name == "random" ? Allocator::random : Allocator::oldest;
  }
  const auto part = scope.number("adaptive-lease-time-threshold");
  if (!part || *part < 0 || *part > 1) return;
  const auto permille = static_cast<std::uint32_t>(std::lround(*part * 1'000));
  parameters.short_lease_permille = *part == 1 ? UINT32_MAX : permille;
}

/// How long leases serve again as they are, and what is kept of them.
void read_keeping(const Node& scope, Parameters& parameters) {
  parameters.stores_extended_info =
      scope.boolean("store-extended-info").value_or(parameters.stores_extended_info);
  if (const auto part = scope.number("cache-threshold"); part && *part >= 0 && *part <= 1) {
    parameters.caching.millionths = static_cast<std::uint32_t>(std::lround(*part * 1'000'000));
  }
  if (const auto age = scope.integer("cache-max-age")) {
    parameters.caching.max_age = Duration::seconds(*age);
  }
  if (const auto seconds = scope.integer("offer-lifetime")) {
    parameters.offer_lifetime = Duration::seconds(*seconds);
  }
}

}  // namespace

LifetimeKeys read_lifetimes(const Node& scope, const LifetimeKeys& inherited, Report& report) {
  const auto valid = read_seconds(scope, "valid-lifetime");
  const auto min = read_seconds(scope, "min-valid-lifetime");
  const auto max = read_seconds(scope, "max-valid-lifetime");
  LifetimeKeys keys = inherited;
  if (valid) keys.valid = *valid;
  if (min) keys.min_valid = min;
  if (max) keys.max_valid = max;
  const Lifetimes resolved = keys.resolved();
  const bool changed = valid || min || max;
  const bool sane = resolved.min_valid <= resolved.valid && resolved.valid <= resolved.max_valid;
  if (!changed || sane) return keys;
  const Node culprit = *scope.find(valid ? "valid-lifetime"
                                   : min ? "min-valid-lifetime"
                                         : "max-valid-lifetime");
  report.error(culprit, "with this, valid-lifetime " + to_string(resolved.valid) +
                            " is not between min-valid-lifetime " + to_string(resolved.min_valid) +
                            " and max-valid-lifetime " + to_string(resolved.max_valid));
  return keys;
}

Parameters read_parameters(const Node& scope, const Parameters& inherited, Report& report) {
  Parameters parameters = inherited;
  parameters.lifetimes = read_lifetimes(scope, inherited.lifetimes, report);
  parameters.timers = read_timers(scope, inherited.timers, parameters.lifetimes.valid, report);
  parameters.boot = read_boot_fields(scope, inherited.boot, report);
  parameters.authoritative = scope.boolean("authoritative").value_or(inherited.authoritative);
  parameters.match_client_id = scope.boolean("match-client-id").value_or(inherited.match_client_id);
  parameters.rapid_commit = scope.boolean("rapid-commit").value_or(inherited.rapid_commit);
  if (auto profile = read_boot_profile(scope, report)) parameters.boot_profile = *profile;
  read_reservation_switches(scope, parameters);
  read_allocation(scope, parameters);
  read_keeping(scope, parameters);
  parameters.lease_limits = read_lease_limits(scope, inherited.lease_limits, report);
  parameters.random_macs = read_random_macs(scope, inherited.random_macs, report);
  return parameters;
}

BootFields read_boot_fields(const Node& scope, const BootFields& inherited, Report& report) {
  BootFields boot = inherited;
  if (const std::string* text = scope.text("next-server")) {
    boot.next_server = net::parse_ip4(*text).value_or(net::kIp4Any);
  }
  read_boot_text(scope, "server-hostname", kMaxServerHostname, boot.server_hostname, report);
  read_boot_text(scope, "boot-file-name", kMaxBootFileName, boot.boot_file_name, report);
  return boot;
}

}  // namespace lessor::config
