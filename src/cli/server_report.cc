#include "cli/server_report.h"

#include <map>

namespace lessor::cli {
namespace {

using server::v4::Counters;
using server::v4::PoolFigures;

constexpr std::size_t kUnknownType = server::v4::kMessageTypes - 1;

std::string type_name(std::size_t index) {
  if (index == kUnknownType) return "unknown";
  return std::string(wire::to_string(static_cast<wire::MessageType>(index)));
}

template <typename Counts>
void add_types(std::vector<control::Counter>& to, const char* prefix, const Counts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) to.push_back({prefix + type_name(i), counts[i]});
}

template <typename Counts>
void add_reasons(std::vector<control::Counter>& to, const char* prefix, const Counts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;  // most reasons never apply to one of the two
    to.push_back({prefix + std::string(name_of(static_cast<server::v4::Reason>(i))), counts[i]});
  }
}

/// The sums of a subnet's pools.
struct Sums {
  std::uint64_t total = 0;
  std::uint64_t assigned = 0;
  std::uint64_t declined = 0;
  std::uint64_t reuses = 0;
};

void add_addresses(std::vector<control::Statistic>& to, const std::string& prefix,
                   const Sums& sums) {
  to.push_back({prefix + "total-addresses", sums.total});
  to.push_back({prefix + "assigned-addresses", sums.assigned});
  to.push_back({prefix + "declined-addresses", sums.declined});
}

}  // namespace

std::vector<control::InterfaceStatus> report_interfaces(
    std::span<const runtime::ServedInterface> served, const net::InterfaceTable& table) {
  std::vector<control::InterfaceStatus> result;
  for (const runtime::ServedInterface& s : served) {
    control::InterfaceStatus status{.name = s.name, .served = s.is_open(), .why = s.reason};
    if (const net::Interface* found = table.find(s.index)) {
      for (const net::Prefix4& p : found->addresses) status.addresses.push_back(to_string(p));
    }
    result.push_back(std::move(status));
  }
  return result;
}

std::vector<control::PoolStatus> report_pools(std::span<const PoolFigures> pools) {
  std::vector<control::PoolStatus> result;
  for (const PoolFigures& p : pools) {
    result.push_back({.subnet = net::to_string(p.subnet),
                      .subnet_id = p.subnet_id,
                      .range = net::to_string(p.range),
                      .total = p.total,
                      .assigned = p.assigned,
                      .declined = p.declined,
                      .offered = p.offered,
                      .free = p.free});
  }
  return result;
}

std::vector<control::Counter> report_counters(const Counters& engine,
                                              const runtime::PacketCounters& packets) {
  std::vector<control::Counter> all;
  add_types(all, "received ", engine.received);
  add_types(all, "sent ", engine.sent);
  add_reasons(all, "silent: ", engine.silent);
  add_reasons(all, "DHCPNAK: ", engine.refused);
  all.push_back({"options that did not fit", engine.options_dropped});
  all.push_back({"relay information that did not fit", engine.relay_info_dropped});
  all.push_back({"addresses declined", engine.declined_addresses});
  all.push_back({"leases expired", engine.leases_expired});
  all.push_back({"probations over", engine.declines_over});
  all.push_back({"offers displaced", engine.offers_displaced});
  all.push_back({"reservation conflicts", engine.reservation_conflicts});
  all.push_back({"leases that served again", engine.lease_reuses});
  all.push_back({"probes asked for", engine.probes_sent});
  for (std::size_t i = 0; i < runtime::kIoCountSize; ++i) {
    const auto count = static_cast<runtime::IoCount>(i);
    all.push_back({"packets: " + std::string(name(count)), packets.value(count)});
  }
  for (std::size_t i = 0; i < net::kFrameRefusalCount; ++i) {
    const auto refusal = static_cast<net::FrameRefusal>(i);
    all.push_back({"frames refused: " + std::string(net::name(refusal)), packets.value(refusal)});
  }
  return all;
}

std::vector<control::Statistic> report_statistics(const Counters& engine,
                                                  std::span<const PoolFigures> pools) {
  std::vector<control::Statistic> all;
  for (const server::v4::Statistic& s : server::v4::statistics(engine)) {
    all.push_back({std::string(s.name), s.value});
  }
  std::map<std::uint32_t, Sums> subnets;
  Sums everything;
  for (const PoolFigures& p : pools) {
    const Sums sums{p.total, p.assigned, p.declined, p.reuses};
    for (Sums* sum : {&subnets[p.subnet_id], &everything}) {
      sum->total += sums.total;
      sum->assigned += sums.assigned;
      sum->declined += sums.declined;
      sum->reuses += sums.reuses;
    }
    const std::string subnet = "subnet[" + std::to_string(p.subnet_id) + "].";
    add_addresses(all, subnet + "pool[" + std::to_string(p.pool_id) + "].", sums);
  }
  for (const auto& [id, sums] : subnets) {
    const std::string subnet = "subnet[" + std::to_string(id) + "].";
    add_addresses(all, subnet, sums);
    all.push_back({subnet + "v4-lease-reuses", sums.reuses});
  }
  add_addresses(all, "", everything);
  return all;
}

}  // namespace lessor::cli
