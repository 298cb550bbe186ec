#pragma once
// Which address to offer (RFC 2131 4.3.1). Pure.

#include "server/v4/decision.h"

namespace lessor::server::v4 {

struct Choice {
  std::optional<net::Ip4> address;  ///< nothing when the client can have none
  Reason reason = Reason::none;     ///< why this one, or why none
  Reason waiting = Reason::none;    ///< why the address reserved for the client is not to be had
  bool has_pools = false;           ///< there are pools, be they for others
  bool is_for_client = false;       ///< some of them are for this client
  bool pool_used_up = false;        ///< none is free, but offers are out that may not be taken up
};

/// Which subnet of a shared network gives its addresses first, as in Kea: of those that are for the
/// same classes as the client's the one that gave the last, else the client's. Where all look for
/// room in the same place, one that is full is not asked again and again.
[[nodiscard]] const config::Subnet& first_in_turn(const Packet& packet, const World& world);

/// R2131-4.3.1-a, with what is set aside for the client first: its reservation; the address it has;
/// what we offered it last; what it had before; what it asks for; else one never used or, when
/// there is none, the one out of use for longest.
[[nodiscard]] Choice choose_address(const Packet& packet, const World& world);

}  // namespace lessor::server::v4
