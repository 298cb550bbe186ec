#include "sim/link_world.h"

#include "server/v4/test_kit.h"

#include <algorithm>

namespace lessor::sim {
namespace {

using client::v4::ClientEngine;
using client::v4::Effect;
using client::v4::EffectKind;
using server::v4::ServerEngine;
namespace kit = server::v4::testing;

constexpr net::InterfaceIndex kLink = 2;

net::Mac mac_of(std::uint16_t kind, std::size_t number) {
  net::Mac mac;
  store_be16(mac.octets.data(), kind);
  store_be32(mac.octets.data() + 2, static_cast<std::uint32_t>(number));
  return mac;
}

config::ServerConfig config_of(const WorldPlan& plan, int server) {
  const std::uint32_t first = 0xc0000000U + (static_cast<std::uint32_t>(server) << 10) + 16;
  // Else more than there are clients: declined and doubtful addresses rest for a while.
  const auto clients = static_cast<std::uint32_t>(plan.clients);
  const std::uint32_t size = plan.scarce ? clients * 3 / 4 : clients * 2 + 10;
  config::Subnet subnet = kit::subnet(1, "192.0.0.0/16", {});
  subnet.pools.push_back({.range = {{first}, {first + size - 1}}});
  subnet.lifetimes = {plan.lease_time, plan.lease_time, plan.lease_time};
  return kit::config_of({subnet});
}

}  // namespace

struct LinkWorld::Server {
  Server(const WorldPlan& plan, int number, Now now)
      : address{0xc0000001U + (static_cast<std::uint32_t>(number) << 10)},
        mac(mac_of(0x0a00, static_cast<std::size_t>(number))),
        changes(1'024),
        engine(kit::Site::small(), changes) {
    net::Interface link{.index = kLink, .name = "eth0", .mac = mac, .up = true, .ethernet = true};
    link.addresses = {{address, 16}};
    engine.set_interfaces(now, net::InterfaceTable({link}));
    engine.begin_swap(now, server::v4::prepare(config_of(plan, number)));
    engine.on_time(now, outbox);
  }
  net::Ip4 address;
  net::Mac mac;
  lease::ChangeLog changes;
  net::Outbox outbox{256, 192};
  ServerEngine engine;
};

struct LinkWorld::Client {
  std::size_t number = 0;
  net::Mac mac;
  std::unique_ptr<ClientEngine> engine;  // null: switched off
  net::Outbox outbox{8, 4};
  bool plugged = true;
  std::optional<net::Ip4> holds;                // as its effects said
  std::optional<client::v4::Lease> remembered;  // on its disk
};

LinkWorld::LinkWorld(const WorldPlan& plan)
    : plan_(plan),
      random_(plan.seed),
      now_{.mono = Instant::from_nanoseconds(1'000'000'000'000), .wall = {1'764'000'000}},
      next_trick_at_(now_.mono) {
  for (int i = 0; i < plan.servers; ++i) {
    servers_.push_back(std::make_unique<Server>(plan, i, now_));
  }
  for (std::size_t i = 0; i < plan.clients; ++i) {
    clients_.push_back(std::make_unique<Client>());
    clients_.back()->number = i;
    clients_.back()->mac = mac_of(0x0200, ++last_mac_);
  }
}
LinkWorld::~LinkWorld() = default;

// --- The clock -----------------------------------------------------------------------------------

void LinkWorld::pass(Duration time) {
  const Instant end = now_.mono + time;
  while (now_.mono < end) turn(end);
}

/// To the next thing that is due, and all of it.
void LinkWorld::turn(Instant until) {
  Instant next = until;
  if (!under_way_.empty()) next = std::min(next, under_way_.begin()->first.first);
  for (const auto& server : servers_) next = std::min(next, server->engine.next_deadline());
  for (const auto& client : clients_) {
    if (client->engine) next = std::min(next, client->engine->next_deadline());
  }
  if (weather_.clients_misbehave) next = std::min(next, next_trick_at_);
  now_.wall = now_.wall + (next - now_.mono);
  now_.mono = std::max(next, now_.mono);
  while (!under_way_.empty() && under_way_.begin()->first.first <= now_.mono) {
    const auto arrived = under_way_.extract(under_way_.begin());
    deliver(arrived.mapped());
  }
  for (const auto& server : servers_) run_server(*server);
  for (const auto& client : clients_) run_client(*client);
  if (weather_.clients_misbehave && now_.mono >= next_trick_at_) play_a_trick();
}

void LinkWorld::run_server(Server& server) {
  if (server.engine.next_deadline() <= now_.mono) server.engine.on_time(now_, server.outbox);
  // The disk of this world is quick: what was changed is durable before anything is sent.
  server.changes.drop(server.changes.waiting());
  server.outbox.release(server.changes.last());
  send(server.outbox, server.mac);
  server::v4::Event event;
  while (server.engine.events().take(event)) {
  }
}

void LinkWorld::run_client(Client& client) {
  if (!client.engine) return;
  if (client.engine->next_deadline() <= now_.mono) client.engine->on_time(now_, client.outbox);
  send(client.outbox, client.mac);
  for (net::ArpProbe probe; client.outbox.take_probe(probe);) ask_by_arp(probe, client.mac);
  obey(client);
}

// --- The wire ------------------------------------------------------------------------------------

void LinkWorld::send(net::Outbox& out, const net::Mac& from) {
  for (net::Outbox::Ready ready; out.take_ready(ready);) {
    const net::Envelope& envelope = ready.envelope;
    net::Mac to = net::kMacBroadcast;
    if (envelope.target == net::LinkTarget::mac) to = envelope.target_mac;
    if (envelope.target == net::LinkTarget::route) {  // the sender's ARP finds who has the address
      for (const auto& s : servers_) to = s->address == envelope.destination ? s->mac : to;
      for (const auto& c : clients_) to = c->holds == envelope.destination ? c->mac : to;
    }
    const MutableBytes payload = ready.payload();
    Delivery delivery{.from = from,
                      .to = to,
                      .source = envelope.source,
                      .destination = envelope.destination,
                      .source_port = envelope.source_port,
                      .destination_port = envelope.destination_port,
                      .payload = {payload.begin(), payload.end()}};
    out.recycle(ready.id);
    ++tally_.messages;
    const int copies = weather_.lose_one_in > 0 && random_.one_in(weather_.lose_one_in)       ? 0
                       : weather_.repeat_one_in > 0 && random_.one_in(weather_.repeat_one_in) ? 2
                                                                                              : 1;
    for (int i = 0; i < copies; ++i) {
      const auto delay = random_.below(static_cast<std::uint32_t>(
          std::max<std::int64_t>(weather_.max_delay.to_nanoseconds() / 1'000, 1)));
      put_on_the_way(now_.mono + Duration::microseconds(100 + delay), delivery);
    }
  }
}

/// An ARP request and the answers to it, as fast as wires are; never lost, as nothing that depends
/// on it could be promised.
void LinkWorld::ask_by_arp(const net::ArpProbe& probe, const net::Mac& from) {
  const auto at = now_.mono + Duration::microseconds(50);
  const auto tell = [&](const net::Mac& speaker, const net::Mac& to, net::Ip4 sender) {
    put_on_the_way(
        at, {.from = speaker,
             .to = to,
             .arp = net::ArpSighting{
                 .interface = kLink, .address = sender, .mac = speaker, .target = probe.address}});
  };
  tell(from, net::kMacBroadcast, probe.sender);
  for (const auto& client : clients_) {
    if (client->plugged && client->holds == probe.address && client->mac != from)
      tell(client->mac, from, probe.address);
  }
}

void LinkWorld::put_on_the_way(Instant arrival, Delivery delivery) {
  under_way_.emplace(std::pair(arrival, ++last_number_), std::move(delivery));
}

void LinkWorld::deliver(const Delivery& d) {
  const bool to_all = d.to == net::kMacBroadcast;
  const net::Datagram datagram{.payload = d.payload,
                               .source = d.source,
                               .destination = d.destination,
                               .source_port = d.source_port,
                               .destination_port = d.destination_port,
                               .interface = kLink,
                               .framed = true,
                               .source_mac = d.from,
                               .destination_mac = d.to};
  for (const auto& server : servers_) {
    if (d.arp || d.destination_port != wire::kServerPort) break;
    if (to_all || server->mac == d.to) server->engine.on_datagram(now_, datagram, server->outbox);
    run_server(*server);
  }
  for (const auto& client : clients_) {
    if (!client->engine || !client->plugged || client->mac == d.from ||
        !(to_all || client->mac == d.to))
      continue;
    if (d.arp) client->engine->on_arp(now_, *d.arp, client->outbox);
    if (!d.arp && d.destination_port == wire::kClientPort) {
      client->engine->on_datagram(now_, datagram, client->outbox);
    }
    run_client(*client);
  }
}

// --- The clients' hosts --------------------------------------------------------------------------

void LinkWorld::obey(Client& client) {
  for (Effect effect; client.engine->take(effect);) {
    switch (effect.kind) {
      case EffectKind::configure:
        ++tally_.bound;
        client.holds = effect.address;
        break;
      case EffectKind::refresh:
        ++tally_.refreshed;
        break;
      case EffectKind::deconfigure:
        if (effect.reason != client::v4::Reason::ordered) ++tally_.lost;
        client.holds.reset();
        break;
      case EffectKind::remember:
        client.remembered = *client.engine->lease();
        break;
      case EffectKind::forget:
        client.remembered.reset();
        break;
      case EffectKind::inform:
        break;
    }
    note("client " + std::to_string(client.number) + " effect " +
         std::to_string(static_cast<int>(effect.kind)) + " " + net::to_string(effect.address) +
         " " + std::string(name_of(effect.reason)));
  }
  for (client::v4::Event event; client.engine->take(event);) {
    if (event.kind != client::v4::EventKind::entered) continue;
    note("client " + std::to_string(client.number) + " " + std::string(to_string(event.before)) +
         " -> " + std::string(to_string(event.state)) + " " + std::string(name_of(event.reason)));
  }
  check_holders(client);
}

/// No address is held by two, none is held beyond its time, and what is held is what was granted.
void LinkWorld::check_holders(const Client& client) {
  if (!client.holds) return;
  const client::v4::Lease* lease = client.engine->lease();
  const std::string who =
      "client " + std::to_string(client.number) + " holds " + net::to_string(*client.holds);
  if (lease == nullptr || lease->address != *client.holds)
    return break_law(who + " without a lease");
  if (now_.mono > lease->expires_at()) break_law(who + " beyond its time");
  for (const auto& other : clients_) {
    if (other.get() != &client && other->holds == client.holds) {
      break_law(who + " and so does client " + std::to_string(other->number));
    }
  }
}

void LinkWorld::switch_on(Client& client) {
  if (plan_.scarce && random_.one_in(2)) {
    client.mac = mac_of(0x0200, ++last_mac_);
    client.remembered.reset();
  }
  client::v4::Settings settings;
  settings.client_id = client::v4::client_id_of_mac(client.mac);
  settings.request_list = client::v4::default_request_list();
  settings.keep_unconfirmed = client.number % 5 == 0;
  settings.rapid_commit = client.number % 7 == 0;
  client.engine = std::make_unique<ClientEngine>(settings, random_.u64());
  plug(client, true);
  if (client.remembered) client.engine->remember(*client.remembered);
  client.engine->start(now_, client.outbox);
  run_client(client);
}

void LinkWorld::plug(Client& client, bool in) {
  client.plugged = in;
  client.engine->set_link(now_, {.index = kLink, .mac = client.mac, .up = in}, client.outbox);
}

void LinkWorld::switch_off(Client& client, bool politely) {
  if (politely) (void)client.engine->release(now_, client.outbox);
  if (politely) run_client(client);
  client.holds.reset();
  client.engine.reset();
  note("client " + std::to_string(client.number) + " is off");
}

void LinkWorld::play_a_trick() {
  next_trick_at_ = now_.mono + Duration::milliseconds(200 + random_.below(8'000));
  Client& client = *clients_[random_.below(static_cast<std::uint32_t>(clients_.size()))];
  if (!client.engine) return switch_on(client);
  switch (random_.below(6)) {
    case 0:
      return switch_off(client, true);
    case 1:
      return switch_off(client, false);  // as if its plug was pulled
    case 2:
    case 3: {
      plug(client, !client.plugged);
      break;
    }
    case 4:
      client.engine->on_resume(now_, client.outbox);
      break;
    case 5:
      (void)client.engine->renew(now_, client.outbox);
      break;
  }
  run_client(client);
}

void LinkWorld::switch_all_on() {
  for (const auto& client : clients_) {
    if (!client->engine) switch_on(*client);
    plug(*client, true);
    run_client(*client);
  }
}

std::size_t LinkWorld::holding() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      clients_, [](const auto& client) { return client->holds.has_value(); }));
}

std::size_t LinkWorld::switched_on() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      clients_, [](const auto& client) { return client->engine != nullptr; }));
}

// --- What is told --------------------------------------------------------------------------------

void LinkWorld::note(std::string text) {
  notes_[noted_++ % notes_.size()] =
      std::to_string(now_.mono.to_nanoseconds() / 1'000'000) + " ms: " + std::move(text);
}

void LinkWorld::break_law(std::string text) {
  note("BROKEN: " + text);
  if (broken_.size() < 10) broken_.push_back(notes_[(noted_ - 1) % notes_.size()]);
}

std::string LinkWorld::last_events() const {
  std::string text;
  const std::size_t from = noted_ > notes_.size() ? noted_ - notes_.size() : 0;
  for (std::size_t i = from; i < noted_; ++i) text += notes_[i % notes_.size()] + "\n";
  return text;
}

}  // namespace lessor::sim
