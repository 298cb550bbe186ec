#include "server/v4/bulk_walk.h"

#include "lease/extras.h"
#include "server/v4/lease_options.h"
#include "server/v4/lease_query.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

/// Nobody's: what is left of a lease that an operator deleted.
bool is_blank(const lease::Lease& lease) {
  return lease.hardware.size == 0 && lease.client_id.empty();
}

/// RFC 6926 6.2.3: the times of a message count from its own.
void add_base_time(WallTime now, wire::ReplyOptions& options) {
  options.require_u32(wire::kOptionBaseTime, static_cast<std::uint32_t>(now.seconds));
}

/// Looking for the next pool among so many costs as much as a look at one address.
constexpr std::size_t kPoolsForOne = 32;

/// The pool that holds `address`, else the next one behind it: the part of it from `address` on.
std::optional<net::Range4> next_part(const config::ServerConfig& config, net::Ip4 address) {
  std::optional<net::Range4> found;
  for (const config::Subnet& subnet : config.subnets) {
    for (const config::Pool& pool : subnet.pools) {
      if (pool.range.last < address) continue;
      const net::Range4 part{std::max(pool.range.first, address), pool.range.last};
      if (!found || part.first < found->first) found = part;
    }
  }
  return found;
}

}  // namespace

BulkFacts facts_of(const lease::Lease& lease, Instant now) {
  switch (lease.state) {
    case lease::LeaseState::active:
      if (is_held(lease, now)) return {BulkState::active, lease.started};
      return {BulkState::expired, ended_at(lease)};
    case lease::LeaseState::released:
      return {is_blank(lease) ? BulkState::reset : BulkState::released, lease.started};
    case lease::LeaseState::declined:
      if (lease.expires_at > now) return {BulkState::abandoned, lease.started};
      return {BulkState::available, ended_at(lease)};
  }
  return {};
}

bool BulkWalk::go_on(const BulkWorld& world, std::size_t budget, BulkOutput& out) {
  if (stage_ == Stage::leases) {
    if (!walks_all_ && is_of_client() && told_of_client_ == 0) walks_all_ = hides_some(world);
    if (!walks_all_ && is_of_client()) {
      walk_client(world, out);
    } else {
      walk_table(world, budget, out);
    }
  }
  if (stage_ == Stage::free_addresses) walk_pools(world, budget, out);
  return stage_ == Stage::over;
}

template <typename Fn>
void BulkWalk::for_each_of_client(const BulkWorld& world, Fn&& fn) const {
  if (query_.by == BulkBy::hardware) {
    world.leases.for_each_by_hardware(query_.hardware, fn);
  } else {
    world.leases.for_each_by_client_id(query_.name, fn);
  }
}

/// The table's indexes show so many leases of one client; who has more is looked for in all of it.
bool BulkWalk::hides_some(const BulkWorld& world) const {
  std::size_t count = 0;
  for_each_of_client(world,
                     [&](const lease::Lease&) { return ++count < lease::kMaxLeasesPerClient; });
  return count >= lease::kMaxLeasesPerClient;
}

/// A client's leases are few: what does not fit is told by the next slice.
void BulkWalk::walk_client(const BulkWorld& world, BulkOutput& out) {
  std::size_t position = 0;
  bool is_full = false;
  const auto look = [&](const lease::Lease& lease) {
    if (position++ < told_of_client_) return true;
    if (!out.has_room()) return !(is_full = true);
    ++told_of_client_;
    tell_lease(world, lease, out);
    return true;
  };
  for_each_of_client(world, look);
  if (!is_full) stage_ = Stage::over;
}

void BulkWalk::walk_table(const BulkWorld& world, std::size_t& budget, BulkOutput& out) {
  while (budget > 0 && out.has_room()) {
    --budget;
    cursor_ = world.leases.for_each_from(cursor_, 1, [&](const lease::Lease& lease) {
      if (is_asked_for(lease)) tell_lease(world, lease, out);
    });
    if (cursor_ != lease::LeaseTable::kWalkEnd) continue;
    // What was never leased has never changed.
    const bool wants_free = query_.by == BulkBy::all && !query_.since;
    stage_ = wants_free ? Stage::free_addresses : Stage::over;
    return;
  }
}

void BulkWalk::walk_pools(const BulkWorld& world, std::size_t& budget, BulkOutput& out) {
  const config::ServerConfig& config = world.prepared.config();
  const auto spend = [&](std::size_t cost) { budget -= std::min(budget, cost); };
  while (budget > 0) {
    const auto part = next_part(config, next_free_);
    if (!part) {
      stage_ = Stage::over;
      return;
    }
    next_free_ = part->first;
    spend(config.pool_count / kPoolsForOne);
    do {  // one in any case, or there were no progress
      if (!out.has_room()) return;
      spend(1);
      if (world.leases.number_of(next_free_) == lease::LeaseTable::kWalkEnd) {
        tell_free(world, next_free_, out);
      }
      if (next_free_ == net::kIp4Broadcast) {  // nothing lies behind it
        stage_ = Stage::over;
        return;
      }
      ++next_free_.value;
    } while (budget > 0 && next_free_ <= part->last);
  }
}

