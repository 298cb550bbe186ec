#include "server/v4/apply.h"

#include "server/v4/claims.h"
#include "server/v4/new_lease.h"
#include "server/v4/quota.h"
#include "server/v4/refine.h"

#include <algorithm>
#include <expected>

namespace lessor::server::v4 {
namespace {

/// One packet's way through the books.
struct Job {
  const Packet& packet;
  const Decision& decision;
  const World& world;
  Books& books;
  net::Outbox& out;

  [[nodiscard]] Message message() const { return {packet.in, &packet.request, &packet.subnet()}; }
  void tell(EventKind kind, Reason reason, net::Ip4 address) const {
    books.herald.note(world.now, message(), kind, reason, address);
  }
  /// The next change of the ledger will be about this lease.
  void account(EventKind kind, Reason reason, const lease::Lease& lease,
               Duration lease_time = {}) const {
    books.herald.account(world.now, lease,
                         {.kind = kind,
                          .reason = reason,
                          .sequence = books.ledger.last_change() + 1,
                          .was_held = true,
                          .lease_time = lease_time,
                          .query = &packet.in,
                          .classes = packet.classes});
  }
};

Applied failed(Reason reason) { return {.failure = reason}; }

/// A lease with its bytes inside: a table's own views end when the table changes.
class OwnedLease {
 public:
  explicit OwnedLease(const lease::Lease& lease) { bytes_.assign(lease, lease.sequence); }
  [[nodiscard]] lease::Lease lease() const { return bytes_.lease(); }

