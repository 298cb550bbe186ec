#pragma once
// What lets this server have a client renew before its time (FORCERENEW, RFC 3203): the nonce that
// the client was told in its DHCPACK, under which name of the server (RFC 6704). The lease keeps
// both. Pure.

#include "lease/extras.h"
#include "server/v4/decision.h"
#include "wire/v4/reconfigure_key.h"

namespace lessor::server::v4 {

struct RenewKey {
  wire::Nonce nonce{};
  net::Ip4 server;  ///< option 54 of the DHCPACK
};

/// What one reply says of it, and the lease that it makes keeps.
struct RenewGrant {
  bool is_taken = false;     ///< the client says that it takes FORCERENEW
  bool is_told = false;      ///< its DHCPACK carries the nonce
  RenewKey key;              ///< when is_told
  std::uint64_t replay = 0;  ///< what comes with the nonce
};

/// Whether the client says that it does, in this message.
[[nodiscard]] bool takes_forcerenew(const Packet& packet);
/// Decides it for a client that says option 145: with each DHCPACK for which its lease is written a
/// new nonce, so that whoever else is answered in its name learns none that it goes by; the same
/// one when the same DHCPREQUEST comes again, since its client hears the first answer. `seed` makes
/// it.
[[nodiscard]] RenewGrant grant_renewal(const Packet& packet, const World& world,
                                       const Decision& decision, HashKey seed);

/// Sets in a lease's extras what `grant` says of it.
void keep_renew_key(const RenewGrant& grant, lease::ExtrasWriter& extras);
/// What a lease keeps of it; nothing when its client takes no FORCERENEW.
[[nodiscard]] std::optional<RenewKey> renew_key_of(const lease::Lease& lease);

/// Writes the FORCERENEW to the client of `lease` into `room`; octets of message, 0: no room.
/// `replay` must be above that of any message to this client before. Without option 61: the lease
/// may be kept under an identifier that its client never said (flex-id).
[[nodiscard]] std::size_t write_forcerenew(const lease::Lease& lease, const RenewKey& key,
                                           std::uint64_t replay, wire::HmacMd5 hmac,
                                           MutableBytes room);

}  // namespace lessor::server::v4