/// RFC 6926 7.1: by the relay's identifier, what it calls the client, or the client itself; any
/// when none is asked.
bool BulkWalk::is_asked_for(const lease::Lease& lease) const {
  switch (query_.by) {
    case BulkBy::all:
      return true;
    case BulkBy::hardware:
      return lease.hardware == query_.hardware;
    case BulkBy::client_id:
      return equal_bytes(lease.client_id, query_.name);
    case BulkBy::relay_id:
      return equal_bytes(relay_id_of(lease), query_.name);
    case BulkBy::remote_id:
      return equal_bytes(remote_id_of(lease), query_.name);
  }
  return false;
}

/// RFC 6926 7.2: when it changed.
bool BulkWalk::is_wanted(const BulkFacts& facts) const {
  return (!query_.since || facts.since >= *query_.since) &&
         (!query_.until || facts.since <= *query_.until);
}

/// RFC 6926 8.3: DHCPLEASEACTIVE, else DHCPLEASEUNASSIGNED with what was known
/// of the last client.
void BulkWalk::tell_lease(const BulkWorld& world, const lease::Lease& lease, BulkOutput& out) {
  const BulkFacts facts = facts_of(lease, world.now.mono);
  if (!is_wanted(facts)) return;
  const bool active = facts.state == BulkState::active;
  ++(active ? told_.active : told_.unassigned);
  wire::Header header{.hlen = 0, .xid = query_.xid};
  header.ciaddr = lease.address;
  header.set_hardware_address(lease.hardware);
  wire::ReplyOptions options;
  options.require_u8(wire::kOptionDhcpMessageType,
                     static_cast<std::uint8_t>(active ? wire::MessageType::leaseactive
                                                      : wire::MessageType::leaseunassigned));
  add_base_time(world.now.wall, options);
  options.require_u8(wire::kOptionDhcpState, static_cast<std::uint8_t>(facts.state));
  LeaseOptions of_lease(lease, world.prepared, world.now, options);
  if (active) of_lease.add_lease_time();
  // Since when a lease that was renewed is active, is not recorded.
  if (!active) {
    const std::int64_t age = world.now.wall.seconds - facts.since.seconds;
    options.require_u32(wire::kOptionStartTimeOfState, Duration::seconds(age).to_wire());
  }
  of_lease.add_silence();
  of_lease.add_client_id();
  if (active) of_lease.add_wanted(query_.parameter_list);
  write(header, options, world, out);
}

void BulkWalk::tell_free(const BulkWorld& world, net::Ip4 address, BulkOutput& out) {
  ++told_.unassigned;
  wire::Header header{.htype = 0, .hlen = 0, .xid = query_.xid};
  header.ciaddr = address;
  wire::ReplyOptions options;
  options.require_u8(wire::kOptionDhcpMessageType,
                     static_cast<std::uint8_t>(wire::MessageType::leaseunassigned));
  add_base_time(world.now.wall, options);
  options.require_u8(wire::kOptionDhcpState, static_cast<std::uint8_t>(BulkState::available));
  write(header, options, world, out);
}

/// The first says who we are, the others need not (RFC 6926 8.2). All is first
/// hand (6.2.8).
void BulkWalk::write(const wire::Header& header, wire::ReplyOptions& options,
                     const BulkWorld& world, BulkOutput& out) {
  if (told_.active + told_.unassigned == 1) {
    options.require_ip4(wire::kOptionDhcpServerIdentifier, world.server);
  }
  options.require_u8(wire::kOptionDataSource, 0);
  const auto written = wire::write_message(header, options, BulkOutput::kMaxMessage, out.next());
  if (written) out.add(written->size);
}

void write_bulk_done(std::uint32_t xid, BulkRefusal how, net::Ip4 server, bool first,
                     BulkOutput& out) {
  wire::ReplyOptions options;
  options.require_u8(wire::kOptionDhcpMessageType,
                     static_cast<std::uint8_t>(wire::MessageType::leasequerydone));
  if (first) options.require_ip4(wire::kOptionDhcpServerIdentifier, server);
  std::array<std::byte, 1 + 120> status;
  ByteWriter writer(status);
  writer.u8(static_cast<std::uint8_t>(how.status));
  writer.bytes(as_bytes(how.text.substr(0, status.size() - 1)));
  if (how.status != BulkStatus::success) options.require(wire::kOptionStatusCode, writer.written());
  const wire::Header header{.htype = 0, .hlen = 0, .xid = xid};
  const auto written = wire::write_message(header, options, BulkOutput::kMaxMessage, out.next());
  if (written) out.add(written->size);
}

}  // namespace lessor::server::v4
