#pragma once
// The running server's figures as status and statistics. Pure: values in, values out.

#include "control/status.h"
#include "runtime/packet_io.h"
#include "server/v4/engine.h"

namespace lessor::cli {

/// Interfaces that were asked for, with why each is or is not served.
[[nodiscard]] std::vector<control::InterfaceStatus> report_interfaces(
    std::span<const runtime::ServedInterface> served, const net::InterfaceTable& table);

[[nodiscard]] std::vector<control::PoolStatus> report_pools(
    std::span<const server::v4::PoolFigures> pools);

/// Every count under a name that says what it counts: messages by type, silences and refusals by
/// reason, frames by refusal.
[[nodiscard]] std::vector<control::Counter> report_counters(const server::v4::Counters& engine,
                                                            const runtime::PacketCounters& packets);

/// Kea's statistics: the messages', and for each subnet and pool its addresses.
[[nodiscard]] std::vector<control::Statistic> report_statistics(
    const server::v4::Counters& engine, std::span<const server::v4::PoolFigures> pools);

}  // namespace lessor::cli
