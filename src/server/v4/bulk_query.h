#pragma once
// What a DHCPBULKLEASEQUERY asks for (RFC 6926). Pure. Must not know: connections, leases' tables.

#include "base/time.h"
#include "wire/v4/message_view.h"

#include <expected>
#include <optional>
#include <string_view>

namespace lessor::server::v4 {

/// RFC 6926 6.2.2: how a query ended.
enum class BulkStatus : std::uint8_t {
  success = 0,
  unspec_fail = 1,
  query_terminated = 2,
  malformed_query = 3,
  not_allowed = 4,
};

/// Why a query is not answered.
struct BulkRefusal {
  BulkStatus status = BulkStatus::success;
  std::string_view text;
};

/// RFC 6926 7.2: by what a query asks; `all` is by nothing.
enum class BulkBy : std::uint8_t { all, hardware, client_id, relay_id, remote_id };

/// One query. Views are borrowed from its message.
struct BulkQuery {
  BulkBy by = BulkBy::all;
  std::uint32_t xid = 0;
  net::HardwareAddress hardware;
  Bytes name;  ///< the client identifier, the relay-id, the remote-id
  Bytes parameter_list;
  std::optional<WallTime> since;  ///< only what has changed since then
  std::optional<WallTime> until;
};

/// R6926-a: at most one thing to ask by; no ciaddr, yiaddr or siaddr; times that are some; no VPN
/// but the usual one (RFC 6607), for there are no others.
[[nodiscard]] std::expected<BulkQuery, BulkRefusal> read_bulk_query(
    const wire::MessageView& message);

}  // namespace lessor::server::v4
