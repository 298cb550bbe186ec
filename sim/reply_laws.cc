#include "sim/reply_laws.h"

#include "net/host_address.h"

#include <algorithm>

namespace lessor::sim {
namespace {

/// Messages whose answers may still come: as many as wait for the disk at once, and what is heard
/// until they leave.
constexpr std::size_t kRemembered = 65'536;
/// Of a message that was sent again and again the server may answer any.
constexpr std::size_t kVersions = 8;

std::optional<Duration> seconds_of(const wire::MessageView& reply, wire::OptionCode code) {
  const auto value = reply.option(code);
  if (!value || value->size() != 4) return std::nullopt;
  return Duration::from_wire(load_be32(value->data()));
}

std::optional<net::Ip4> server_of(const wire::MessageView& message) {
  const auto value = message.option(wire::kOptionDhcpServerIdentifier);
  if (!value || value->size() != 4) return std::nullopt;
  return net::Ip4{load_be32(value->data())};
}

}  // namespace

std::uint64_t ReplyLaws::key_of(const wire::HeaderView& message) {
  std::uint64_t key = message.xid();
  for (const std::byte octet : message.chaddr_field()) {
    key = (key ^ static_cast<std::uint64_t>(octet)) * 0x100000001b3U;
  }
  return key;
}

void ReplyLaws::heard(const net::Datagram& datagram) {
  const auto message = wire::MessageView::parse(datagram.payload, scratch_);
  if (!message) return;
  if (message->message_type() == wire::MessageType::decline) promises_.declined(*message);
  const std::uint64_t key = key_of(*message);
  auto [place, is_new] = requests_.try_emplace(key);
  if (is_new) order_.push_back(key);
  place->second.push_back({.flags = message->flags(),
                           .giaddr = message->giaddr(),
                           .ciaddr = message->ciaddr(),
                           .htype = message->htype(),
                           .hlen = message->hlen(),
                           .client_id = text_of(message->option(61)),
                           .agent_info = text_of(message->option(82)),
                           .has_agent_info = message->has(82),
                           .server = server_of(*message),
                           .type = message->message_type()});
  if (place->second.size() > kVersions) place->second.pop_front();
  if (order_.size() <= kRemembered) return;
  requests_.erase(order_.front());
  order_.pop_front();
}

void ReplyLaws::configured(const config::ServerConfig& config) {
  configs_.push_back(config);
  if (configs_.size() > 2) configs_.erase(configs_.begin());
  promises_.configured(config.offer_hold, config.decline_probation_period);
}

void ReplyLaws::said(const net::Outbox::Ready& ready, const net::Outbox& outbox, const Disk& disk,
                     WallTime wall) {
  const auto reply = wire::MessageView::parse(ready.payload(), scratch_);
  if (!reply) {
    return stage_.break_law("server " + std::to_string(server_) + " sends what is no message: " +
                            std::string(to_string(reply.error().code)));
  }
  if (ready.envelope.wait_for > outbox.durable()) fail(*reply, "left before its change is durable");
  if (reply->op() != wire::Op::reply) fail(*reply, "is no BOOTREPLY");
  const wire::MessageType type = reply->message_type();
  if (type == wire::MessageType::forcerenew) return check_forcerenew(*reply, ready.envelope, disk);
  check_echo(*reply);
  if (type != wire::MessageType::offer && type != wire::MessageType::ack) return;
  if (reply->yiaddr().is_zero()) return;  // the answer to a DHCPINFORM
  check_times(*reply);
  if (!told_.contains({reply->yiaddr().value, text_of(reply->chaddr().bytes())})) {
    fail(*reply, "leaves without an event that tells of it");
  }
  if (type == wire::MessageType::offer) {
    if (const auto broken = promises_.offered(*reply)) fail(*reply, *broken);
    return;
  }
  ++stage_.tally.acks;
  check_durable(*reply, ready.envelope.wait_for, disk, wall);
}

/// RFC 2131 4.3.2: a DHCPREQUEST that names another server is no question to this one; one that
/// names its relay agent may be (RFC 5107).
bool ReplyLaws::is_for_us(const Request& request) const {
  if (request.type != wire::MessageType::request || !request.server) return true;
  return *request.server == request.giaddr || *request.server == server_address(server_) ||
         *request.server == server_address(server_, 1);
}

/// RFC 2131 table 3: 'flags', 'giaddr' and 'chaddr' of the client; RFC 6842: option 61; RFC 3046
/// 2.2: option 82.
bool ReplyLaws::echoes(const wire::MessageView& reply, const Request& request) {
  if (reply.flags() != request.flags || reply.giaddr() != request.giaddr) return false;
  if (reply.htype() != request.htype || reply.hlen() != request.hlen) return false;
  if (text_of(reply.option(61)) != request.client_id) return false;
  if (reply.message_type() == wire::MessageType::ack && reply.ciaddr() != request.ciaddr) {
    return false;
  }
  return reply.has(82) == request.has_agent_info && text_of(reply.option(82)) == request.agent_info;
}

void ReplyLaws::check_echo(const wire::MessageView& reply) {
  const auto known = requests_.find(key_of(reply));
  if (known == requests_.end()) return fail(reply, "answers nobody");
  // A NAK through a relay agent has the broadcast flag set (RFC 2131 4.3.2).
  const bool routed_nak =
      reply.message_type() == wire::MessageType::nak && !reply.giaddr().is_zero();
  const bool good = std::ranges::any_of(known->second, [&](Request request) {
    if (routed_nak) request.flags |= wire::kBroadcastFlag;
    return is_for_us(request) && echoes(reply, request);
  });
  if (!good) fail(reply, "does not echo what it must of the message that it answers");
}

/// RFC 3203 2.2: to who has the lease, at its address, and nobody else; the nonce has to be known
/// to both after a crash, too.
void ReplyLaws::check_forcerenew(const wire::MessageView& message, const net::Envelope& envelope,
                                 const Disk& disk) {
  ++stage_.tally.called;
  const auto known = disk.durable().find(message.ciaddr().value);
  const bool is_holders = known != disk.durable().end() &&
                          known->second.state == lease::LeaseState::active &&
                          known->second.hardware == message.chaddr();
  if (!is_holders) fail(message, "goes to who has no lease on the disk");
  if (envelope.destination != message.ciaddr()) fail(message, "does not go to its client");
}

/// RFC 2131 4.4.5: T1 < T2 < lease; equal ones are what a client makes of an infinite lease.
void ReplyLaws::check_times(const wire::MessageView& reply) {
  const auto lease = seconds_of(reply, wire::kOptionDhcpLeaseTime);
  if (!lease) return fail(reply, "has no lease time");
  const Duration t2 = seconds_of(reply, 59).value_or(*lease);
  const Duration t1 = seconds_of(reply, 58).value_or(t2);
  if (t1 > t2 || t2 > *lease) fail(reply, "does not have T1 <= T2 <= lease time");
}

bool ReplyLaws::may_have(const config::ServerConfig& config, const server::v4::Event& event) {
  const config::Subnet* subnet = config.find_subnet(event.address);
  if (subnet == nullptr) return false;
  if (const config::Reservation* reserved = subnet->find_reservation(event.address)) {
    return equal_bytes(reserved->identifier, event.hardware.bytes()) ||
           equal_bytes(reserved->identifier, event.client_id.bytes());
  }
  const config::Pool* pool = subnet->find_pool(event.address);
  return pool != nullptr && !std::ranges::binary_search(pool->excluded, event.address);
}

void ReplyLaws::happened(const server::v4::Event& event) {
  using enum server::v4::EventKind;
  if (event.kind == offer || event.kind == ack) check_address(event);
  promises_.happened(event);
}

/// In a pool and nobody else's reservation; what a client has already may lie elsewhere. As it was
/// decided: what leaves may have waited, and what was recorded may never have left.
void ReplyLaws::check_address(const server::v4::Event& event) {
  const Told by_hardware(event.address.value, as_text(event.hardware.bytes()));
  const Told by_id(event.address.value, as_text(event.client_id.bytes()));
  const bool has = event.kind == server::v4::EventKind::ack &&
                   (told_.contains(by_hardware) || told_.contains(by_id));
  const bool good = has || std::ranges::any_of(configs_, [&](const config::ServerConfig& config) {
                      return may_have(config, event);
                    });
  if (!good) {
    stage_.break_law("server " + std::to_string(server_) + " gives " +
                     net::to_string(event.address) + " to " + net::to_string(event.hardware) +
                     ", which is in no pool, or another client's reservation");
  }
  told_.insert(by_hardware);
  if (!event.client_id.bytes().empty()) told_.insert(by_id);
}

/// RFC 2131 3.1: the binding is in persistent storage before the DHCPACK, for as long as it says.
void ReplyLaws::check_durable(const wire::MessageView& reply, lease::Sequence promised,
                              const Disk& disk, WallTime wall) {
  const auto found = disk.durable().find(reply.yiaddr().value);
  if (found == disk.durable().end()) return fail(reply, "is not on the disk");
  const DurableLease& lease = found->second;
  if (lease.sequence > promised && promised > 0) return;  // given back, or more, since
  const bool theirs = lease.hardware == reply.chaddr() ||
                      (!lease.client_id.empty() && lease.client_id == text_of(reply.option(61)));
  if (!theirs) return fail(reply, "is another client's on the disk");
  if (lease.state != lease::LeaseState::active) return fail(reply, "is no lease on the disk");
  const auto granted = seconds_of(reply, wire::kOptionDhcpLeaseTime).value_or(Duration());
  if (lease.lifetime < granted) return fail(reply, "lasts longer than on the disk");
  if (const auto broken = promises_.granted(reply, granted, lease, wall)) fail(reply, *broken);
  if (granted.is_infinite() || stage_.plan.has(Trouble::wall_step)) return;
  // Replies wait for a slow disk; what they promise counts from before.
  const auto slack = Duration::seconds(stage_.plan.has(Trouble::slow_disk) ? 120 : 3);
  if (lease.started + lease.lifetime + slack < wall + granted) {
    fail(reply, "ends earlier on the disk than it says");
  }
}

void ReplyLaws::fail(const wire::MessageView& reply, const std::string& what) {
  stage_.break_law("server " + std::to_string(server_) + ": " +
                   std::string(to_string(reply.message_type())) + " of " +
                   net::to_string(reply.yiaddr()) + " to " + net::to_string(reply.chaddr()) + " " +
                   what);
}

}  // namespace lessor::sim
