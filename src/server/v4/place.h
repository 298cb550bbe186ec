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
  lease::Holder subnet = 0;            ///< all its clients
  lease::Holder random_of_subnet = 0;  ///< those of them with a made-up hardware address
  friend bool operator==(const Account&, const Account&) = default;
};
[[nodiscard]] Account account_of(const net::HardwareAddress& hardware, const lease::Place& place,
                                 std::uint32_t subnet_id, HashKey key);
/// A subnet as a holder, and those of its clients that make up their hardware addresses. Ids are
/// not a stranger's to choose; 0 is none.
[[nodiscard]] lease::Holder subnet_holder(std::uint32_t subnet_id, HashKey key);
[[nodiscard]] lease::Holder random_holder(std::uint32_t subnet_id, HashKey key);
/// The clients of a class (config/class_number) as a holder.
[[nodiscard]] lease::Holder class_holder(std::uint32_t number, HashKey key);
/// Whether a hardware address is one that its host has made up: the bit of locally administered
/// ones is set (IEEE 802), in what has six octets.
[[nodiscard]] bool is_made_up(const net::HardwareAddress& hardware);

}  // namespace lessor::server::v4
