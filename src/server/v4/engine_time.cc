// What the engine does without a message: probes, expiry, a new configuration, commands.

#include "server/v4/engine_parts.h"

#include <algorithm>
#include <array>

namespace lessor::server::v4 {
namespace {

/// Places of the lease table that one command looks at, and leases that it changes.
constexpr std::size_t kCommandWalk = 4'096;
constexpr std::size_t kCommandChanges = 256;

bool is_due(const lease::Lease& lease, lease::LeaseState state, Instant now) {
  return lease.state == state && now < lease.expires_at;
}

bool is_client_itself(const lease::Offer* offer, const net::Mac& mac) {
  return offer != nullptr && equal_bytes(offer->hardware.bytes(), mac.octets);
}

/// How long an address is out of use that somebody answers for. Where a quarter of its pool is on
/// probation already, it is more likely one who answers for all: then not for long.
Duration probation_of(const Prepared& prepared, net::Ip4 address) {
  const config::ServerConfig& config = prepared.config();
  const config::Subnet* subnet = config.find_subnet(address);
  const config::Pool* pool = subnet == nullptr ? nullptr : subnet->find_pool(address);
  if (pool == nullptr) return config.decline_probation_period;
  const PoolFigures& figures = prepared.figures(pool->ordinal);
  const bool is_crowded = figures.declined * kDeclinedShareOfPool >= figures.total;
  return is_crowded ? std::min(config.decline_probation_period, kCrowdedProbation)
                    : config.decline_probation_period;
}

}  // namespace

// ---- probes

void ServerEngine::on_arp(Now now, const net::ArpSighting& sighting, net::Outbox& out) {
  if (parts_->probes.size() == 0) return;
  if (parts_->probes.interface_of(sighting.address) != sighting.interface) return;
  // A client whose old address is still configured answers for itself: no conflict.
  const lease::Offer* offer = parts_->ledger.offers().find_by_address(sighting.address);
  parts_->finish_probe(now, sighting.address, !is_client_itself(offer, sighting.mac), out);
}

/// An error says that nobody was reached, as silence does.
void ServerEngine::on_echo(Now now, const net::EchoSighting& sighting, net::Outbox& out) {
  if (!parts_->probes.is_answer(sighting)) return;
  const bool in_use = sighting.kind == net::EchoSighting::Kind::reply;
  parts_->finish_probe(now, sighting.address, in_use, out);
}

/// The time of one request is up, without an answer.
void ServerEngine::Parts::probe_due(Now now, net::Ip4 address, net::Outbox& out) {
  if (!probes.goes_on(address, now.mono)) return finish_probe(now, address, false, out);
  if (probes.ask(address, out)) ++herald.counters().probes_sent;
}

/// The probe is over: the DISCOVER that waited for it is handled as if it came now. Not where its
/// client has asked for something else since, and is held that: else two that go by one client
/// identifier would start each other's probes for ever.
void ServerEngine::Parts::finish_probe(Now now, net::Ip4 address, bool in_use, net::Outbox& out) {
  const WaitingDiscover* waiting = probes.finish(address);
  if (waiting == nullptr) return;
  // A DHCPREQUEST was quicker: what was promised meanwhile holds, and its client finds out itself
  // who else has the address (RFC 2131 3.1).
  const auto held = ledger.leases().find(address);
  const bool promised = held && is_due(*held, lease::LeaseState::active, now.mono);
  if (in_use && promised) return;
  const lease::Offer* offer = ledger.offers().find_by_address(address);
  const bool waits = offer != nullptr || promised;
  replayed = *waiting;
  if (in_use) {
    const std::uint32_t subnet_id = offer == nullptr ? 0 : offer->subnet_id;
    // One who meets so many is answered by a host that answers for all: he shall ask again.
    const bool within = offer == nullptr || declines.allow(offer->client, now.mono);
    Duration probation = probation_of(*ledger.current(), address);
    if (!within) probation = std::min(probation, kCrowdedProbation);
    if (!set_in_use(address, subnet_id, probation, ledger, now)) return;  // the client asks again
    ++herald.counters().declined_addresses;
    herald.plain(now, EventKind::address_in_use, Reason::seen_in_use, address);
    if (!within) return;
  } else {
    ledger.note_probe(address, ProbeNote::clean);
  }
  if (!waits || now.mono < paused_until) return;
  --herald.counters().received[index_of(wire::MessageType::discover)];  // counted when it came
  replays = true;
  handle(now, replayed.datagram(), out);
  replays = false;
}

// ---- time

void ServerEngine::on_time(Now now, net::Outbox& out) {
  Parts& p = *parts_;
  if (!p.started) p.started = now.mono;
  while (const auto address = p.probes.find_due(now.mono)) p.probe_due(now, *address, out);
  (void)p.expire(now, kSliceSize);
  if (now.mono >= p.doubt_until) {
    p.ledger.end_doubt();
    p.doubt_until = Instant::never();
  }
  if (p.ledger.continue_swap(now, kSliceSize)) {
    p.herald.follow_leases(p.ledger.current()->config().follows_leases());
    p.herald.plain(now, EventKind::configuration, Reason::none, {});
    p.begin_renewals(p.ledger.take_replaced());
  }
  if (p.renewals_due() <= now.mono) {
    p.find_renewals(now);
    p.ask_due(now, out);
  }
  if (p.backlog.size() > 0) p.answer_waiting(now, out);
}

// ---- requests that wait

/// The clients of the oldest have asked again.
void ServerEngine::Parts::give_up_waiting(Now now) {
  for (std::size_t done = 0; done < kSliceSize; ++done) {
    const auto oldest = backlog.give_up(now.mono);
    if (!oldest) return;
    ++herald.counters().received_total;
    herald.silence(now, Message{*oldest}, silent(Reason::given_up));
  }
}

/// The newest first, while there is room for what their answers change.
void ServerEngine::Parts::answer_waiting(Now now, net::Outbox& out) {
  longest_wait = std::max(longest_wait, backlog.oldest_age(now.mono));
  give_up_waiting(now);
  for (std::size_t done = 0; done < kBacklogSlice && backlog.size() > 0; ++done) {
    if (room_for_changes(out).is_short()) {
      backlog_due = now.mono + kBacklogPause;
      return;
    }
    ++herald.counters().received_total;
    handle(now, backlog.give_newest(), out);
  }
  backlog_due = now.mono;
}

ServerEngine::Waiting ServerEngine::waiting(Instant now) const {
  const Backlog& backlog = parts_->backlog;
  const Duration oldest = backlog.oldest_age(now);
  return {backlog.size(), oldest, std::max(oldest, parts_->longest_wait)};
}

std::size_t ServerEngine::Parts::expire(Now now, std::size_t budget) {
  if (ledger.current() == nullptr) return 0;
  const std::size_t offers = ledger.expire_offers(now, budget, [&](const lease::Offer& offer) {
    herald.offer(now, Reason::lease_over, offer);
  });
  const std::size_t leases = ledger.expire_leases(
      now, budget,
      [&](const lease::Lease& lease, lease::ExpiryStage stage) { lease_over(now, lease, stage); });
  return std::max(offers, leases);
}

/// What ended before we began is no news.
void ServerEngine::Parts::lease_over(Now now, const lease::Lease& lease, lease::ExpiryStage stage) {
  if (!started || lease.expires_at <= *started) return;
  if (stage == lease::ExpiryStage::expired) {
    ++herald.counters().leases_expired;
    herald.lease(now, EventKind::lease_expired, Reason::lease_over, lease);
    herald.account(now, lease,
                   {.kind = EventKind::lease_expired,
                    .reason = Reason::lease_over,
                    .sequence = lease.sequence,
                    .was_held = true});
  } else if (lease.state == lease::LeaseState::declined) {
    ++herald.counters().declines_over;
    herald.lease(now, EventKind::decline_over, Reason::lease_over, lease);
    herald.account(now, lease,
                   {.kind = EventKind::decline_over,
                    .reason = Reason::lease_over,
                    .sequence = lease.sequence});
  }
}

Instant ServerEngine::next_deadline() const {
  const Ledger& ledger = parts_->ledger;
  if (ledger.swapping()) return Instant();  // due: the next slice
  if (ledger.current() == nullptr) return Instant::never();
  const Instant backlog = parts_->backlog.size() > 0 ? parts_->backlog_due : Instant::never();
  return std::min({backlog, ledger.leases().next_expiry(), ledger.offers().next_expiry(),
                   parts_->probes.next_due(), parts_->doubt_until, parts_->renewals_due()});
}

// ---- an operator's commands

/// Tells of it: the ledger's next change ends it.
void ServerEngine::Parts::end_by_command(Now now, EventKind kind, const lease::Lease& lease) {
  herald.lease(now, kind, Reason::operator_command, lease);
  herald.account(now, lease,
                 {.kind = kind,
                  .reason = Reason::operator_command,
                  .sequence = ledger.last_change() + 1,
                  .was_held = true});
}

std::expected<ServerEngine::CommandDone, ServerEngine::CommandError> ServerEngine::release(
    Now now, net::Ip4 address) {
  const auto lease = parts_->ledger.leases().find(address);
  if (!lease || !is_due(*lease, lease::LeaseState::active, now.mono)) {
    return std::unexpected(CommandError::not_found);
  }
  if (parts_->ledger.room_for(*lease, 1) != Reason::none) {
    return std::unexpected(CommandError::busy);
  }
  parts_->end_by_command(now, EventKind::lease_ended, *lease);
  return CommandDone{.count = 1, .wait_for = end_lease(*lease, parts_->ledger, now)};
}

std::expected<ServerEngine::CommandDone, ServerEngine::CommandError> ServerEngine::clear_declined(
    Now now, net::Ip4 address) {
  const auto lease = parts_->ledger.leases().find(address);
  if (!lease || !is_due(*lease, lease::LeaseState::declined, now.mono)) {
    return std::unexpected(CommandError::not_found);
  }
  if (parts_->ledger.room_for(*lease, 1) != Reason::none) {
    return std::unexpected(CommandError::busy);
  }
  parts_->end_by_command(now, EventKind::decline_over, *lease);
  return CommandDone{.count = 1, .wait_for = end_lease(*lease, parts_->ledger, now)};
}

std::expected<ServerEngine::CommandDone, ServerEngine::CommandError>
ServerEngine::clear_all_declined(Now now) {
  std::array<net::Ip4, kCommandChanges> found;
  std::size_t count = 0;
  std::uint32_t& cursor = parts_->clear_cursor;
  CommandDone done{.more = true};
  for (std::size_t walked = 0; walked < kCommandWalk && count < found.size(); ++walked) {
    cursor = parts_->ledger.leases().for_each_from(cursor, 1, [&](const lease::Lease& lease) {
      if (is_due(lease, lease::LeaseState::declined, now.mono)) found[count++] = lease.address;
    });
    done.more = cursor != lease::LeaseTable::kWalkEnd;
    if (!done.more) break;
  }
  if (!done.more) cursor = lease::LeaseTable::kWalkBegin;
  for (std::size_t i = 0; i < count; ++i) {
    const auto cleared = clear_declined(now, found[i]);
    if (!cleared) {
      cursor = lease::LeaseTable::kWalkBegin;
      return std::unexpected(cleared.error());
    }
    ++done.count;
    done.wait_for = cleared->wait_for;
  }
  return done;
}

ServerEngine::CommandDone ServerEngine::reclaim(Now now) {
  const std::size_t count = parts_->expire(now, kCommandWalk);
  return {.count = count, .more = count >= kCommandWalk};
}

}  // namespace lessor::server::v4
