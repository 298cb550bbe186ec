#include "server/v4/refine.h"

#include "server/v4/claims.h"
#include "server/v4/decide_request.h"
#include "server/v4/new_lease.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

/// How old a lease may be and serve as it is, in whole seconds, as Kea counts.
std::int64_t oldest_that_serves(const config::LeaseCaching& caching, Duration lifetime) {
  const std::int64_t part = lifetime.to_seconds() * caching.millionths / 1'000'000;
  return std::min(part, caching.max_age.to_seconds());
}

/// Whether the record would say the same again.
bool is_same(const lease::Lease& a, const lease::Lease& b) {
  return a.subnet_id == b.subnet_id && a.hardware == b.hardware && a.place == b.place &&
         equal_bytes(a.client_id, b.client_id) && equal_bytes(a.hostname, b.hostname) &&
         equal_bytes(a.extras, b.extras);
}

/// Whether an offer may have made it: it was recorded for no longer.
bool is_of_offer(const Packet& packet, const lease::Lease& lease) {
  const Duration good = offer_lifetime(packet);
  return good != Duration() && lease.lifetime <= good + lease::grace_of(good);
}

/// What is left of the client's running lease, when it serves as it is. A shorter time than it has
/// is a change; a longer one is not, as in Kea.
std::optional<Duration> find_time_left(const Packet& packet, const World& world,
                                       const lease::Lease& lease, Duration granted) {
  const config::LeaseCaching& caching = packet.subnet().caching;
  if (!caching.is_on() || granted < lease.lifetime) return std::nullopt;
  // What an offer made is good for the offer: its request is granted the whole time.
  if (lease.lifetime < granted && is_of_offer(packet, lease)) return std::nullopt;
  lease::ExtrasWriter extras;
  const auto anew = new_lease(packet, world, lease.address, granted, lease, extras);
  if (!is_same(lease, anew)) return std::nullopt;
  if (lease.lifetime.is_infinite()) return lease.lifetime;
  const Duration left = lease.expires_at - world.now.mono;
  const std::int64_t oldest = oldest_that_serves(caching, lease.lifetime);
  const bool is_young = oldest > 0 && (lease.lifetime - left).to_seconds() <= oldest;
  if (!is_young || left < Duration::seconds(1)) return std::nullopt;
  return left;
}

Decision refine_settled(const Packet& packet, const World& world, const Decision& decision) {
  const Instant now = world.now.mono;
  auto lease = world.leases.find(decision.address);
  if (lease && !is_running(*lease, packet.client, now)) lease.reset();
  Decision refined = decision;
  if (lease) {
    const auto left = find_time_left(packet, world, *lease, decision.lease_time);
    if (left) refined.lease_time = *left;
    if (left && decision.effect == Effect::bind) refined.effect = Effect::reuse;
  }
  const Duration good = offer_lifetime(packet);
  const bool is_good = lease && lease->expires_at >= now + good && lease->sequence <= world.durable;
  if (decision.effect != Effect::hold || good == Duration() || is_good) return refined;
  if (is_answer_parked(packet, world, decision.address)) {
    return silent(Reason::duplicate, decision.address);
  }
  refined.effect = Effect::lease_offer;
  return refined;
}

}  // namespace

Packet settle_in_subnet(const Packet& packet, const World& world, net::Ip4 address) {
  Packet settled = packet;
  const config::Subnet* subnet = subnet_of(packet, world, address);
  if (subnet != nullptr) settled.selection.subnet = subnet;
  settled.client.reservation = find_reservation(packet.request, world.prepared.config(),
                                                settled.subnet(), packet.client.flex);
  return settled;
}

Duration offer_lifetime(const Packet& packet) {
  const Duration* own = packet.classes == nullptr ? nullptr : packet.classes->offer_lifetime();
  return own == nullptr ? packet.subnet().offer_lifetime : *own;
}

bool was_granted(const Packet& packet, const World& world, const Decision& decision) {
  const auto lease = world.leases.find(decision.address);
  if (!lease || !is_running(*lease, packet.client, world.now.mono)) return false;
  if (packet.phase != Phase::selecting || !is_of_offer(packet, *lease)) return true;
  // RFC 2131 4.4.1: "The DHCPREQUEST message contains the same 'xid' as the DHCPOFFER message."
  // That tells apart where offers are good for as long as leases.
  return lease->lifetime >= decision.lease_time && lease->xid != packet.request.xid;
}

Decision refine(const Packet& packet, const World& world, const Decision& decision) {
  if (decision.verdict != Verdict::offer && decision.verdict != Verdict::ack) return decision;
  if (packet.network == nullptr) return refine_settled(packet, world, decision);
  return refine_settled(settle_in_subnet(packet, world, decision.address), world, decision);
}

}  // namespace lessor::server::v4
