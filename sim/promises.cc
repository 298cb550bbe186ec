#include "sim/promises.h"

#include <algorithm>

namespace lessor::sim {
namespace {

/// A reply may have waited for a slow disk: what it says counts from before it left.
constexpr Duration kSlowDisk = Duration::seconds(30);
/// Clocks that show whole seconds, and run a little fast.
constexpr Duration kSlack = Duration::seconds(2);

constexpr std::string_view kRests = "was declined a moment ago";

}  // namespace

Promises::Client Promises::client_of(const wire::MessageView& reply) {
  return {text_of(reply.chaddr().bytes()), text_of(reply.option(61))};
}

Promises::Client Promises::client_of(const server::v4::Event& event) {
  return {text_of(event.hardware.bytes()), text_of(event.client_id.bytes())};
}

void Promises::restarted(const Disk& disk) {
  offers_.clear();
  std::erase_if(resting_, [&](const auto& entry) {
    const auto found = disk.durable().find(entry.first);
    return found == disk.durable().end() || found->second.state != lease::LeaseState::declined;
  });
}

void Promises::happened(const server::v4::Event& event) {
  using enum server::v4::EventKind;
  switch (event.kind) {
    case decline:
      check_holder(event);
      leases_.erase(event.address.value);
      if (event.reason == server::v4::Reason::reported_in_use) {
        resting_[event.address.value] = stage_.now + probation_ - kSlack;
      }
      break;
    case release:  // what it was offered besides, it does not want either
      check_holder(event);
      leases_.erase(event.address.value);
      drop_offers_to(client_of(event));
      break;
    case lease_ended:
      leases_.erase(event.address.value);
      break;
    case offer_dropped:
      offers_.erase(event.address.value);
      break;
    case ack:  // it may wait for the disk; the client's other offer ends now
      drop_offers_to(client_of(event));
      if (rests(event.address)) {
        stage_.break_law("server " + std::to_string(server_) + " grants " +
                         net::to_string(event.address) + ", which " + std::string(kRests));
      }
      break;
    case drop:  // it is held another address, while the link is asked who has that
      if (event.reason == server::v4::Reason::probe_pending ||
          event.reason == server::v4::Reason::probes_full) {
        drop_offers_to(client_of(event));
      }
      break;
    case offer:
    case nak:
    case inform:
    case lease_expired:
    case decline_over:
    case address_in_use:
    case reservation_waiting:
    case reservation_taken:
    case configuration:
    case renew_asked:  // it changes no lease
    case lease_told:   // nobody asks here
    case lease_set:    // by an operator: none is here
    case other_server:
      break;
  }
}

void Promises::drop_offers_to(const Client& client) {
  std::erase_if(offers_, [&](const auto& entry) { return entry.second.client.is(client); });
}

/// RFC 2131 4.3.4: only its client gives a lease back, or declines it. Clones are one client.
void Promises::check_holder(const server::v4::Event& event) {
  const auto held = leases_.find(event.address.value);
  if (held == leases_.end() || stage_.plan.has(Trouble::clones)) return;
  if (held->second.client.is(client_of(event)) || !lasts(held->second)) return;
  stage_.break_law("server " + std::to_string(server_) + " lets " + net::to_string(event.hardware) +
                   " end another client's lease of " + net::to_string(event.address));
}

/// A part of the grace is for clocks that run fast.
bool Promises::lasts(const Lease& lease) const {
  return lease.until.is_never() || stage_.now < lease.until + lease::grace_of(lease.time) * 7 / 8;
}

bool Promises::rests(net::Ip4 address) const {
  const auto rest = resting_.find(address.value);
  return rest != resting_.end() && stage_.now < rest->second;
}

/// Why `address` must not go to `client` now.
std::optional<std::string> Promises::obstacle(net::Ip4 address, const Client& client) const {
  const auto offer = offers_.find(address.value);
  if (offer != offers_.end() && stage_.now < offer->second.until &&
      !offer->second.client.is(client)) {
    return "is offered to another client";
  }
  const auto held = leases_.find(address.value);
  if (held == leases_.end() || held->second.client.is(client)) return std::nullopt;
  if (!lasts(held->second)) return std::nullopt;
  return "was promised to another client, with a grace";
}

/// For as long as the lease would have lasted, if not longer: that much of a declined address's
/// rest nothing shortens. A server whose disk is behind may have to leave a DHCPDECLINE unheard.
void Promises::declined(const wire::MessageView& decline) {
  const Plan& plan = stage_.plan;
  if (plan.has(Trouble::slow_disk) || plan.has(Trouble::full_disk) ||
      plan.has(Trouble::failing_disk) || plan.has(Trouble::clones)) {
    return;
  }
  if (!decline.ciaddr().is_zero()) return;  // corrupted: a server may refuse to read it
  const auto asked = decline.option(50);
  const auto server = decline.option(wire::kOptionDhcpServerIdentifier);
  if (!asked || asked->size() != 4 || !server || server->size() != 4) return;
  const net::Ip4 named{load_be32(server->data())};
  if (named != server_address(server_) && named != server_address(server_, 1)) return;
  const std::uint32_t address = load_be32(asked->data());
  const auto held = leases_.find(address);
  if (held == leases_.end() || !held->second.client.is(client_of(decline))) return;
  const Instant end = std::min(held->second.until, stage_.now + probation_ - kSlack);
  resting_[address] = std::max(resting_[address], end);
}

std::optional<std::string> Promises::offered(const wire::MessageView& offer) {
  const Client client = client_of(offer);
  auto broken = obstacle(offer.yiaddr(), client);
  if (rests(offer.yiaddr())) broken = kRests;
  drop_offers_to(client);
  offers_[offer.yiaddr().value] = {client, stage_.now + hold_ - kSlack};
  return broken;
}

std::optional<std::string> Promises::granted(const wire::MessageView& ack, Duration time,
                                             const DurableLease& recorded, WallTime wall) {
  const Client client = client_of(ack);
  auto broken = obstacle(ack.yiaddr(), client);
  drop_offers_to(client);
  const Duration early = stage_.plan.has(Trouble::slow_disk) ? kSlowDisk : kSlack;
  Lease promised{client, Instant::never(), {INT64_MAX}, time};
  if (!time.is_infinite()) {
    promised.until = stage_.now + time - early;
    promised.until_wall = wall + time;
  }
  const auto held = leases_.find(ack.yiaddr().value);
  const bool longer = held != leases_.end() && held->second.client.is(client) &&
                      !held->second.until.is_never() && promised.until < held->second.until;
  if (longer) {
    // The client may not hear of its shorter lease.
    promised = held->second;
    const bool ends_before = !recorded.lifetime.is_infinite() &&
                             recorded.started + recorded.lifetime + early < promised.until_wall;
    if (ends_before && !stage_.plan.has(Trouble::wall_step) && !broken) {
      broken = "is recorded to end before what its client was promised earlier";
    }
  }
  leases_[ack.yiaddr().value] = promised;
  return broken;
}

}  // namespace lessor::sim
