#pragma once
// The lease_query hook as Kea's files have it: hooks-libraries with libdhcp_lease_query.so. Must
// not know: leases, messages.

#include "config/node.h"
#include "config/server_config.h"

#include <optional>

namespace lessor::config {

/// Reads the hook's parameters from `global` (the Dhcp4 map): requesters, and under advanced what
/// connections are asked by (RFC 6926). Nothing where the hook is not there.
[[nodiscard]] std::optional<LeaseQueries> read_lease_queries(const Node& global, Report& report);

}  // namespace lessor::config
