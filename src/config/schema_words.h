#pragma once
// The words in which the schema's rows are written: sets of scopes, states, notes that several rows
// share. For schema_table.cc only.

#include "config/schema.h"

namespace lessor::config::schema_words {

inline constexpr std::int64_t kMaxUint32 = 4'294'967'295;
inline constexpr std::int64_t kMaxPort = 65'535;

// Sets of scopes with Kea's letters: global, network, subnet, pool, class, reservation.
inline constexpr Scopes G = Scope::dhcp4;
inline constexpr Scopes N = Scope::shared_network;
inline constexpr Scopes S = Scope::subnet;
inline constexpr Scopes P = Scope::pool;
inline constexpr Scopes C = Scope::client_class;
inline constexpr Scopes R = Scope::reservation;
inline constexpr Scopes GNS = G | N | S;
inline constexpr Scopes GNSP = GNS | P;
inline constexpr Scopes GNSC = GNS | C;
inline constexpr Scopes GNSCR = GNSC | R;

constexpr Key works(std::string_view name, Scopes scopes, Type type, std::string_view initial,
                    std::string_view note) {
  return {name, scopes, type, State::implemented, initial, note};
}
constexpr Key idle(std::string_view name, Scopes scopes, Type type, std::string_view initial,
                   std::string_view note) {
  return {name, scopes, type, State::no_effect, initial, note};
}
constexpr Key later(std::string_view name, Scopes scopes, Type type, std::string_view initial,
                    std::string_view note) {
  return {name, scopes, type, State::not_yet, initial, note};
}
constexpr Key never(std::string_view name, Scopes scopes, Type type, std::string_view initial,
                    std::string_view note) {
  return {name, scopes, type, State::refused, initial, note};
}

// Notes that several rows share.
inline constexpr std::string_view kNoDns = "Lessor sends no DNS updates";
inline constexpr std::string_view kNameToClient =
    "it would change the name that clients are told; leave it out, the name stays as it is";
inline constexpr std::string_view kSql = "it belongs to databases other than memfile";
inline constexpr std::string_view kKeaLeaseFile =
    "it tunes Kea's lease file; Lessor keeps its own store";
inline constexpr std::string_view kExpiry =
    "expiry needs no timers here: it is worked off as it comes";
inline constexpr std::string_view k4o6 = "DHCPv4 over DHCPv6";
inline constexpr std::string_view kThreads = "Lessor's threads are fixed";
inline constexpr std::string_view kRotation = "turn log files over with logrotate";
inline constexpr std::string_view kRetries =
    "Lessor follows interfaces and serves each as soon as it is ready, without end";
inline constexpr std::string_view kStatistics =
    "Lessor keeps the present value of each statistic only";

}  // namespace lessor::config::schema_words
