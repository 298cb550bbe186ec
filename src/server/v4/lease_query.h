#pragma once
// DHCPLEASEQUERY (RFC 4388): who has an address, and which addresses a client has, for relays and
// access concentrators that ask. Pure: reads the lease table, changes nothing. Must not know:
// sockets, who may ask.

#include "server/v4/prepared.h"
#include "wire/v4/message_writer.h"
#include "wire/v4/request.h"

#include <array>
#include <expected>
#include <optional>

namespace lessor::server::v4 {

/// By what a query asks (RFC 4388 6.2).
enum class QueryBy : std::uint8_t { address, hardware, client_id };

/// R4388-6-a: exactly one of ciaddr, chaddr and option 61. Nothing when it is none, or several. A
/// chaddr of zeros names nobody, whatever htype and hlen say.
[[nodiscard]] std::optional<QueryBy> query_by(const wire::Request& request);

/// Addresses of one client that an answer names: as many as one option holds. A client has one
/// lease a subnet.
inline constexpr std::size_t kMaxAssociated = 63;

/// What there is to tell.
struct LeaseFinding {
  wire::MessageType type = wire::MessageType::leaseunknown;  ///< of the answer
  std::optional<lease::Lease> lease;                         ///< leaseactive: which; borrowed
  std::size_t associated_count = 0;                          ///< the client's active leases
  std::array<std::byte, 4 * kMaxAssociated> associated{};    ///< their addresses
};

/// R4388-6-b: answers by that item alone; giaddr does not choose among leases. Of several leases of
/// a client's it is the one that the client spoke about last (6.4.2).
[[nodiscard]] LeaseFinding find_leases(QueryBy by, const wire::Request& request,
                                       const config::ServerConfig& config,
                                       const lease::LeaseTable& leases, Instant now);

/// Whether the client of this lease may use its address now.
[[nodiscard]] bool is_held(const lease::Lease& lease, Instant now);

/// Writes the answer. Errors: what must be in it does not fit `limit` or `slot`.
[[nodiscard]] std::expected<wire::WriteResult, wire::WriteError> write_lease_answer(
    const wire::Request& request, const LeaseFinding& finding, const Prepared& prepared, Now now,
    net::Ip4 server_identifier, std::size_t limit, MutableBytes slot);

}  // namespace lessor::server::v4
