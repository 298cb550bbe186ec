#include "server/v4/new_lease.h"

#include "server/v4/claims.h"
#include "server/v4/quota.h"
#include "server/v4/renew_key.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

/// How long the lease is recorded for: as granted, but not shorter than what its client may still
/// believe in. The ACK that shortens a lease may be lost, and its client go on with the longer one
/// (RFC 2131 3.3 lets a server record more than it grants). An infinite lease is shortened: its
/// client asks again only when it boots, and then until it is answered.
Duration recorded_time(const Packet& packet, const World& world, Duration granted,
                       const std::optional<lease::Lease>& before) {
  const Instant now = world.now.mono;
  if (!before || !is_running(*before, packet.client, now)) return granted;
  if (before->expires_at.is_never()) return granted;
  // With its grace: the client's clock has had all of that time to fall behind.
  const Duration left = before->expires_at - now;
  const Duration grace = lease::grace_of(before->lifetime) - lease::grace_of(left);
  return std::max(granted, left + grace);
}

/// The name under which the lease is kept: the reservation's, else the client's.
Bytes hostname_of(const Packet& packet) {
  const config::Reservation* reservation = packet.client.reservation;
  const bool reserved = reservation != nullptr && !reservation->hostname.empty();
  const Bytes name =
      reserved ? as_bytes(reservation->hostname) : packet.request.hostname.value_or(Bytes());
  return name.first(std::min<std::size_t>(name.size(), 255));
}

/// The classes of its client go with the message that makes or renews the lease, as in Kea.
[[gnu::noinline]] void set_classes(const Packet& packet, const World& world,
                                   lease::ExtrasWriter& room) {
  const CountedClasses classes = counted_classes(packet, world);
  std::array<std::byte, 4 * kClassesOfLease> octets;
  for (std::size_t i = 0; i < classes.count; ++i) {
    store_be32(octets.data() + 4 * i, classes.numbers[i]);
  }
  const Bytes value = Bytes(octets).first(4 * classes.count);
  if (room.set(lease::Extra::classes, value)) return;
  // Counts before what is only told, for without them a limit would not hold; but none of a class
  // that has no limit.
  const Bytes limited = value.first(4 * classes.limited);
  if (room.set(lease::Extra::classes, limited)) return;
  (void)room.set(lease::Extra::relay_info, {});
  if (room.set(lease::Extra::classes, limited)) return;
  (void)room.set(lease::Extra::user_context, {});
  (void)room.set(lease::Extra::classes, limited);
}

/// What the lease keeps: as long as it runs, what it kept before; and of its relay what the message
/// says, if it says anything. Put together in `room`.
Bytes extras_of(const Packet& packet, const World& world, const std::optional<lease::Lease>& before,
                lease::ExtrasWriter& room) {
  const std::optional<Bytes>& relay_info = packet.request.relay_info;
  const bool is_told = packet.subnet().stores_extended_info && relay_info;
  const bool has_kept =
      before && !before->extras.empty() && is_running(*before, packet.client, world.now.mono);
  const bool is_counted = packet.classes != nullptr && !packet.classes->groups().empty();
  const bool is_renewable = packet.renew != nullptr && packet.renew->is_told;
  if (!is_told && !has_kept && !is_counted && !is_renewable) return {};
  if (has_kept) room = lease::ExtrasWriter(before->extras);
  if (packet.renew != nullptr) keep_renew_key(*packet.renew, room);
  // What is too long to be kept does not leave what was kept of another place.
  if (is_told && !room.set(lease::Extra::relay_info, *relay_info)) {
    (void)room.set(lease::Extra::relay_info, {});
  }
  set_classes(packet, world, room);
  return room.bytes();
}

}  // namespace

lease::Lease new_lease(const Packet& packet, const World& world, net::Ip4 address, Duration granted,
                       const std::optional<lease::Lease>& before, lease::ExtrasWriter& extras) {
  const Duration lifetime = recorded_time(packet, world, granted, before);
  return {.address = address,
          .state = lease::LeaseState::active,
          .hardware = packet.client.hardware,
          .client_id = packet.client.client_id,
          .hostname = hostname_of(packet),
          .extras = extras_of(packet, world, before, extras),
          .started = world.now.wall,
          .lifetime = lifetime,
          .expires_at = world.now.mono + lifetime,
          .subnet_id = packet.subnet().id,
          .xid = packet.request.xid,
          .place = find_place(packet, before)};
}

}  // namespace lessor::server::v4
