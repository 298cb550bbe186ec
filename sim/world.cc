#include "sim/world.h"

#include <algorithm>

namespace lessor::sim {
namespace {

/// Everybody is bound so long after all has healed: the longest pause between two DHCPDISCOVERs is
/// 64 s (RFC 2131 4.1), and a relay takes a server back that it had given up.
constexpr Duration kPatience = Duration::seconds(420);

constexpr Duration kBetweenLooks = Duration::seconds(10);
constexpr int kLooks = 15;

/// Longer leases are not waited for.
constexpr Duration kLongestWait = Duration::seconds(4'000);

}  // namespace

World::World(const Plan& plan) : stage_(plan), holders_(stage_) {
  for (std::size_t site = 0; site < plan.sites.size(); ++site) {
    links_.push_back(stage_.network.add_link());
  }
  build_servers();
  for (std::size_t site = 0; site < plan.sites.size(); ++site) build_site(site);
  if (plan.has(Trouble::squatters)) build_squatters();
  alarms_.assign(hosts_.size(), Instant::never());
  schedule_all();
}

World::~World() = default;

void World::build_servers() {
  for (int i = 0; i < stage_.plan.servers; ++i) {
    auto made = std::make_unique<ServerHost>(stage_, next_host(), i, links_[0]);
    servers_.push_back(made.get());
    hosts_.push_back(std::move(made));
  }
}

void World::build_site(std::size_t site) {
  const SitePlan& plan = stage_.plan.sites[site];
  for (int hop = 1; hop <= plan.hops; ++hop) {
    auto made = std::make_unique<RelayHost>(stage_, next_host(), site, hop, links_[site]);
    relays_.push_back(made.get());
    hosts_.push_back(std::move(made));
  }
  for (std::size_t i = 0; i < plan.clients; ++i) {
    const auto number = static_cast<std::uint32_t>(clients_.size());
    client_ids_.push_back(next_host());
    auto made =
        std::make_unique<ClientHost>(stage_, holders_, next_host(), character_of(number, site));
    clients_.push_back(made.get());
    hosts_.push_back(std::move(made));
  }
  if (!stage_.plan.has(Trouble::hostile)) return;
  auto made = std::make_unique<HostileHost>(stage_, next_host(), site, links_[site]);
  hostile_.push_back(made.get());
  hosts_.push_back(std::move(made));
}

Character World::character_of(std::uint32_t number, std::size_t site) {
  Random& random = stage_.random;
  Character made{.number = number, .site = site, .identity = number};
  // Every eighth pair.
  made.is_clone = stage_.plan.has(Trouble::clones) && number % 16 < 2;
  if (made.is_clone) made.identity = number / 16 * 16;
  made.sends_client_id = made.is_clone || !random.one_in(3);
  made.broadcast = random.one_in(5);
  made.rapid_commit = random.one_in(7);
  made.keep_unconfirmed = random.one_in(5);
  // The grace after a lease is 2% of it: clocks that differ by less must do no harm.
  if (stage_.plan.has(Trouble::drift)) {
    const std::int64_t worst = stage_.plan.lease_time > Duration::seconds(20'000) ? 600 : 8'000;
    made.drift = static_cast<std::int64_t>(random.below(static_cast<std::uint32_t>(worst))) - worst;
  }
  return made;
}

/// A host that took an address of a pool without asking anybody; it answers ARP.
void World::build_squatters() {
  for (std::size_t site = 0; site < links_.size(); ++site) {
    const HostId host = next_host() + static_cast<HostId>(squatted_.size());
    const net::Ip4 address = address_in(site, 0x102);
    stage_.network.plug({.host = host,
                         .interface = 2,
                         .mac = mac_of(kOtherMac, 0x100 + host),
                         .link = links_[site]});
    stage_.network.claim(address, host, 2);
    squatted_.emplace_back(address, host);
  }
}

// --- Events --------------------------------------------------------------------------------------

void World::hear(HostId host, const net::Datagram& datagram) {
  if (host >= hosts_.size()) return;  // a squatter's
  hosts_[host]->hear(datagram);
  schedule(host);
}

void World::hear_arp(HostId host, const net::ArpSighting& sighting) {
  hosts_[host]->hear_arp(sighting);
  schedule(host);
}

bool World::cares_about(HostId host, const net::ArpSighting& sighting) {
  return host < hosts_.size() && hosts_[host]->cares_about(sighting);
}

void World::schedule(HostId host) {
  const Instant wanted = std::max(hosts_[host]->next_deadline(), stage_.now);
  if (wanted >= alarms_[host]) return;
  alarms_[host] = wanted;
  queue_.push({wanted, ++last_alarm_, host});
}

void World::schedule_all() {
  for (HostId host = 0; host < hosts_.size(); ++host) schedule(host);
}

bool World::step(Instant end) {
  const Instant alarm = queue_.empty() ? Instant::never() : queue_.top().at;
  const Instant arrival = stage_.network.next_arrival();
  const Instant next = std::min({alarm, arrival, next_trouble_});
  if (next > end) return false;
  stage_.now = std::max(stage_.now, next);
  if (arrival == next) {
    stage_.network.deliver_next(stage_.now, *this);
  } else if (next_trouble_ == next) {
    make_trouble();
  } else {
    const Alarm due = queue_.top();
    queue_.pop();
    if (alarms_[due.host] != due.at) return true;  // an earlier one has been there
    alarms_[due.host] = Instant::never();
    hosts_[due.host]->wake();
    schedule(due.host);
  }
  return true;
}

void World::pass(Duration time) {
  const Instant end = stage_.now + time;
  while (stage_.broken.empty() && step(end)) {
  }
  stage_.now = std::max(stage_.now, end);
}

void World::switch_all_on() {
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    ClientHost& client = *clients_[i];
    if (!client.is_on()) client.switch_on(links_[client.character().site]);
    if (client.is_asleep()) client.wake_up();
    if (!client.is_plugged()) client.plug(true);
    schedule(client_ids_[i]);
  }
}

Tally World::tally() const {
  Tally tally = stage_.tally;
  tally.frames = stage_.network.frames();
  for (const ClientHost* client : clients_) {
    if (client->is_on()) tally.client_time = tally.client_time + (stage_.now - client->on_since());
  }
  return tally;
}

// --- The whole story -----------------------------------------------------------------------------

void World::play() {
  pass(Duration::seconds(1));  // servers boot
  stage_.network.set_bad(true);
  next_trouble_ = stage_.now;
  // Not all at once, as after a power cut.
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (stage_.random.one_in(4)) continue;
    clients_[i]->switch_on(links_[clients_[i]->character().site]);
    schedule(client_ids_[i]);
  }
  pass(stage_.plan.bad_weather);
  if (!stage_.broken.empty()) return;
  heal();
  expect_all_bound();
  expect_no_server_given_up();
  if (stage_.broken.empty()) expect_addresses_back();
}

bool World::waits(const ClientHost& client) {
  return client.is_on() && !client.has_address() && !client.character().is_clone;
}

/// Where addresses are scarce some come and go while others wait for their next try: a few.
bool World::is_short(std::size_t site) const {
  const auto waiting = static_cast<std::uint64_t>(std::ranges::count_if(
      clients_, [&](const ClientHost* c) { return waits(*c) && c->character().site == site; }));
  std::uint64_t free = 0;
  for (ServerHost* server : servers_) free += server->free_addresses(site);
  return waiting == 0 || free * 20 <= waiting;
}

bool World::everybody_is_bound() const {
  for (std::size_t site = 0; site < links_.size(); ++site) {
    if (!is_short(site)) return false;
  }
  return true;
}

void World::expect_all_bound() {
  // Addresses of those that left, or never were, come back when their time is over.
  if (stage_.plan.scarce && stage_.plan.lease_time < kLongestWait) {
    pass(stage_.plan.lease_time * 2);
  }
  pass(kPatience);
  // An address may have come free just now, and a client be about to hear of it: it has the longest
  // pause and more for that, and one moment when nobody waits for what is free is enough.
  for (int look = 0; look < kLooks && !everybody_is_bound(); ++look) pass(kBetweenLooks);
  if (!stage_.broken.empty() || everybody_is_bound()) return;
  for (const ClientHost* client : clients_) {
    if (waits(*client) && !is_short(client->character().site)) {
      std::string free;
      for (ServerHost* server : servers_) {
        free += ", " + std::to_string(server->free_addresses(client->character().site)) +
                " free at server " + std::to_string(server->number());
      }
      return stage_.break_law(client->to_string() + " has no address " + to_string(kPatience) +
                              " after all has healed" + free);
    }
  }
}

/// A relay takes a server back that answers again.
void World::expect_no_server_given_up() {
  for (RelayHost* relay : relays_) {
    if (const auto server = relay->given_up()) {
      stage_.break_law(relay->to_string() + " still does without the server " +
                       net::to_string(*server) + " " + to_string(kPatience) +
                       " after all has healed");
    }
  }
}

/// Released, expired and declined addresses come back.
void World::expect_addresses_back() {
  if (stage_.plan.lease_time * 2 > kLongestWait) return;
  for (ClientHost* client : clients_) client->switch_off(stage_.random.one_in(2));
  // Lease, grace, probation and the holds of offers; a reload may have doubled the lease.
  pass(stage_.plan.lease_time * 2 + Duration::seconds(600 + 400));
  for (ServerHost* server : servers_) {
    for (const server::v4::PoolFigures& pool : server->engine().pools()) {
      if (pool.free == pool.total) continue;
      stage_.break_law("server " + std::to_string(server->number()) + ": of " +
                       std::to_string(pool.total) + " addresses from " +
                       net::to_string(pool.range.first) + " on only " + std::to_string(pool.free) +
                       " came back");
    }
  }
}

}  // namespace lessor::sim
