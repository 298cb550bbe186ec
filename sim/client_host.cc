#include "sim/client_host.h"

#include "sim/digest.h"

#include <algorithm>

namespace lessor::sim {
namespace {

using client::v4::EffectKind;

constexpr net::InterfaceIndex kEth0 = 2;

/// No storm: RFC 2131 4.1's pauses allow about five messages in a minute of silence, and every ten
/// seconds a DHCPDECLINE and a new beginning. Tricks of its owner come on top.
constexpr std::size_t kMostMessages = 60;
constexpr Duration kStormWindow = Duration::seconds(60);
/// Answers to older ones do not come any more.
constexpr std::size_t kRememberedQuestions = 16;

}  // namespace

ClientHost::ClientHost(Stage& stage, Holders& holders, HostId host, const Character& character)
    : stage_(stage),
      holders_(holders),
      host_(host),
      character_(character),
      clock_(character.drift, 100 + character.number * 13),
      mac_(mac_of(kClientMac, character.number)) {}

client::v4::Settings ClientHost::settings() const {
  client::v4::Settings made;
  if (character_.sends_client_id) {
    made.client_id = client::v4::client_id_of_mac(mac_of(kClientMac, character_.identity));
    if (face_ > 0) made.client_id.push_back(static_cast<std::byte>(face_));
  }
  made.request_list = client::v4::default_request_list();
  made.broadcast = character_.broadcast;
  made.rapid_commit = character_.rapid_commit;
  made.keep_unconfirmed = character_.keep_unconfirmed;
  if (stage_.plan.forces_renewals() && character_.number % 4 != 0) made.hmac_md5 = digest_of;
  return made;
}

// --- What comes ----------------------------------------------------------------------------------

void ClientHost::hear(const net::Datagram& datagram) {
  if (!engine_ || asleep_ || datagram.destination_port != wire::kClientPort) return;
  const bool refused = is_refused_by(datagram);
  const client::v4::State before = engine_->state();
  engine_->on_datagram(now(), datagram, outbox_);
  if (refused && engine_->state() == before) {
    stage_.break_law(to_string() + " goes on after a DHCPNAK");
  }
  pump();
}

/// R2131-4.4.5-c: whether this is a DHCPNAK that ends what the client has.
bool ClientHost::is_refused_by(const net::Datagram& datagram) {
  using client::v4::State;
  const State state = engine_->state();
  const bool asks =
      state == State::rebooting || state == State::renewing || state == State::rebinding;
  if (!asks) return false;
  const wire::HeaderView header(datagram.payload);
  if (datagram.payload.size() < wire::kHeaderSize || header.xid() != engine_->situation().xid ||
      !equal_bytes(header.chaddr_field().first(mac_.octets.size()), mac_.octets)) {
    return false;
  }
  // Else it answers a hostile host's copy of the client's words, not quite like them.
  if (header.htype() != wire::kHtypeEthernet || header.hlen() != mac_.octets.size()) return false;
  const auto message = wire::MessageView::parse(datagram.payload, scratch_);
  if (!message || message->message_type() != wire::MessageType::nak) return false;
  // R6842-3-b: else it answers what somebody said in the client's name.
  const auto echoed = message->option(wire::kOptionDhcpClientIdentifier);
  if (echoed && !equal_bytes(*echoed, settings().client_id)) return false;
  const auto server = message->option(wire::kOptionDhcpServerIdentifier);
  return server && server->size() == 4 &&
         net::Ip4{load_be32(server->data())} == engine_->lease()->server;
}

bool ClientHost::cares_about(const net::ArpSighting& sighting) {
  if (!engine_ || asleep_) return false;
  const client::v4::Lease* lease = engine_->lease();
  return lease != nullptr &&
         (lease->address == sighting.address || lease->address == sighting.target);
}

void ClientHost::hear_arp(const net::ArpSighting& sighting) {
  engine_->on_arp(now(), sighting, outbox_);
  pump();
}

void ClientHost::wake() {
  if (!engine_ || asleep_) return;
  if (engine_->next_deadline() <= now().mono) engine_->on_time(now(), outbox_);
  pump();
}

Instant ClientHost::next_deadline() const {
  if (!engine_ || asleep_) return Instant::never();
  return clock_.when(engine_->next_deadline());
}

void ClientHost::pump() {
  stage_.send_ready(host_, outbox_, Stage::Words::own,
                    [&](const net::Outbox::Ready& ready) { count_message(ready); });
  for (net::ArpProbe probe; outbox_.take_probe(probe);) {
    if (plugged_) stage_.network.ask(stage_.now, host_, link_, probe);
  }
  obey();
  for (client::v4::Event event; engine_->take(event);) {
    if (event.kind != client::v4::EventKind::entered) continue;
    stage_.note("client " + std::to_string(character_.number) + ": " +
                std::string(client::v4::to_string(event.state)) + " " +
                net::to_string(event.address) + " (" + std::string(name_of(event.reason)) + ")");
  }
}

void ClientHost::count_message(const net::Outbox::Ready& ready) {
  if (const auto message = wire::MessageView::parse(ready.payload(), scratch_)) {
    check_pause(*message);
  }
  sent_.push_back(stage_.now);
  if (sent_.size() <= kMostMessages) return;
  if (stage_.now - sent_.front() < kStormWindow) {
    stage_.break_law("client " + std::to_string(character_.number) + " sends a storm");
  }
  sent_.pop_front();
}

/// RFC 2131 4.1: the pauses before a message is sent again are 4, 8, 16, 32 and then 64 s, each a
/// second more or less.
void ClientHost::check_pause(const wire::MessageView& message) {
  const wire::MessageType type = message.message_type();
  if (type != wire::MessageType::discover && type != wire::MessageType::request) return;
  const auto known = std::ranges::find_if(
      asked_, [&](const Asked& asked) { return asked.xid == message.xid() && asked.type == type; });
  const Instant local = now().mono;
  if (known == asked_.end()) {
    asked_.push_back({message.xid(), type, local, local, 1});
    if (asked_.size() > kRememberedQuestions) asked_.pop_front();
    return;
  }
  const Duration least = Duration::seconds((4 << std::min(known->times - 1, 4)) - 1);
  if (local - known->last < least) {
    stage_.break_law(to_string() + " asks again after " + lessor::to_string(local - known->last) +
                     " instead of " + lessor::to_string(least) + " or more");
  }
  known->last = local;
  ++known->times;
}

/// R2131-4.4.1-e: a lease counts from when the DHCPREQUEST was sent that the DHCPACK answers.
void ClientHost::check_start(const client::v4::Lease& lease) {
  const auto question = [&](wire::MessageType type) {
    return std::ranges::find_if(
        asked_, [&](const Asked& asked) { return asked.xid == lease.xid && asked.type == type; });
  };
  auto found = question(wire::MessageType::request);
  if (found == asked_.end()) found = question(wire::MessageType::discover);  // RFC 4039
  if (found != asked_.end() && lease.requested_at > found->first) {
    stage_.break_law(to_string() + " counts its lease from " +
                     lessor::to_string(lease.requested_at - found->first) +
                     " after it asked for it");
  }
}

// --- What its host does --------------------------------------------------------------------------

void ClientHost::obey() {
  for (client::v4::Effect effect; engine_->take(effect);) {
    switch (effect.kind) {
      case EffectKind::configure:
        ++stage_.tally.bound;
        hold();
        break;
      case EffectKind::refresh:
        ++stage_.tally.renewed;
        hold();
        break;
      case EffectKind::deconfigure:
        if (effect.reason != client::v4::Reason::ordered) ++stage_.tally.lost;
        stage_.network.disclaim(effect.address, host_);
        holders_.let_go(character_.number);
        holds_.reset();
        break;
      case EffectKind::remember:
        remembered_ = *engine_->lease();
        break;
      case EffectKind::forget:
        remembered_.reset();
        break;
      case EffectKind::inform:
        break;
    }
  }
  if (!holds_) return;
  const client::v4::Lease* lease = engine_->lease();
  if (lease == nullptr || lease->address != *holds_) {
    return stage_.break_law(to_string() + " has an address without a lease");
  }
  if (now().mono > lease->expires_at() + Duration::milliseconds(10)) {
    stage_.break_law(to_string() + " has its address beyond its time");
  }
}

void ClientHost::hold() {
  const client::v4::Lease& lease = *engine_->lease();
  if (holds_ && *holds_ != lease.address) stage_.network.disclaim(*holds_, host_);
  holds_ = lease.address;
  check_start(lease);
  const auto owner = stage_.network.owner_of(lease.address);
  if (owner && *owner != host_ && !holders_.knows(lease.address)) {
    stage_.break_law(to_string() + " takes an address that a stranger uses on its link");
  }
  stage_.network.claim(lease.address, host_, kEth0);
  holders_.believe({.client = character_.number,
                    .honest = !character_.is_clone,
                    .address = lease.address,
                    .until = clock_.when(lease.expires_at())});
}

// --- What its owner does -------------------------------------------------------------------------

void ClientHost::switch_on(LinkId link) {
  link_ = link;
  character_.site = link;  // links are numbered as sites are
  plugged_ = true;
  on_since_ = stage_.now;
  stage_.network.plug({.host = host_, .interface = kEth0, .mac = mac_, .link = link});
  engine_ = std::make_unique<client::v4::ClientEngine>(settings(), stage_.random.u64());
  engine_->set_link(now(), {.index = kEth0, .mac = mac_, .up = true}, outbox_);
  if (remembered_) engine_->remember(*remembered_);
  engine_->start(now(), outbox_);
  pump();
}

void ClientHost::switch_off(bool politely) {
  if (!engine_) return;
  stage_.note("client " + std::to_string(character_.number) + " is switched off");
  if (politely && !asleep_) {
    (void)engine_->release(now(), outbox_);
    pump();
  }
  if (holds_) stage_.network.disclaim(*holds_, host_);
  holders_.let_go(character_.number);
  holds_.reset();
  engine_.reset();
  asleep_ = false;
  stage_.tally.client_time = stage_.tally.client_time + (stage_.now - on_since_);
  stage_.network.unplug(host_);
}

void ClientHost::plug(bool in) {
  plugged_ = in;
  stage_.network.set_up(host_, in);
  engine_->set_link(now(), {.index = kEth0, .mac = mac_, .up = in}, outbox_);
  pump();
}

void ClientHost::sleep() {
  asleep_ = true;
  if (holds_) stage_.network.disclaim(*holds_, host_);
  holders_.let_go(character_.number);  // a machine that sleeps uses nothing
  stage_.note("client " + std::to_string(character_.number) + " sleeps");
}

void ClientHost::wake_up() {
  asleep_ = false;
  stage_.note("client " + std::to_string(character_.number) + " wakes up");
  if (holds_) stage_.network.claim(*holds_, host_, kEth0);
  engine_->on_resume(now(), outbox_);
  if (engine_->next_deadline() <= now().mono) engine_->on_time(now(), outbox_);
  pump();
  if (holds_) hold();
}

void ClientHost::renew() {
  (void)engine_->renew(now(), outbox_);
  pump();
}

void ClientHost::change_face(std::uint32_t face, bool mac) {
  if (mac) {
    mac_ = mac_of(kClientMac, 0x100000 * face + character_.number);
  } else {
    face_ = face;
  }
  character_.identity = 0x100000 * face + character_.number;
  remembered_.reset();
}

std::string ClientHost::to_string() const {
  std::string text = "client " + std::to_string(character_.number) + " (" +
                     std::string(engine_ ? client::v4::to_string(engine_->state()) : "off");
  if (holds_) text += ", " + net::to_string(*holds_);
  return text + ", site " + std::to_string(character_.site) + ")";
}

}  // namespace lessor::sim
