#pragma once
// A lease between a client's engine and its file: the engine's times are of a clock that begins
// anew with every boot, the file's of the wall clock. Must not know: where the file is.

#include "client/v4/lease.h"
#include "craft/exchange/lease_text.h"

#include <expected>
#include <string>

namespace lessor::cli {

/// Both clocks at one moment, the wall clock since 1970-01-01 UTC.
struct Clocks {
  Instant mono;
  Duration wall;
};

/// The lease as the file says it (docs/send.md); `chaddr` is the interface's.
[[nodiscard]] craft::ClientLease record_of(const client::v4::Lease& lease, const net::Mac& chaddr,
                                           const Clocks& now);
/// Its way back. A lease is never taken for younger than new or older than over, however the wall
/// clock was set meanwhile. The error says what the file lacks: a lease time, or when it began.
[[nodiscard]] std::expected<client::v4::Lease, std::string> lease_of(
    const craft::ClientLease& record, const Clocks& now);

}  // namespace lessor::cli
