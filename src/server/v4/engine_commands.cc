// What an operator says of leases, and of the service as a whole.

#include "lease/extras.h"
#include "server/v4/engine_parts.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

/// Leases that one call forgets.
constexpr std::size_t kForgottenAtOnce = 256;

/// Nobody's: what is left of a lease that was forgotten.
bool is_blank(const lease::Lease& lease) {
  return lease.state == lease::LeaseState::released && lease.hardware.size == 0 &&
         lease.client_id.empty();
}

/// Whether what an operator says is of the client that has the lease already.
bool is_same_client(const lease::Lease& wanted, const lease::Lease& before) {
  return wanted.hardware.size > 0 && wanted.hardware == before.hardware &&
         (wanted.client_id.empty() || equal_bytes(wanted.client_id, before.client_id));
}

/// What no operator says of a client: what limits count it by, where it is and its classes, and the
/// nonce that it was told. Put together in `room`; false where that has none for it.
bool keep_unsaid(lease::Lease& lease, const lease::Lease& before, lease::ExtrasWriter& room) {
  if (lease.place == lease::Place()) lease.place = before.place;
  room = lease::ExtrasWriter(lease.extras);
  for (const lease::Extra code : {lease::Extra::classes, lease::Extra::renew_key}) {
    const Bytes value = lease::find_extra(before, code);
    const bool is_said = !lease::find_extra(lease, code).empty();
    if (!value.empty() && !is_said && !room.set(code, value)) return false;
  }
  lease.extras = room.bytes();
  return true;
}

/// When a lease ends that began and lasts as it says. What began in the future begins now.
Instant end_of(const lease::Lease& lease, Now now) {
  if (lease.lifetime.is_infinite()) return Instant::never();
  const std::int64_t left = (lease.started + lease.lifetime).seconds - now.wall.seconds;
  return now.mono + std::clamp(Duration::seconds(left), Duration(), lease.lifetime);
}

}  // namespace

std::expected<ServerEngine::CommandDone, ServerEngine::CommandError> ServerEngine::set_lease(
    Now now, const lease::Lease& wanted) {
  Ledger& ledger = parts_->ledger;
  const auto before = ledger.leases().find(wanted.address);
  const bool was_held = before && !is_blank(*before);
  lease::Lease lease = wanted;
  lease::ExtrasWriter room;
  if (before && is_same_client(wanted, *before) && !keep_unsaid(lease, *before, room)) {
    return std::unexpected(CommandError::too_long);
  }
  if (ledger.room_for(lease, 1) != Reason::none) return std::unexpected(CommandError::busy);
  (void)ledger.drop_offer(lease.address, now);
  lease.expires_at = end_of(lease, now);
  const lease::Sequence sequence = ledger.put(lease, now);
  parts_->herald.lease(now, EventKind::lease_set, Reason::operator_command, lease);
  parts_->herald.account(now, lease,
                         {.kind = EventKind::lease_set,
                          .reason = Reason::operator_command,
                          .sequence = sequence,
                          .was_held = was_held});
  return CommandDone{.count = 1, .wait_for = sequence};
}

/// A record of nobody takes the place of each: what is durable is never taken back.
std::expected<ServerEngine::CommandDone, ServerEngine::CommandError> ServerEngine::forget(
    Now now, std::span<const net::Ip4> addresses) {
  Ledger& ledger = parts_->ledger;
  CommandDone done;
  for (const net::Ip4 address : addresses) {
    const auto known = ledger.leases().find(address);
    if (!known || is_blank(*known)) continue;
    if (done.count == kForgottenAtOnce) {
      done.more = true;
      break;
    }
    if (ledger.room_for(*known, 1) != Reason::none) return std::unexpected(CommandError::busy);
    parts_->end_by_command(now, EventKind::lease_ended, *known);
    lease::Lease blank;
    blank.address = address;
    blank.state = lease::LeaseState::released;
    blank.started = now.wall;
    blank.expires_at = now.mono;
    blank.subnet_id = known->subnet_id;
    done.wait_for = ledger.put(blank, now);
    ++done.count;
  }
  return done;
}

void ServerEngine::pause(Instant until) { parts_->paused_until = until; }

}  // namespace lessor::server::v4
