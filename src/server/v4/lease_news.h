#pragma once
// Whether a new configuration has something else to say to who holds a lease: then he is asked to
// renew. Pure; compares configurations, not packets, and where it cannot tell (client classes) it
// says yes: a renewal too many is no harm.

#include "base/hash.h"
#include "lease/lease.h"
#include "server/v4/prepared.h"

namespace lessor::server::v4 {

class LeaseNews {
 public:
  /// What is the same for all leases is compared here, once. Both are borrowed.
  LeaseNews(const config::ServerConfig& before, const config::ServerConfig& now);

  /// Whether its client would be told otherwise, or refused. Reservations are looked up by what the
  /// lease keeps of its client: hardware address, client identifier, and with store-extended-info
  /// the circuit; not by flex-id.
  [[nodiscard]] bool concern(const lease::Lease& lease, HashKey key) const;

 private:
  const config::ServerConfig& before_;
  const config::ServerConfig& now_;
  bool concern_all_ = false;
};

}  // namespace lessor::server::v4