 private:
  lease::LeaseChange bytes_;
};

lease::Lease out_of_use(net::Ip4 address, std::uint32_t subnet_id, Duration probation, Now now) {
  return {.address = address,
          .state = lease::LeaseState::declined,
          .started = now.wall,
          .lifetime = probation,
          .expires_at = now.mono + probation,
          .subnet_id = subnet_id};
}

/// Whoever `held` (a lease or an offer) is counted for; why not, when that is full. Apart from its
/// callers, which have nothing to do with it where nothing is limited.
template <typename Held>
[[gnu::noinline]] Reason put_on_account(const Job& job, Held& held) {
  const Charge account = charge(job.packet, job.world, held.address, job.decision.reason);
  held.hardware = account.hardware;
  held.place = account.place;
  return account.refused;
}

// ---- offers

/// On which pool's account an address goes. A reserved one is on no pool's: giving it up makes no
/// room there.
std::uint32_t pool_of(const Job& job, net::Ip4 address) {
  const config::Pool* pool = find_pool(job.packet, job.world, address);
  return pool == nullptr ? lease::OfferTable::kNoPool : pool->ordinal;
}

/// Puts the offer on somebody's account; why not, when that is full.
[[gnu::noinline]] Reason count_offer(const Job& job, lease::Offer& offer) {
  if (!is_one_more(job.packet, job.world)) return Reason::none;
  if (!job.books.ledger.has_room_to_count()) return Reason::table_full;
  offer.counted = true;
  offer.place = find_place(job.packet, job.world.leases.find(offer.address));
  const CountedClasses classes = counted_classes(job.packet, job.world);
  std::copy_n(classes.numbers.begin(), std::min(classes.limited, offer.classes.size()),
              offer.classes.begin());
  return job.world.census == nullptr ? Reason::none : put_on_account(job, offer);
}

/// The subnets of a shared network take turns at giving addresses away.
void note_turn(const Job& job) {
  const bool in_turn = job.packet.network != nullptr && job.decision.reason == Reason::free_address;
  if (in_turn) job.world.prepared.note_turn(job.packet.subnet());
}

Applied hold(const Job& job, ProbeNote note) {
  lease::Offer offer{.address = job.decision.address,
                     .client = job.packet.client.key,
                     .source = job.packet.source,
                     .lease_time = job.decision.lease_time,
                     .xid = job.packet.request.xid,
                     .subnet_id = job.packet.subnet().id,
                     .hardware = job.packet.client.hardware,
                     .note = static_cast<std::uint32_t>(note)};
  if (job.books.ledger.is_counting()) {
    if (const Reason full = count_offer(job, offer); full != Reason::none) return failed(full);
  }
  const std::uint32_t pool = pool_of(job, offer.address);
  const lease::OfferTable::Held held = job.books.ledger.hold(offer, pool, job.world.now);
  if (!held.held) return failed(Reason::offers_full);
  if (held.dropped && held.dropped->client != offer.client) {
    job.books.herald.displaced(job.world.now, *held.dropped);
  }
  note_turn(job);
  return {};
}

/// An offer renewed keeps what ARP said of it.
Applied hold_as_probed(const Job& job) {
  const lease::Offer* before = job.world.offers.find_by_address(job.decision.address);
  return hold(job, before == nullptr ? ProbeNote::none : static_cast<ProbeNote>(before->note));
}

/// On the DISCOVER's own link by ARP, which no host leaves unanswered; behind a relay by ICMP.
Question question_of(const Job& job) {
  const net::Datagram& in = job.packet.in;
  Question question{.by_echo = !in.framed || !job.packet.request.giaddr.is_zero()};
  if (const auto& check = job.packet.subnet().ping_check) {
    question.timeout = check->timeout;
    question.requests = check->requests;
  }
  return question;
}

/// Holds the address and asks for it. The client hears of it when nobody else has answered.
Applied probe(const Job& job) {
  const net::Ip4 address = job.decision.address;
  if (const Applied held = hold(job, ProbeNote::waiting); held.failure != Reason::none) return held;
  ProbeTable& probes = job.books.probes;
  switch (probes.begin(address, job.packet.in, job.world.now.mono, question_of(job))) {
    case ProbeTable::Begin::joined:
      return failed(Reason::probe_pending);
    case ProbeTable::Begin::started:
      if (probes.ask(address, job.out)) {
        ++job.books.herald.counters().probes_sent;
        return failed(Reason::probe_pending);
      }
      (void)probes.finish(address);
      break;
    case ProbeTable::Begin::full:
      break;
  }
  (void)job.books.ledger.drop_offer(address, job.world.now);
  return failed(Reason::probes_full);
}

/// The client's own hold, on whatever address.
std::optional<lease::Offer> drop_own_offer(const Job& job) {
  const lease::Offer* offer = job.world.offers.find_by_client(job.packet.client.key);
  if (offer == nullptr) return std::nullopt;
  return job.books.ledger.drop_offer(offer->address, job.world.now);
}

Applied decline_offer(const Job& job) {
  if (const auto dropped = drop_own_offer(job)) {
    job.books.herald.offer(job.world.now, Reason::other_server, *dropped);
  }
  return failed(Reason::other_server);
}

// ---- leases

/// The address of the client's running lease, when it is another one on this network: the lease
/// ends when the client moves.
std::optional<net::Ip4> find_former(const Job& job) {
  std::optional<net::Ip4> former;
  for_each_lease_of(job.packet.client, job.world.leases, [&](const lease::Lease& lease) {
    const bool running = is_running(lease, job.packet.client, job.world.now.mono);
    const bool here = is_on_network(job.packet, job.world, lease.address);
    if (running && here && lease.address != job.decision.address) former = lease.address;
    return !former;
  });
  return former;
}

void end_former(const Job& job, net::Ip4 address) {
  const auto lease = job.world.leases.find(address);
  if (!lease) return;
  const OwnedLease former(*lease);
  job.account(EventKind::lease_ended, Reason::moved, former.lease());
  (void)end_lease(former.lease(), job.books.ledger, job.world.now);
  job.books.herald.lease(job.world.now, EventKind::lease_ended, Reason::moved, former.lease());
}

/// The lease of decision.address for so long, on somebody's account; why there is none, when that
/// is full. Its octets are borrowed as new_lease()'s are.
std::expected<lease::Lease, Reason> make_lease(const Job& job, Duration time,
                                               const std::optional<lease::Lease>& before,
                                               lease::ExtrasWriter& extras) {
  lease::Lease lease = new_lease(job.packet, job.world, job.decision.address, time, before, extras);
  if (job.world.census == nullptr) return lease;
  const Reason full = put_on_account(job, lease);
  if (full != Reason::none) return std::unexpected(full);
  return lease;
}

Applied bind(const Job& job) {
  const auto before = job.world.leases.find(job.decision.address);
  lease::ExtrasWriter extras;
  const auto made = make_lease(job, job.decision.lease_time, before, extras);
  if (!made) return failed(made.error());
  const lease::Lease& lease = *made;
  const auto former = find_former(job);
  const Reason no_room = job.books.ledger.room_for(lease, former ? 2 : 1);
  if (no_room != Reason::none) return failed(no_room);
  const bool taken_now = job.decision.reason == Reason::reserved &&
                         !(before && is_running(*before, job.packet.client, job.world.now.mono));

  const lease::Sequence sequence =
      job.books.ledger.take_up(lease, job.packet.client.key, job.world.now);
  if (former) end_former(job, *former);
  if (taken_now) job.tell(EventKind::reservation_taken, Reason::reserved, lease.address);
  return {.wait_for = sequence};
}

/// The lease stays as it is; its client has nothing else on offer from here on.
Applied reuse(const Job& job) {
  const auto lease = job.world.leases.find(job.decision.address);
  if (!lease) return failed(Reason::no_such_lease);
  (void)drop_own_offer(job);
  ++job.books.herald.counters().lease_reuses;
  job.books.ledger.note_reuse(job.packet.subnet(), job.decision.address);
  return {.wait_for = lease->sequence};
}

/// What is offered is the client's, on disk as well, until the offer is over. A lease that it has
/// of another address is left alone: it may not take this one.
Applied lease_offer(const Job& job) {
  const auto before = job.world.leases.find(job.decision.address);
  lease::ExtrasWriter extras;
  // An offer shortens nothing that its client was granted.
  const bool is_endless = before && before->expires_at.is_never() &&
                          is_running(*before, job.packet.client, job.world.now.mono);
  const Duration good = is_endless ? Duration::infinite() : offer_lifetime(job.packet);
  const auto made = make_lease(job, good, before, extras);
  if (!made) return failed(made.error());
  const Reason no_room = job.books.ledger.room_for(*made, 1);
  if (no_room != Reason::none) return failed(no_room);
  note_turn(job);
  return {.wait_for = job.books.ledger.take_up(*made, job.packet.client.key, job.world.now)};
}

/// Ends the lease of decision.address, which the packet's sender holds. Who gives that back does
/// not wait for an offer either.
Applied release(const Job& job) {
  const auto lease = job.world.leases.find(job.decision.address);
  if (!lease) return failed(Reason::no_such_lease);
  if (const Reason none = job.books.ledger.room_for(*lease, 1); none != Reason::none) {
    return failed(none);
  }
  job.account(EventKind::release, Reason::given_back, *lease);
  (void)end_lease(*lease, job.books.ledger, job.world.now);
  (void)drop_own_offer(job);
  job.tell(EventKind::release, Reason::given_back, job.decision.address);
  return {};
}

/// C3-02: so many addresses of a pool may be on the full probation at once.
bool is_pool_within_limit(const Job& job) {
  const std::uint32_t ordinal = pool_of(job, job.decision.address);
  if (ordinal == lease::OfferTable::kNoPool) return true;
  const PoolFigures& figures = job.world.prepared.figures(ordinal);
  return figures.declined * kDeclinedShareOfPool < figures.total;
}

/// R2131-4.3.3-a: "the server MUST mark the network address as not available". Beyond the limits
/// the address stays out of use for no longer than its lease would have lasted: a flood of
/// DHCPDECLINEs gains nothing over simply holding the leases.
Applied decline(const Job& job) {
  const net::Ip4 address = job.decision.address;
  const auto lease = job.world.leases.find(address);
  if (!lease) return failed(Reason::no_such_lease);
  if (const Reason none = job.books.ledger.room_for(*lease, 1); none != Reason::none) {
    return failed(none);
  }
  Duration probation = job.world.prepared.config().decline_probation_period;
  const bool within = job.books.declines.allow(job.packet.client.key, job.world.now.mono) &&
                      is_pool_within_limit(job);
  if (!within) probation = std::min(probation, lease->expires_at - job.world.now.mono);
  job.account(EventKind::decline, Reason::reported_in_use, *lease, probation);
  (void)job.books.ledger.put(out_of_use(address, job.packet.subnet().id, probation, job.world.now),
                             job.world.now);
  ++job.books.herald.counters().declined_addresses;
  job.tell(EventKind::decline, within ? Reason::reported_in_use : Reason::over_limit, address);
  return {};
}

}  // namespace

lease::Sequence end_lease(const lease::Lease& lease, Ledger& ledger, Now now) {
  const OwnedLease owned(lease);
  lease::Lease ended = owned.lease();
  ended.state = lease::LeaseState::released;
  ended.started = now.wall;
  ended.lifetime = Duration();
  ended.expires_at = now.mono;
  return ledger.put(ended, now);
}

bool set_in_use(net::Ip4 address, std::uint32_t subnet_id, Duration probation, Ledger& ledger,
                Now now) {
  const lease::Lease lease = out_of_use(address, subnet_id, probation, now);
  if (ledger.room_for(lease, 1) != Reason::none) return false;
  (void)ledger.drop_offer(address, now);
  (void)ledger.put(lease, now);
  return true;
}

Applied apply(const Packet& packet, const Decision& decision, const World& world, Books& books,
              net::Outbox& out) {
  const Job job{packet, decision, world, books, out};
  switch (decision.effect) {
    case Effect::none:
    case Effect::make_room:
      return {};
    case Effect::hold:
      return hold_as_probed(job);
    case Effect::probe:
      return probe(job);
    case Effect::lease_offer:
      return lease_offer(job);
    case Effect::bind:
      return bind(job);
    case Effect::reuse:
      return reuse(job);
    case Effect::release:
      return release(job);
    case Effect::decline:
      return decline(job);
    case Effect::drop_offer:
      return decline_offer(job);
  }
  return {};
}

}  // namespace lessor::server::v4
