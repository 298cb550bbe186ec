#pragma once
// Rates: how many messages a client, a port and a relay may send in a time, by a token bucket each.
// Asked before a message is parsed: what is too much costs little. Must not know: what is in the
// messages, subnets, leases.

#include "config/server_config.h"
#include "server/v4/limits.h"
#include "server/v4/reason.h"
#include "server/v4/sender.h"
#include "server/v4/token_bucket.h"

namespace lessor::server::v4 {

/// One thread.
class Rates {
 public:
  /// Allocates (1 MiB for each rate that is set): off the packet thread.
  explicit Rates(const config::MessageRates& rates);

  /// Counts the message, or says why it is one too many (client_rate, port_rate, relay_rate): then
  /// it counts for nobody.
  [[nodiscard]] Reason take(Instant now, const Sender& sender);
  /// Goes on where `before` was, for rates that have stayed as they are.
  void take_over(Rates& before);

 private:
  struct Table {
    config::MessageRate rate;
    TokenBuckets buckets;
  };
  std::array<Table, config::kHolders> tables_;
};

}  // namespace lessor::server::v4
