#include "server/v4/decide.h"

#include "server/v4/choose_address.h"
#include "server/v4/claims.h"
#include "server/v4/decide_request.h"
#include "server/v4/lease_time.h"
#include "server/v4/no_address.h"
#include "server/v4/quota.h"
#include "server/v4/server_address.h"

namespace lessor::server::v4 {
namespace {

/// In the mode without a configuration file: an address that we know nothing of. A relayed client's
/// link is out of reach of ARP.
bool is_probed_as_new(const Packet& packet, const World& world, net::Ip4 address) {
  return packet.subnet().probe_new_addresses && packet.in.framed &&
         packet.request.giaddr.is_zero() && !world.leases.find(address);
}

/// As Kea's hook has it: any address but a reserved one and the client's own running lease, unless
/// it was the client's last and the server has heard of that lease a moment ago.
bool is_checked(const Packet& packet, const World& world, const Choice& choice) {
  const config::Subnet* subnet = subnet_of(packet, world, *choice.address);
  if (subnet == nullptr || !subnet->ping_check) return false;
  if (choice.reason == Reason::reserved || choice.reason == Reason::current_lease) return false;
  const auto before = world.leases.find(*choice.address);
  const bool was_his =
      before && before->state != lease::LeaseState::declined && is_of(*before, packet.client);
  return !was_his || before->started + subnet->ping_check->trusted < world.now.wall;
}

/// R2131-3.1-a: "the server SHOULD probe the reused address before allocating" it, where the
/// configuration says so; once for an offer.
bool needs_probe(const Packet& packet, const World& world, const Choice& choice) {
  if (!world.prepared.config().asks_before_offer) return false;
  const net::Ip4 address = *choice.address;
  const lease::Offer* offer = world.offers.find_by_address(address);
  const bool is_done =
      offer != nullptr && offer->note == static_cast<std::uint32_t>(ProbeNote::clean);
  return !is_done &&
         (is_probed_as_new(packet, world, address) || is_checked(packet, world, choice));
}

bool is_meant_for_us(const Packet& packet, const World& world) {
  return names_us(packet.request, world.interfaces) ||
         world.prepared.config().ignore_server_identifier;
}

/// R4039-a: on request of the configuration and of the client.
bool commits_at_once(const Packet& packet) {
  return packet.subnet().rapid_commit && packet.request.rapid_commit;
}

}  // namespace

Decision decide_discover(const Packet& packet, const World& world) {
  if (world.prepared.config().ipv6_only && takes_no_address(packet, world.prepared)) {
    return offer_no_address(packet, world);
  }
  const Choice choice = choose_address(packet, world);
  if (world.census != nullptr) {
    const net::Ip4 address = choice.address.value_or(net::kIp4Any);
    const Reason full = why_no_more(packet, world, address, choice.reason);
    if (full != Reason::none) return silent(full, address);
  }
  Decision decision{.reason = choice.reason, .waiting = choice.waiting};
  if (!choice.address) {
    if (choice.pool_used_up) decision.effect = Effect::make_room;
    return decision;
  }
  decision.address = *choice.address;
  if (needs_probe(packet, world, choice)) {
    decision.effect = Effect::probe;
    return decision;
  }
  const bool commits = commits_at_once(packet);
  if (commits && is_answer_parked(packet, world, *choice.address)) {
    return silent(Reason::duplicate, *choice.address);
  }
  decision.verdict = commits ? Verdict::ack : Verdict::offer;
  decision.effect = commits ? Effect::bind : Effect::hold;
  decision.lease_time = time_for(packet, world, *choice.address);
  return decision;
}

Decision decide_decline(const Packet& packet, const World& world) {
  const net::Ip4 address = *packet.request.requested_ip;
  if (!is_meant_for_us(packet, world)) {
    return silent(Reason::not_our_identifier, address);
  }
  if (!is_holder(packet, world, address)) return silent(Reason::no_such_lease, address);
  return {.effect = Effect::decline, .reason = Reason::reported_in_use, .address = address};
}

Decision decide_release(const Packet& packet, const World& world) {
  const net::Ip4 address = packet.request.ciaddr;
  if (!is_meant_for_us(packet, world)) {
    return silent(Reason::not_our_identifier, address);
  }
  if (!is_source_honest(packet)) return silent(Reason::spoofed_source, address);
  if (!is_holder(packet, world, address)) return silent(Reason::no_such_lease, address);
  return {.effect = Effect::release, .reason = Reason::given_back, .address = address};
}

Decision decide_inform(const Packet& packet, const World& world) {
  // R2131-3.4-a: "The server SHOULD check the network address in a DHCPINFORM message for
  // consistency". A client that leaves ciaddr out is answered at the address it sends from.
  const bool named = !packet.request.ciaddr.is_zero();
  const net::Ip4 address = named ? packet.request.ciaddr : packet.in.source;
  if (!named && (address.is_zero() || !packet.request.giaddr.is_zero())) {
    return silent(Reason::no_ciaddr);
  }
  if (named && !is_source_honest(packet)) return silent(Reason::spoofed_source, address);
  if (!is_on_network(packet, world, address)) return silent(Reason::wrong_network, address);
  return {.verdict = Verdict::inform_ack, .reason = Reason::configuration_only, .address = address};
}

Decision decide(const Packet& packet, const World& world) {
  if (packet.rejected) return decide_rejected(packet, world);
  if (packet.subnet().boot_profile && packet.subnet().boot_profile->proxy) {
    return decide_as_proxy(packet);
  }
  switch (packet.phase) {
    case Phase::discover:
      return is_bootp(packet) ? decide_bootp(packet, world) : decide_discover(packet, world);
    case Phase::selecting:
    case Phase::init_reboot:
    case Phase::renewing:
    case Phase::rebinding:
      return decide_request(packet, world);
    case Phase::decline:
      return decide_decline(packet, world);
    case Phase::release:
      return decide_release(packet, world);
    case Phase::inform:
      return decide_inform(packet, world);
  }
  return silent(Reason::not_for_servers);
}

}  // namespace lessor::server::v4
