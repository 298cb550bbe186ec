#include "server/v4/lease_query.h"

#include "server/v4/lease_options.h"
#include "wire/v4/leasequery_request.h"

namespace lessor::server::v4 {
namespace {

/// Whether the server answers for the address though nobody has it: it can be leased here.
bool is_ours_to_give(net::Ip4 address, const config::ServerConfig& config) {
  const auto has_it = [&](const config::Subnet& subnet) {
    return subnet.find_pool(address) != nullptr || subnet.find_reservation(address) != nullptr;
  };
  return config.find_subnet(address, has_it) != nullptr ||
         config.hosts().find(config.reservations, address) != nullptr;
}

LeaseFinding find_by_address(net::Ip4 address, const config::ServerConfig& config,
                             const lease::LeaseTable& leases, Instant now) {
  LeaseFinding finding;
  const auto lease = leases.find(address);
  if (lease && is_held(*lease, now)) {
    finding.type = wire::MessageType::leaseactive;
    finding.lease = lease;
  } else if (is_ours_to_give(address, config)) {
    finding.type = wire::MessageType::leaseunassigned;
  }
  return finding;
}

/// Of one client's leases, as they are met.
class Gatherer {
 public:
  explicit Gatherer(Instant now) : now_(now) {}

  bool operator()(const lease::Lease& lease) {
    if (!is_held(lease, now_)) return true;
    finding_.type = wire::MessageType::leaseactive;
    if (!finding_.lease || is_later(lease, *finding_.lease)) finding_.lease = lease;
    store_be32(finding_.associated.data() + 4 * finding_.associated_count, lease.address.value);
    return ++finding_.associated_count < kMaxAssociated;
  }
  [[nodiscard]] const LeaseFinding& finding() const { return finding_; }

 private:
  static bool is_later(const lease::Lease& a, const lease::Lease& b) {
    return a.started != b.started ? a.started > b.started : a.sequence > b.sequence;
  }

  Instant now_;
  LeaseFinding finding_;
};

/// R4388-6-c: what the query named comes back, or what is known of the lease.
wire::Header header_of(const wire::Request& request, const LeaseFinding& finding) {
  wire::Header header{
      .hlen = 0, .xid = request.xid, .flags = request.flags, .giaddr = request.giaddr};
  header.ciaddr = finding.lease ? finding.lease->address : request.ciaddr;
  header.set_hardware_address(finding.lease ? finding.lease->hardware : request.hardware_address);
  return header;
}

}  // namespace

std::optional<QueryBy> query_by(const wire::Request& request) {
  const bool by_address = !request.ciaddr.is_zero();
  const bool by_hardware = wire::names_somebody(request.hardware_address);
  const bool by_id = request.client_id.has_value();
  if (by_address + by_hardware + by_id != 1) return std::nullopt;
  if (by_address) return QueryBy::address;
  return by_hardware ? QueryBy::hardware : QueryBy::client_id;
}

bool is_held(const lease::Lease& lease, Instant now) {
  return lease.state == lease::LeaseState::active && lease.expires_at > now;
}

LeaseFinding find_leases(QueryBy by, const wire::Request& request,
                         const config::ServerConfig& config, const lease::LeaseTable& leases,
                         Instant now) {
  Gatherer gather(now);
  switch (by) {
    case QueryBy::address:
      return find_by_address(request.ciaddr, config, leases, now);
    case QueryBy::hardware:
      leases.for_each_by_hardware(request.hardware_address, gather);
      break;
    case QueryBy::client_id:
      leases.for_each_by_client_id(*request.client_id, gather);
      break;
  }
  return gather.finding();
}

std::expected<wire::WriteResult, wire::WriteError> write_lease_answer(
    const wire::Request& request, const LeaseFinding& finding, const Prepared& prepared, Now now,
    net::Ip4 server_identifier, std::size_t limit, MutableBytes slot) {
  wire::ReplyOptions options;
  options.require_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(finding.type));
  options.require_ip4(wire::kOptionDhcpServerIdentifier, server_identifier);
  if (finding.lease) {
    LeaseOptions of_lease(*finding.lease, prepared, now, options);
    of_lease.add_lease_time();
    of_lease.add_silence();
    // 6.4.2: all of them, asked for or not.
    if (finding.associated_count > 1) {
      options.require(wire::kOptionAssociatedIp,
                      Bytes(finding.associated).first(4 * finding.associated_count));
    }
    of_lease.add_wanted(request.parameter_list);
    of_lease.add_client_id();
  }
  return wire::write_message(header_of(request, finding), options, limit, slot);
}

}  // namespace lessor::server::v4
