#include "server/v4/rates.h"

#include <algorithm>
#include <span>

namespace lessor::server::v4 {
namespace {

constexpr std::array<Reason, config::kHolders> kTooMany{Reason::client_rate, Reason::port_rate,
                                                        Reason::relay_rate};

/// Who is counted, by config::Holder; 0 where nobody is.
std::array<std::uint64_t, config::kHolders> names_of(const Sender& sender) {
  return {sender.hardware, sender.has_port ? sender.name(Level::port) : 0,
          sender.has_relay ? sender.name(Level::relay) : 0};
}

}  // namespace

Rates::Rates(const config::MessageRates& rates) {
  for (std::size_t i = 0; i < config::kHolders; ++i) {
    if (rates[i].messages == 0) continue;
    tables_[i] = {.rate = rates[i],
                  .interval = rates[i].period / rates[i].messages,
                  .buckets = std::make_unique<Bucket[]>(kRateBuckets)};
  }
}

Rates::Bucket& Rates::find_bucket(const Table& table, std::uint64_t name) {
  const std::size_t set = (name * 0x9e3779b97f4a7c15U >> 32) % (kRateBuckets / kWays);
  const std::span ways(table.buckets.get() + set * kWays, kWays);
  const auto found = std::ranges::find(ways, name, &Bucket::name);
  if (found != ways.end()) return *found;
  Bucket& given_up = *std::ranges::min_element(ways, {}, &Bucket::full_at);
  given_up = {.name = name};
  return given_up;
}

Reason Rates::take(Instant now, const Sender& sender) {
  const auto names = names_of(sender);
  std::array<Bucket*, config::kHolders> buckets{};
  // The widest first: what a relay or port has too much of does not use up what its clients have.
  for (std::size_t i = config::kHolders; i-- > 0;) {
    const Table& table = tables_[i];
    if (!table.buckets || names[i] == 0) continue;
    buckets[i] = &find_bucket(table, names[i]);
    const Instant full_at = std::max(buckets[i]->full_at, now) + table.interval;
    if (full_at > now + table.rate.period) return kTooMany[i];
  }
  for (std::size_t i = 0; i < config::kHolders; ++i) {
    if (buckets[i] == nullptr) continue;
    buckets[i]->full_at = std::max(buckets[i]->full_at, now) + tables_[i].interval;
  }
  return Reason::none;
}

void Rates::take_over(Rates& before) {
  for (std::size_t i = 0; i < config::kHolders; ++i) {
    const bool is_same = tables_[i].rate == before.tables_[i].rate;
    if (is_same) tables_[i].buckets.swap(before.tables_[i].buckets);
  }
}

}  // namespace lessor::server::v4
