#include "sim/plan.h"

#include <algorithm>

namespace lessor::sim {
namespace {

constexpr std::array<std::string_view, kTroubles> kNames{
    "loss",          "duplication", "delay",        "corruption", "truncation",
    "loopback",      "two ports",   "partition",    "flaps",      "server crashes",
    "relay crashes", "slow disk",   "failing disk", "full disk",  "wall steps",
    "drift",         "reloads",     "reboots",      "leaves",     "moves",
    "sleep",         "new faces",   "clones",       "squatters",  "hostile hosts"};

constexpr std::array kLeaseTimes{30, 45, 60, 120, 300, 600, 1'800, 3'600, 21'600, 86'400};

/// Mostly a handful, sometimes two thousand: what goes wrong between few is found soonest.
std::size_t draw_clients(Random& random) {
  const std::uint32_t kind = random.below(100);
  if (kind < 40) return 1 + random.below(8);
  if (kind < 85) return 8 + random.below(40);
  if (kind < 97) return 50 + random.below(200);
  return 300 + random.below(1'701);
}

Duration draw_lease_time(Random& random) {
  if (random.one_in(20)) return Duration::infinite();
  return Duration::seconds(kLeaseTimes[random.below(kLeaseTimes.size())]);
}

/// Long enough for some leases to end, and no more client-hours than a second or two can play.
Duration draw_bad_weather(Random& random, const Plan& plan) {
  const std::int64_t lease = plan.lease_time.is_infinite() ? 600 : plan.lease_time.to_seconds();
  const std::int64_t wanted = lease * 3 + 600 + random.below(1'200);
  const auto clients = static_cast<std::int64_t>(std::max<std::size_t>(plan.clients(), 1));
  const std::int64_t affordable = std::max<std::int64_t>(40 * 3'600 / clients, 240);
  return Duration::seconds(std::min(wanted, affordable));
}

}  // namespace

std::string_view name_of(Trouble trouble) { return kNames[static_cast<std::size_t>(trouble)]; }

std::size_t Plan::clients() const {
  std::size_t all = 0;
  for (const SitePlan& site : sites) all += site.clients;
  return all;
}

Plan draw(std::uint64_t seed) {
  Random random(seed * 0x9e3779b97f4a7c15U + 1);
  Plan plan{.seed = seed};
  plan.servers = 1 + static_cast<int>(random.below(3));
  if (random.one_in(2)) plan.servers = 1;
  std::size_t clients = draw_clients(random);
  const std::uint32_t sites = 1 + random.below(3);
  for (std::uint32_t i = 0; i < sites; ++i) {
    const std::size_t here =
        i + 1 == sites ? clients : random.below(static_cast<std::uint32_t>(clients + 1));
    clients -= here;
    plan.sites.push_back(
        {.hops = i == 0 ? 0 : 1 + static_cast<int>(random.below(4)), .clients = here});
  }
  plan.lease_time = draw_lease_time(random);
  plan.scarce = random.one_in(3);
  plan.reservations = random.one_in(2);
  const std::uint32_t density = 1 + random.below(4);  // of troubles: one in so many
  for (bool& trouble : plan.troubles) trouble = random.one_in(density);
  plan.lose_one_in = 3 + random.below(30);
  plan.max_delay = Duration::milliseconds(1 + random.below(random.one_in(3) ? 3'000 : 100));
  plan.bad_weather = draw_bad_weather(random, plan);
  return plan;
}

std::string to_string(const Plan& plan) {
  std::string text =
      std::to_string(plan.servers) + (plan.servers == 1 ? " server, " : " servers, ");
  text += std::to_string(plan.clients()) + " clients on " + std::to_string(plan.sites.size()) +
          " links (";
  for (const SitePlan& site : plan.sites) text += std::to_string(site.hops) + ", ";
  text.resize(text.size() - 2);
  text += " relays away), leases of " + to_string(plan.lease_time);
  if (plan.scarce) text += ", scarce";
  if (plan.reservations) text += ", reservations";
  std::string_view comma = "; ";
  for (std::size_t i = 0; i < kTroubles; ++i) {
    if (!plan.troubles[i]) continue;
    text.append(comma).append(kNames[i]);
    comma = ", ";
  }
  return text + "; " + to_string(plan.bad_weather) + " of it";
}

}  // namespace lessor::sim
