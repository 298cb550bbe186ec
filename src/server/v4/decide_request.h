#pragma once
// DHCPREQUEST (RFC 2131 4.3.2): SELECTING, INIT-REBOOT, RENEWING, REBINDING, with the table that
// says what a client that names no server gets. Pure.

#include "server/v4/decision.h"

#include <span>

namespace lessor::server::v4 {

/// How a client stands to the address that it asks to keep.
enum class Standing : std::uint8_t {
  own,          ///< its lease or reservation: the client is known
  other,        ///< the client is known here, and this is not its address, or not on this network
  off_link,     ///< unknown client; the address is not on this network
  out_of_pool,  ///< unknown client; the address is in no pool
  taken,        ///< unknown client; reserved for, leased or offered to another, or on probation
  free,         ///< unknown client; a free address of a pool
};
inline constexpr std::size_t kStandings = 6;

/// A row of the table: what a client of this standing is told, without and with authority.
struct RequestRow {
  Standing standing;
  Verdict init_reboot;
  Verdict init_reboot_authoritative;
  Verdict renewing;  ///< and rebinding
  Verdict renewing_authoritative;
};
[[nodiscard]] std::span<const RequestRow> request_table();

/// Whether this is a message sent again whose DHCPACK still waits for the disk: it is answered
/// once.
[[nodiscard]] bool is_answer_parked(const Packet& packet, const World& world, net::Ip4 address);

/// Chooses the answer to a DHCPREQUEST. Another server's identifier declines our offer
/// (R2131-4.3.2-a); ours takes it up; none goes by request_table().
[[nodiscard]] Decision decide_request(const Packet& packet, const World& world);

/// RFC 1534 2: what a BOOTP client is told it keeps; it never asks for a lease. So its address is
/// leased at once, and for ever unless one of its classes has a lease time.
[[nodiscard]] Decision decide_bootp(const Packet& packet, const World& world);

/// The class REJECT: a DHCPREQUEST is refused, what asks for more is not answered, and what gives
/// an address back counts.
[[nodiscard]] Decision decide_rejected(const Packet& packet, const World& world);

}  // namespace lessor::server::v4
