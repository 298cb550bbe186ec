#pragma once
// Who asks: how a client is told apart from all others, what is set aside for it, and on whose
// account its offers go. Must not know: leases' tables, time.

#include "base/hash.h"
#include "config/server_config.h"
#include "lease/lease.h"
#include "lease/offer_table.h"
#include "net/datagram.h"
#include "wire/v4/request.h"

namespace lessor::server::v4 {

/// What a client's flex-id makes of it; both empty: it has none.
struct FlexValue {
  Bytes id;         ///< for reservations by flex-id
  Bytes client_id;  ///< stands for option 61; empty: option 61 is as it came
};

/// One client, for the length of one packet. Bytes are borrowed from it.
struct Client {
  net::HardwareAddress hardware;
  Bytes client_id;     ///< empty when it sent none
  bool by_id = false;  ///< known by client_id; else by hardware
  bool any_id =
      false;  ///< known by hardware, whatever client identifiers say (match-client-id off)
  lease::Identity identity;         ///< of what it is known by
  lease::ClientKey key;             ///< on its network, for the offer table
  const FlexValue* flex = nullptr;  ///< null: there is no such thing
  /// What is set aside for it: in its subnet, else globally where the subnet says so. In a shared
  /// network: in whichever subnet sets an address aside for it, until its address is chosen.
  const config::Reservation* reservation = nullptr;
};

/// What is set aside for the client that asks: in its subnet, else globally where the subnet says
/// so; nullptr when nothing is.
[[nodiscard]] const config::Reservation* find_reservation(const wire::Request& request,
                                                          const config::ServerConfig& config,
                                                          const config::Subnet& subnet,
                                                          const FlexValue* flex = nullptr);
/// The global reservation for the client; nullptr when it has none.
[[nodiscard]] const config::Reservation* find_global(const wire::Request& request,
                                                     const config::ServerConfig& config,
                                                     const FlexValue* flex);

/// R2131-4.2-a: "If the client supplies a 'client identifier', ... the server MUST use that
/// identifier to identify the client", else "the 'chaddr' field". R4361-a: never chaddr as well.
/// With match-client-id off it is always chaddr. A client without hardware address (hlen 0) is
/// always known by its identifier.
[[nodiscard]] Client identify(const wire::Request& request, const config::ServerConfig& config,
                              const config::Subnet& subnet, HashKey key,
                              const FlexValue* flex = nullptr);

/// Whether `lease` was made for this client (whatever its state).
[[nodiscard]] bool is_of(const lease::Lease& lease, const Client& client);

/// On whose account an offer goes, so that nobody's flood pushes out others' offers: the relay's
/// port (giaddr and circuit-id, else remote-id), a switch's port (option 82 without relay), else
/// the frame's source on that interface, else the hardware address.
[[nodiscard]] std::uint64_t source_of(const wire::Request& request, const net::Datagram& in,
                                      HashKey key);

}  // namespace lessor::server::v4
