#include "server/v4/token_bucket.h"

#include <algorithm>
#include <span>
#include <utility>

namespace lessor::server::v4 {

TokenBuckets::TokenBuckets(std::size_t places)
    : places_(places), buckets_(std::make_unique<TokenBucket[]>(places)) {}

TokenBucket& TokenBuckets::find(std::uint64_t name) {
  const std::size_t set = (name * 0x9e3779b97f4a7c15U >> 32) % (places_ / kWays);
  const std::span ways(buckets_.get() + set * kWays, kWays);
  const auto found = std::ranges::find(ways, name, &TokenBucket::name);
  if (found != ways.end()) return *found;
  TokenBucket& given_up = *std::ranges::min_element(ways, {}, &TokenBucket::full_at);
  given_up = {.name = name};
  return given_up;
}

void TokenBuckets::swap(TokenBuckets& other) noexcept {
  std::swap(places_, other.places_);
  buckets_.swap(other.buckets_);
}

}  // namespace lessor::server::v4
