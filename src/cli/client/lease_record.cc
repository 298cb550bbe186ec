#include "cli/client/lease_record.h"

#include "wire/v4/protocol.h"

#include <algorithm>
#include <array>

namespace lessor::cli {
namespace {

/// Facts of the lease that the file has lines of its own for.
constexpr std::array kOwnLines{wire::kOptionDhcpMessageType,   wire::kOptionDhcpServerIdentifier,
                               wire::kOptionDhcpLeaseTime,     wire::kOptionDhcpRenewalTime,
                               wire::kOptionDhcpRebindingTime, wire::kOptionDhcpAgentOptions};

std::vector<std::byte> seconds_of(Duration time) {
  std::vector<std::byte> octets(4);
  store_be32(octets.data(), time.to_wire());
  return octets;
}

/// The file leaves out of the options what has a line of its own; the engine has it in both.
void restore_options(client::v4::Lease& lease) {
  std::vector<std::byte> server(4);
  store_be32(server.data(), lease.server.value);
  lease.options.emplace_back(wire::kOptionDhcpLeaseTime, seconds_of(lease.lease_time));
  lease.options.emplace_back(wire::kOptionDhcpServerIdentifier, std::move(server));
  std::ranges::sort(lease.options, {}, [](const auto& option) { return option.first; });
}

}  // namespace

craft::ClientLease record_of(const client::v4::Lease& lease, const net::Mac& chaddr,
                             const Clocks& now) {
  craft::ClientLease record{.address = lease.address,
                            .server = std::nullopt,
                            .server_mac = std::nullopt,
                            .got_at = now.wall - (now.mono - lease.requested_at),
                            .lease_time = lease.lease_time,
                            .renew_after = lease.t1,
                            .rebind_after = lease.t2,
                            .xid = lease.xid,
                            .client = {},
                            .said = {},
                            .options = {}};
  if (!lease.server.is_zero()) record.server = lease.server;
  if (lease.server_mac != net::Mac()) record.server_mac = lease.server_mac;
  record.client.type = wire::kHtypeEthernet;
  record.client.size = static_cast<std::uint8_t>(chaddr.octets.size());
  copy_bytes(record.client.octets, chaddr.octets);
  for (const auto& option : lease.options) {
    if (std::ranges::count(kOwnLines, option.first) == 0) record.options.push_back(option);
  }
  return record;
}

std::expected<client::v4::Lease, std::string> lease_of(const craft::ClientLease& record,
                                                       const Clocks& now) {
  if (!record.lease_time || *record.lease_time <= Duration()) {
    return std::unexpected("there is no line 'lease-time = ...'");
  }
  if (!record.got_at) return std::unexpected("there is no line 'got-at = ...'");
  client::v4::Lease lease;
  lease.address = record.address;
  lease.server = record.server.value_or(net::Ip4());
  lease.server_mac = record.server_mac.value_or(net::Mac());
  lease.lease_time = *record.lease_time;
  const Duration age = std::clamp(now.wall - *record.got_at, Duration(), lease.lease_time);
  // What never ends is not counted from its beginning.
  lease.requested_at = now.mono - (age.is_infinite() ? Duration() : age);
  lease.t1 = record.renew_after.value_or(lease.lease_time / 2);
  lease.t2 = record.rebind_after.value_or(lease.lease_time - lease.lease_time / 8);
  const bool ordered = Duration() < lease.t1 && lease.t1 < lease.t2 && lease.t2 < lease.lease_time;
  if (!ordered) {  // RFC 2131 4.4.5: the defaults
    lease.t1 = lease.lease_time / 2;
    lease.t2 = lease.lease_time - lease.lease_time / 8;
  }
  lease.xid = record.xid;
  lease.options = record.options;
  restore_options(lease);
  return lease;
}

}  // namespace lessor::cli
