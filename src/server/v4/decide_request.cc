#include "server/v4/decide_request.h"

#include "server/v4/choose_address.h"
#include "server/v4/claims.h"
#include "server/v4/decide.h"
#include "server/v4/lease_time.h"
#include "server/v4/quota.h"
#include "server/v4/server_address.h"

#include <algorithm>
#include <array>

namespace lessor::server::v4 {
namespace {

constexpr Verdict kAck = Verdict::ack;
constexpr Verdict kNak = Verdict::nak;
constexpr Verdict kSilence = Verdict::silence;

// R2131-4.3.2-b, -c, -f, -g. A server that is not authoritative says nothing to a client that it
// does not know: another server may know it (R2131-3.2-a). Two choices are ours: a free address is
// granted to a client that renews it, since it cannot be another server's and a lost store must not
// take a site down; and INIT-REBOOT for a free address is as Kea does it.
constexpr std::array<RequestRow, kStandings> kTable = {{
    //                      INIT-REBOOT            RENEWING, REBINDING
    //                      not auth.  auth.       not auth.  auth.
    {Standing::own, /*   */ kAck, /**/ kAck, /* */ kAck, /**/ kAck},
    {Standing::other, /* */ kNak, /**/ kNak, /* */ kNak, /**/ kNak},
    {Standing::off_link, kSilence, /**/ kNak, /* */ kSilence, kNak},
    {Standing::out_of_pool, kSilence, /**/ kNak, kSilence, /**/ kNak},
    {Standing::taken, /* */ kSilence, kNak, /*  */ kSilence, /**/ kNak},
    {Standing::free, /*  */ kSilence, kNak, /*  */ kAck, /**/ kAck},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kStandings; ++i) {
    if (static_cast<std::size_t>(kTable[i].standing) != i) return false;
  }
  return true;
}
static_assert(in_order(), "a row for each Standing");

/// Whether we know this client here: it has a running lease or a reserved address on this network,
/// or asks for an address that it holds elsewhere (it moved from one of our networks to another).
bool is_known(const Packet& packet, const World& world, net::Ip4 asked) {
  if (reserved_address(packet) || is_holder(packet, world, asked)) return true;
  return history_of(packet, world).running.has_value();
}

Standing standing_of_unknown(const Claim& claim) {
  if (claim.allowed) return Standing::free;
  if (claim.reason == Reason::wrong_network) return Standing::off_link;
  if (claim.reason == Reason::out_of_pool || claim.reason == Reason::wrong_class) {
    return Standing::out_of_pool;
  }
  return Standing::taken;
}

/// Whether the client has a running lease of another address here. It leaves that for an offer that
/// it chose, and for nothing else: a message that asks for an address without one may be an old one
/// that somebody sends again, while the client uses what it has. Of several leases (of a file that
/// was imported) it may use any.
bool is_settled_elsewhere(const Packet& packet, const World& world, net::Ip4 asked) {
  return !is_holder(packet, world, asked) && history_of(packet, world).running.has_value();
}

Standing standing_of(const Packet& packet, const World& world, net::Ip4 asked, const Claim& claim) {
  if (claim.is_own()) {
    const bool holds = claim.reason == Reason::current_lease;
    return holds || !is_settled_elsewhere(packet, world, asked) ? Standing::own : Standing::other;
  }
  return is_known(packet, world, asked) ? Standing::other : standing_of_unknown(claim);
}

Verdict verdict_of(const RequestRow& row, bool reboot, bool authoritative) {
  if (reboot) return authoritative ? row.init_reboot_authoritative : row.init_reboot;
  return authoritative ? row.renewing_authoritative : row.renewing;
}

/// A holder that is refused keeps its lease, so far as we know, until it asks afresh, gives it back
/// or the lease is over: the DHCPNAK may be lost, and the message that it answers a copy that
/// somebody replays.
Decision refuse(const Packet& packet, net::Ip4 address, Reason reason) {
  Decision decision{.verdict = Verdict::nak, .reason = reason, .address = address};
  if (reserved_address(packet) == address) decision.waiting = reason;
  return decision;
}

/// One address more than its account may have. Where we could be silent about an unknown client, we
/// are; one whose port we cannot know may yet ask through its relay.
Decision refuse_one_more(const Packet& packet, net::Ip4 address, Reason claim, Reason full) {
  const bool is_unknown = claim == Reason::recreated && !packet.subnet().authoritative;
  if (is_unknown || full == Reason::place_unknown) return silent(full, address);
  return refuse(packet, address, full);
}

Decision grant(const Packet& packet, const World& world, net::Ip4 address, Reason reason) {
  if (world.census != nullptr) {
    const Reason full = why_no_more(packet, world, address, reason);
    if (full != Reason::none) return refuse_one_more(packet, address, reason, full);
  }
  if (is_answer_parked(packet, world, address)) return silent(Reason::duplicate, address);
  const bool moves_in = reserved_address(packet) == address;
  return {.verdict = Verdict::ack,
          .effect = Effect::bind,
          .reason = reason,
          .address = address,
          .lease_time = time_for(packet, world, address),
          .waiting = moves_in ? Reason::none : why_reservation_waits(packet, world)};
}

/// R2131-4.3.2-a: "Servers not selected by the DHCPREQUEST message use the message as notification
/// that the client has declined that server's offer."
Decision left_to_another() {
  return {.effect = Effect::drop_offer, .reason = Reason::other_server};
}

/// Whether only another server can have offered this: it is neither in a pool of ours nor the
/// client's here, and that the client shall move to its reservation says nothing of that.
bool is_anothers(const Packet& packet, const World& world, const Claim& claim, net::Ip4 address) {
  if (claim.reason == Reason::out_of_pool) return true;
  return claim.reason == Reason::reservation_due && !is_holder(packet, world, address) &&
         find_pool(packet, world, address) == nullptr;
}

/// SELECTING, and we are the server that the client chose; or one of those that go by the name of
/// their relay agent (RFC 5107): then what we do not offer was another's offer.
Decision decide_selecting(const Packet& packet, const World& world) {
  const net::Ip4 address = *packet.request.requested_ip;
  const Claim claim = judge(packet, world, address);
  if (is_offer_live(packet, world, address)) {
    // What was offered is granted, whatever was reserved or moved in the meantime. And that we
    // offered it tells more than that the client asks for it, as it must.
    const bool by_offer =
        claim.reason == Reason::requested || claim.reason == Reason::reservation_due;
    if (by_offer) return grant(packet, world, address, Reason::offered);
  } else if (claim.allowed && claim.reason != Reason::current_lease &&
             is_settled_elsewhere(packet, world, address)) {
    return refuse(packet, address, Reason::wrong_address);
  } else if (names_by_relay(packet.request) && is_anothers(packet, world, claim, address)) {
    return left_to_another();
  }
  if (claim.allowed) return grant(packet, world, address, claim.reason);
  return refuse(packet, address, claim.reason);
}

Reason reason_of_nak(const Claim& claim, Standing standing) {
  if (!claim.allowed) return claim.reason;
  return standing == Standing::other ? Reason::wrong_address : Reason::no_lease;
}

/// INIT-REBOOT, RENEWING, REBINDING: by the table.
Decision decide_verification(const Packet& packet, const World& world) {
  const bool reboot = packet.phase == Phase::init_reboot;
  const net::Ip4 asked = reboot ? *packet.request.requested_ip : packet.request.ciaddr;
  Claim claim = judge(packet, world, asked);
  // A client that renews says that it holds the address: what is in doubt, it clears up.
  if (!reboot && claim.reason == Reason::in_doubt) claim = {true, Reason::recreated};
  const Standing standing = standing_of(packet, world, asked, claim);
  // Nobody but the one who uses an address gets it recreated by unicast: else whoever can reach us
  // could lease whole pools of other links.
  const bool unknown = standing == Standing::free;
  if (unknown && packet.phase == Phase::renewing && !is_source_honest(packet)) {
    return silent(Reason::spoofed_source, asked);
  }
  const RequestRow& row = kTable[static_cast<std::size_t>(standing)];
  switch (verdict_of(row, reboot, packet.subnet().authoritative)) {
    case Verdict::ack:
      return grant(packet, world, asked, unknown ? Reason::recreated : claim.reason);
    case Verdict::nak:
      return refuse(packet, asked, reason_of_nak(claim, standing));
    case Verdict::silence:
    case Verdict::offer:
    case Verdict::inform_ack:
      return silent(Reason::unknown_client, asked);
  }
  return silent(Reason::unknown_client, asked);
}

}  // namespace

std::span<const RequestRow> request_table() { return kTable; }

bool is_answer_parked(const Packet& packet, const World& world, net::Ip4 address) {
  const auto lease = world.leases.find(address);
  return lease && is_running(*lease, packet.client, world.now.mono) &&
         lease->xid == packet.request.xid && lease->sequence > world.durable;
}

Decision decide_request(const Packet& packet, const World& world) {
  const bool is_for_another = names_another(packet.request, world.interfaces) &&
                              !world.prepared.config().ignore_server_identifier;
  if (is_for_another) return left_to_another();
  if (packet.phase == Phase::selecting) return decide_selecting(packet, world);
  return decide_verification(packet, world);
}

Decision decide_bootp(const Packet& packet, const World& world) {
  const Choice choice = choose_address(packet, world);
  if (!choice.address) {
    return {.effect = choice.pool_used_up ? Effect::make_room : Effect::none,
            .reason = choice.reason,
            .waiting = choice.waiting};
  }
  Decision decision = grant(packet, world, *choice.address, choice.reason);
  if (decision.verdict == Verdict::nak) return silent(decision.reason, decision.address);
  const config::Lifetimes* own = packet.classes == nullptr ? nullptr : packet.classes->lifetimes();
  decision.lease_time = own == nullptr ? Duration::infinite() : own->valid;
  return decision;
}

Decision decide_rejected(const Packet& packet, const World& world) {
  switch (packet.phase) {
    case Phase::discover:
    case Phase::inform:
      return silent(Reason::class_reject);
    case Phase::selecting:
    case Phase::init_reboot:
    case Phase::renewing:
    case Phase::rebinding:
      break;
    case Phase::decline:
      return decide_decline(packet, world);
    case Phase::release:
      return decide_release(packet, world);
  }
  if (names_another(packet.request, world.interfaces)) return left_to_another();
  return refuse(packet, packet.request.requested_ip.value_or(packet.request.ciaddr),
                Reason::class_reject);
}

}  // namespace lessor::server::v4
