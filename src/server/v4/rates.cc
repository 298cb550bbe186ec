#include "server/v4/rates.h"

#include <array>

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
    if (rates[i].messages > 0) tables_[i] = {rates[i], TokenBuckets(kRateBuckets)};
  }
}

Reason Rates::take(Instant now, const Sender& sender) {
  const auto names = names_of(sender);
  std::array<TokenBucket*, config::kHolders> buckets{};
  // The widest first: what a relay or port has too much of does not use up what its clients have.
  for (std::size_t i = config::kHolders; i-- > 0;) {
    Table& table = tables_[i];
    if (table.buckets.empty() || names[i] == 0) continue;
    buckets[i] = &table.buckets.find(names[i]);
    if (!buckets[i]->has_one(now, table.rate)) return kTooMany[i];
  }
  for (std::size_t i = 0; i < config::kHolders; ++i) {
    if (buckets[i] != nullptr) buckets[i]->take_one(now, tables_[i].rate);
  }
  return Reason::none;
}

void Rates::take_over(Rates& before) {
  for (std::size_t i = 0; i < config::kHolders; ++i) {
    if (tables_[i].rate == before.tables_[i].rate)
      tables_[i].buckets.swap(before.tables_[i].buckets);
  }
}

}  // namespace lessor::server::v4
