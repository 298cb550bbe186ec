// ServerEngine: clients that are asked to renew before their time (RFC 3203), by command or since a
// new configuration has something else to tell them.

#include "server/v4/engine_parts.h"
#include "server/v4/lease_news.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

bool is_running(const lease::Lease& lease, Instant now) {
  return lease.state == lease::LeaseState::active && now < lease.expires_at;
}

}  // namespace

// ---- what replies say of it

void ServerEngine::Parts::choose_renew_grant(const Packet& packet, const World& world,
                                             const Decision& decision) {
  renew_grant = grant_renewal(packet, world, decision, key);
  if (renew_grant.is_told) renew_grant.replay = next_replay(world.now);
}

/// RFC 3118 2: it must grow from message to message, over restarts of the server and of its host,
/// too: so many seconds, and the host's milliseconds for a restart within one.
std::uint64_t ServerEngine::Parts::next_replay(Now now) {
  const auto seconds = static_cast<std::uint64_t>(now.wall.seconds);
  const auto since_boot = static_cast<std::uint64_t>(now.mono.to_nanoseconds() / 1'000'000);
  last_replay = std::max(last_replay + 1, (seconds << 32U) | (since_boot & UINT32_MAX));
  return last_replay;
}

// ---- whom a new configuration concerns

/// When another configuration comes while the walk is under way, nobody knows any more who was told
/// what: all that have not renewed since are asked, once around from where the walk is.
void ServerEngine::Parts::begin_renewals(PreparedPtr before) {
  const config::ServerConfig& config = ledger.current()->config();
  renew_calls.set_rate(config.force_renew_rate);
  const bool is_wanted = can_renew() && config.force_renew == config::ForceRenew::automatic;
  const bool is_second = renew_walk.is_under_way;
  ledger.retire(std::move(renew_walk.before));
  renew_walk.is_under_way = is_wanted && before != nullptr;
  if (!renew_walk.is_under_way || is_second) {
    ledger.retire(std::move(before));
  } else {
    renew_walk.before = std::move(before);
    renew_walk.cursor = lease::LeaseTable::kWalkBegin;
  }
  renew_walk.begun_at = renew_walk.cursor;
  renew_walk.is_around = false;
  renew_walk.renewed = ledger.last_change();
}

/// One slice of it, as far as there is room for calls.
void ServerEngine::Parts::find_renewals(Now now) {
  if (!renew_walk.is_under_way) return;
  std::optional<LeaseNews> news;
  if (renew_walk.before) news.emplace(renew_walk.before->config(), ledger.current()->config());
  const Ledger& books = ledger;
  for (std::size_t i = 0; i < kSliceSize && renew_calls.has_room(); ++i) {
    renew_walk.cursor =
        books.leases().for_each_from(renew_walk.cursor, 1, [&](const lease::Lease& lease) {
          const bool is_due = is_running(lease, now.mono) && renew_key_of(lease) &&
                              lease.sequence <= renew_walk.renewed &&
                              !renew_calls.includes(lease.address, lease.sequence);
          if (!is_due || (news && !news->concern(lease, key))) return;
          renew_calls.add(now.mono, lease.address, lease.sequence, Reason::new_settings);
        });
    if (renew_walk.cursor == lease::LeaseTable::kWalkEnd) {
      renew_walk.cursor = lease::LeaseTable::kWalkBegin;
      renew_walk.is_around = true;
    }
    if (renew_walk.is_around && renew_walk.cursor >= renew_walk.begun_at) {
      renew_walk.is_under_way = false;
      return ledger.retire(std::move(renew_walk.before));
    }
  }
}

// ---- asking

ServerEngine::Asked ServerEngine::ask_to_renew(Now now, std::span<const net::Ip4> addresses) {
  Parts& p = *parts_;
  Asked done;
  for (const net::Ip4 address : addresses) {
    const auto lease = p.ledger.leases().find(address);
    if (!lease || !is_running(*lease, now.mono)) {
      ++done.without_lease;
    } else if (!p.can_renew() || !renew_key_of(*lease)) {
      ++done.without_nonce;
    } else if (p.renew_calls.includes(address, lease->sequence)) {
      ++done.asked;  // already on its way
    } else if (!p.renew_calls.has_room()) {
      ++done.too_many;
    } else {
      p.renew_calls.add(now.mono, address, lease->sequence, Reason::operator_command);
      ++done.asked;
    }
  }
  return done;
}

void ServerEngine::Parts::ask_due(Now now, net::Outbox& out) {
  for (std::size_t i = 0; i < kSliceSize; ++i) {
    const auto call = renew_calls.take_due(now.mono);
    if (!call) return;
    const auto lease = ledger.leases().find(call->address);
    const bool is_open =
        lease && is_running(*lease, now.mono) && lease->sequence == call->sequence && can_renew();
    if (!is_open) continue;
    if (RenewCalls::is_over(*call)) {
      herald.lease(now, EventKind::renew_asked, Reason::no_answer, *lease);
    } else if (ask(now, *call, *lease, out)) {
      renew_calls.made(now.mono, *call);
    } else {
      return renew_calls.put_back(now.mono, *call);
    }
  }
}

/// False when it cannot be sent now: there is no room, or the DHCPACK with the nonce is still to
/// come.
bool ServerEngine::Parts::ask(Now now, const RenewCalls::Call& call, const lease::Lease& lease,
                              net::Outbox& out) {
  const MutableBytes slot = out.payload();
  const auto nonce = renew_key_of(lease);
  if (slot.empty() || !nonce || lease.sequence > out.durable()) return false;
  const std::size_t size = write_forcerenew(lease, *nonce, next_replay(now), hmac_md5, slot);
  CHECK(size > 0);
  const bool is_own = interfaces.owns(nonce->server);
  out.post({.target = net::LinkTarget::route,
            .source = is_own ? nonce->server : net::Ip4(),
            .destination = lease.address,
            .source_port = wire::kServerPort,
            .destination_port = wire::kClientPort},
           size);
  ++herald.counters().sent[index_of(wire::MessageType::forcerenew)];
  herald.lease(now, EventKind::renew_asked, call.why, lease);
  return true;
}

Instant ServerEngine::Parts::renewals_due() const {
  if (renew_walk.is_under_way && renew_calls.has_room()) return Instant();
  return renew_calls.next_due();
}

}  // namespace lessor::server::v4
