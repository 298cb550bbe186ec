#pragma once
// The server that server_fuzz.cc walks through: its hosts, its configurations, and what of it ends
// with a crash. Small, so that pools, offers and queues run full. Must not know: what is done to
// it.

#include "lease/lease_store.h"
#include "server/v4/test_kit.h"

namespace lessor::server::v4::testing {

inline constexpr std::uint32_t kHosts = 8;
inline constexpr std::size_t kChangesRoom = 64;

inline Host guest(std::uint32_t number) {
  if (number % 2 == 0) return host(number + 1);
  // Two of them are clones.
  return host_with_id(number + 1, octets({255, 0, 0, 0, static_cast<int>(number % 6), 1, 2}));
}

/// Three subnets: on eth0, on eth1, behind relays; `bits` choose the rest.
inline config::ServerConfig draw_config(std::uint16_t bits) {
  const auto has = [bits](int bit) { return (bits >> bit & 1U) != 0; };
  config::Subnet link =
      subnet(1, "192.0.2.0/24",
             {pool(has(0) ? "192.0.2.10-192.0.2.13" : "192.0.2.12-192.0.2.17", {"192.0.2.13"})});
  config::Subnet other = subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.12")});
  config::Subnet routed = subnet(3, "198.51.100.0/24", {pool("198.51.100.10-198.51.100.12")});
  routed.relays = {ip("203.0.113.9")};
  static constexpr std::int64_t kLongest[] = {30, 600, 7'200, 1'000'000};
  const std::int64_t longest = kLongest[bits >> 1U & 3U];
  if (has(3)) {
    add_reservation(link, reserve_hw(guest(0).mac, "192.0.2.12"));
    add_reservation(link, reserve_hw(guest(2).mac, "192.0.2.77"));
    add_reservation(link, reserve_id(guest(1).id, "192.0.2.13"));
  }
  for (config::Subnet* one : {&link, &other, &routed}) {
    one->lifetimes = {Duration::seconds(longest), Duration::seconds(longest / 2),
                      has(4) ? Duration::infinite() : Duration::seconds(longest)};
    one->authoritative = has(5);
    one->match_client_id = !has(6);
    one->timers.calculate_tee_times = has(7);
    one->probe_new_addresses = has(8);
    if (has(9)) one->timers.renew = Duration::seconds(500);
    if (has(9)) one->timers.rebind = Duration::seconds(400);
    if (has(10)) {
      one->options = config::OptionSet({option(3, ip_octets("192.0.2.1")), option(43, Octets(250)),
                                        option(119, octets({1, 'a', 0}), true),
                                        option(66, Octets(200, std::byte{'x'}), true),
                                        option(114, Octets(300, std::byte{'u'}))});
      one->boot = {
          .next_server = ip("192.0.2.3"), .server_hostname = "boot", .boot_file_name = "f"};
    }
    for (config::Pool& each : one->pools) {
      std::ranges::sort(each.excluded);
      const auto repeated = std::ranges::unique(each.excluded);
      each.excluded.erase(repeated.begin(), repeated.end());
    }
  }
  config::ServerConfig config = config_of({link, other, routed});
  config.echo_client_id = !has(11);
  config.decline_probation_period = Duration::seconds(has(12) ? 60 : 86'400);
  if (has(13)) config.offer_hold = Duration::seconds(1);
  return config;
}

/// What one octet of a walk's input leads to.
enum class Step : std::uint8_t {
  message,  ///< a host says something
  octets,   ///< a datagram of any octets
  wait,
  append,  ///< the disk has taken changes, and not flushed them
  flush,
  arp,
  links,
  reload,
  order,  ///< an operator's
  crash,
};
inline constexpr std::uint8_t kSteps = static_cast<std::uint8_t>(Step::crash) + 1;

/// A running server on a disk that outlives it.
struct Machine {
  Machine() : changes(kChangesRoom), outbox(24, 12), engine(settings(), changes) {}
  static Settings settings() {
    return {.key = {1, 2},
            .lease_capacity = 256,
            .offer_capacity = 8,
            .probe_capacity = 4,
            .event_capacity = 64,
            .backlog_capacity = 32};
  }
  lease::ChangeLog changes;
  net::Outbox outbox;
  ServerEngine engine;
  lease::StoredTime time;
};

}  // namespace lessor::server::v4::testing
