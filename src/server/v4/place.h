#pragma once
// Where a client is, behind relays, and who is counted for what it takes: the client itself, its
// port, its relay. Must not know: counts, limits, leases' tables.

#include "base/hash.h"
#include "config/server_config.h"
#include "lease/holder_counts.h"
#include "lease/lease.h"
#include "wire/v4/request.h"

namespace lessor::server::v4 {

/// Whether the message says anything of it.
[[nodiscard]] inline bool says_place(const wire::Request& request) {
  return !request.giaddr.is_zero() || request.relay.circuit_id || request.relay.remote_id;
}

/// Where the client says it is, by what its relay put into the message: giaddr, and the circuit-id,
/// else the remote-id (RFC 3046 3.1, 3.2), as 64 bits that mean the same in every process. Without
/// a relay a switch may still name the port: it is then one of the subnet's network. Nothing when
/// neither says anything. The port's number is written to disk (docs/lease-format.md): to change
/// how it is made is to change the format.
[[nodiscard]] lease::Place place_of(const wire::Request& request, const config::Subnet& subnet);

/// Who is counted, by config::Holder; 0 where nobody is. A client is one hardware address behind
/// one port, so that nobody uses up what is another's by borrowing its address elsewhere.
struct Account {
  std::array<lease::Holder, config::kHolders> holders{};
  friend bool operator==(const Account&, const Account&) = default;
};
[[nodiscard]] Account account_of(const net::HardwareAddress& hardware, const lease::Place& place,
                                 HashKey key);

}  // namespace lessor::server::v4
