#include "sim/site_config.h"

#include <algorithm>

namespace lessor::sim {
namespace {

/// What of a site's /16 is a server's: 64 * 256 addresses, from here on.
constexpr std::uint32_t part_of(int server) {
  return static_cast<std::uint32_t>(server) * 0x4000 + 0x100;
}

config::ConfiguredOption address_option(std::uint8_t code, net::Ip4 address) {
  config::ConfiguredOption made{.code = code, .value = std::vector<std::byte>(4)};
  store_be32(made.value.data(), address.value);
  return made;
}

/// What a draw changes.
struct Variation {
  Duration lease_time;
  std::uint32_t pool_share = 100;  ///< percent of the first configuration's pool
  std::uint32_t reserved = 0;      ///< clients with a reservation, from the first on
  bool in_pool = false;            ///< whether reserved addresses lie in the pool
};

std::uint32_t pool_size(const Plan& plan, const SitePlan& site, const Variation& variation) {
  const auto clients = static_cast<std::uint32_t>(site.clients);
  const auto servers = static_cast<std::uint32_t>(plan.servers);
  // Ample: declined and doubtful addresses rest for a while, and hostile hosts take some.
  const std::uint32_t size =
      plan.scarce ? std::max(clients * 3 / 4 / servers, 2U) : clients * 2 + 20;
  return std::clamp(size * variation.pool_share / 100, 2U, 0x3000U);
}

void reserve(config::Subnet& subnet, std::uint32_t client, net::Ip4 address) {
  config::Reservation made{.identifier_type = config::IdentifierType::hw_address};
  const net::Mac mac = mac_of(kClientMac, client);
  made.identifier.assign(mac.octets.begin(), mac.octets.end());
  made.address = address;
  for (config::Pool& pool : subnet.pools) {
    if (pool.range.contains(address)) pool.excluded.push_back(address);
  }
  subnet.reservations.push_back(std::move(made));
}

config::Subnet subnet_of(const Plan& plan, int server, std::size_t site,
                         const Variation& variation) {
  config::Subnet made;
  made.id = static_cast<std::uint32_t>(site + 1);
  made.prefix = {address_in(site, 0), 16};
  const net::Ip4 first = address_in(site, part_of(server));
  const std::uint32_t size = pool_size(plan, plan.sites[site], variation);
  made.pools.push_back({.range = {first, {first.value + size - 1}}});
  made.options = config::OptionSet({address_option(3, address_in(site, 1))});
  made.timers.calculate_tee_times = plan.seed % 4 != 0;
  made.probe_new_addresses = site == 0 && plan.seed % 7 == 3;
  made.lifetimes = {variation.lease_time, variation.lease_time, variation.lease_time};
  // More than anybody takes: what is counted must add up, whatever happens to counters and counted.
  const bool counts = plan.seed % 5 == 2 && variation.pool_share > 75;
  if (counts) made.lease_limits = {64, 0x3000, 0x3000};
  if (server > 0) return made;  // one server has the reservations
  const std::uint32_t begin = variation.in_pool ? first.value : first.value + 0x3800;
  const std::uint32_t stride = variation.in_pool ? 2 : 1;
  const std::uint32_t room = variation.in_pool ? (size + 1) / 2 : variation.reserved;
  for (std::uint32_t i = 0; i < std::min(variation.reserved, room); ++i) {
    reserve(made, i * 3, {begin + i * stride});
  }
  return made;
}

config::ServerConfig config_of(const Plan& plan, int server, const Variation& variation) {
  config::ServerConfig made;
  for (std::size_t site = 0; site < plan.sites.size(); ++site) {
    made.subnets.push_back(subnet_of(plan, server, site, variation));
  }
  // With others on the link nobody knows all leases.
  made.authoritative = plan.servers == 1 && plan.seed % 2 == 0;
  for (config::Subnet& subnet : made.subnets) subnet.authoritative = made.authoritative;
  made.decline_probation_period = Duration::seconds(plan.seed % 3 == 0 ? 60 : 300);
  made.offer_hold = Duration::seconds(plan.seed % 5 == 0 ? 10 : 60);
  if (plan.forces_renewals()) made.force_renew = config::ForceRenew::automatic;
  made.build_indexes();
  return made;
}

std::uint32_t reserved_clients(const Plan& plan) {
  if (!plan.reservations) return 0;
  return static_cast<std::uint32_t>(std::min<std::size_t>(plan.clients() / 4 + 1, 8));
}

}  // namespace

config::ServerConfig first_config(const Plan& plan, int server) {
  return config_of(plan, server,
                   {.lease_time = plan.lease_time,
                    .reserved = reserved_clients(plan),
                    .in_pool = plan.seed % 2 == 1});
}

config::ServerConfig changed_config(const Plan& plan, int server, Random& random) {
  Variation variation{.lease_time = plan.lease_time,
                      .reserved = reserved_clients(plan),
                      .in_pool = plan.seed % 2 == 1};
  if (random.one_in(2) && !plan.lease_time.is_infinite()) {
    variation.lease_time =
        std::max(plan.lease_time * (1 + random.below(8)) / 4, Duration::seconds(20));
  }
  if (random.one_in(2)) variation.pool_share = 50 + random.below(101);
  if (plan.reservations && random.one_in(2)) variation.reserved = random.below(12);
  return config_of(plan, server, variation);
}

}  // namespace lessor::sim
