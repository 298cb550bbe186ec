#pragma once
// Token buckets: so many messages at once, and as many again in a time, spread evenly; of one name,
// or of many in a table of fixed size. Must not know: whose they are.

#include "config/message_rate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace lessor::server::v4 {

struct TokenBucket {
  std::uint64_t name = 0;
  Instant full_at;  ///< when all that was taken has flowed in again

  /// Whether there is one left; of a rate of no messages there is none.
  [[nodiscard]] bool has_one(Instant now, const config::MessageRate& rate) const {
    return rate.messages > 0 && after_taking(now, rate) <= now + rate.period;
  }
  /// Precondition: has_one().
  void take_one(Instant now, const config::MessageRate& rate) { full_at = after_taking(now, rate); }

 private:
  [[nodiscard]] Instant after_taking(Instant now, const config::MessageRate& rate) const {
    return std::max(full_at, now) + rate.period / rate.messages;
  }
};

/// One thread. Names beyond the places share them: the one that has sent least gives way, so that
/// nobody frees his own place by making up names.
class TokenBuckets {
 public:
  TokenBuckets() = default;
  /// Allocates 16 octets a place: off the packet thread.
  explicit TokenBuckets(std::size_t places);

  [[nodiscard]] bool empty() const { return places_ == 0; }
  /// The bucket of `name`, valid until the next call. Precondition: not empty().
  [[nodiscard]] TokenBucket& find(std::uint64_t name);
  void swap(TokenBuckets& other) noexcept;

 private:
  static constexpr std::size_t kWays = 4;
  std::size_t places_ = 0;
  std::unique_ptr<TokenBucket[]> buckets_;
};

}  // namespace lessor::server::v4
