#include "relay/v4/server_pool.h"

#include "net/frame.h"
#include "relay/v4/balance_hash.h"

#include <algorithm>
#include <bit>

namespace lessor::relay::v4 {
namespace {

/// A server out of service is probed more seldom, and the last one yet more: everything goes to it
/// anyway, so that a client's answer tells as soon, and it may be silent by policy and write a log.
constexpr Duration kDownProbePause = Duration::seconds(2);
constexpr Duration kLastProbePause = Duration::seconds(10);

constexpr ServerMask bit(std::uint16_t server) { return ServerMask{1} << server; }

std::uint32_t count_bits(const std::array<std::uint64_t, 4>& words) {
  int count = 0;
  for (const std::uint64_t word : words) count += std::popcount(word);
  return static_cast<std::uint32_t>(count);
}

bool begins_anew(wire::MessageType type) {
  return type == wire::MessageType::discover || type == wire::MessageType::none;
}

}  // namespace

void ServerPool::prepare(const Settings& settings) {
  settings_ = &settings;
  std::vector<State> before = std::move(servers_);
  servers_.clear();
  for (const Server& server : servers_of(settings)) {
    const auto known =
        std::ranges::find(before, server, [](const State& state) { return state.status.server; });
    State state = known == before.end() ? State{} : *known;
    state.status.server = server;
    servers_.push_back(state);
  }
  shown_.resize(servers_.size());
}

// ---- the choice

ServerMask ServerPool::in_service(const Link& link) const {
  ServerMask mask = 0;
  for (const std::uint16_t server : link.servers) {
    if (servers_[server].status.health != Health::down) mask |= bit(server);
  }
  return mask == 0 ? link.server_mask : mask;
}

/// While a server is suspect, another of those in service gets the same: no client waits for the
/// verdict.
ServerMask ServerPool::with_shadow(const Link& link, std::uint16_t server) const {
  if (servers_[server].last_resort) return link.server_mask;
  if (servers_[server].status.health != Health::suspect) return bit(server);
  for (const std::uint16_t other : link.servers) {
    const Health health = servers_[other].status.health;
    if (other != server && (health == Health::good || health == Health::unknown)) {
      return bit(server) | bit(other);
    }
  }
  return link.server_mask;
}

ServerMask ServerPool::first_choice(const Link& link, const Ask& ask) const {
  const ServerMask usable = in_service(link);
  if (settings_->choice == ServerChoice::hash) {
    const std::uint8_t bucket = balance_bucket(ask.identifier);
    const std::uint16_t wanted = link.servers[bucket * link.servers.size() / 256];
    if ((usable & bit(wanted)) != 0) return with_shadow(link, wanted);
    // Its clients are shared out among the others.
    auto turn = bucket % std::popcount(usable);
    for (const std::uint16_t server : link.servers) {
      if ((usable & bit(server)) != 0 && turn-- == 0) return with_shadow(link, server);
    }
  }
  for (const std::uint16_t server : link.servers) {
    if ((usable & bit(server)) != 0) return with_shadow(link, server);
  }
  return link.server_mask;
}

ServerMask ServerPool::by_id(ServerMask among, net::Ip4 server_id) const {
  ServerMask mask = 0;
  for_each_server(among, [&](std::uint16_t server) {
    if (is_named(server, server_id)) mask |= bit(server);
  });
  return mask;
}

ServerMask ServerPool::choose(Instant now, const Link& link, const Ask& ask,
                              const Exchange& exchange) {
  if (link.servers.size() < 2) return link.server_mask;
  using enum wire::MessageType;
  const ServerMask named = ask.server_id ? by_id(link.server_mask, *ask.server_id) : 0;
  if (ask.type == request && ask.requested && std::popcount(named) > 1) {
    // RFC 5107: all of them go by our own address. Others than the one that the client chose would
    // refuse what they never offered.
    const ServerMask chosen = exchange.who_offered(*ask.requested) & link.server_mask;
    if (chosen != 0) return chosen;
  }
  if (settings_->choice == ServerChoice::all) return link.server_mask;
  const ServerMask asked = exchange.asked & link.server_mask;
  // RFC 2131 3.1: a DHCPREQUEST with a server's identifier is for all who made an offer.
  if (named != 0 && ask.type == request) return named | asked;
  if (ask.type == release || ask.type == decline) return named != 0 ? named : link.server_mask;

  const bool tries_hard = ask.secs >= kPatience.to_seconds() || exchange.tries >= kPatienceTries ||
                          now - exchange.first >= kPatience;
  if (tries_hard) return link.server_mask;
  ServerMask mask = first_choice(link, ask) | (ask.type == request ? asked : 0);
  if (begins_anew(ask.type) && random_.one_in(kSampleOneIn)) {
    mask |= link.server_mask & ~in_service(link);
  }
  return mask;
}

// ---- health

void ServerPool::tell(Now now, EventKind kind, std::uint16_t server) {
  const State& state = servers_[server];
  const bool silent = count_bits(state.asked) > 0;
  events_.put({.kind = kind,
               .when = now.wall,
               .downlink = kNoDownlink,
               .server = server,
               .source = state.status.server.address,
               .clients = count_bits(state.asked),
               .silence = silent ? now.mono - state.silent_since : Duration()});
}

void ServerPool::forget_silence(State& state) {
  state.asked = {};
  state.waits = false;
  state.probes_unanswered = 0;
  state.probe_xid = 0;
  state.next_probe = Instant::never();
  state.last_resort = false;
}

void ServerPool::on_asked(Now now, std::uint16_t server, const Ask& ask) {
  State& state = servers_[server];
  const bool first = !state.waits;
  const bool long_ago = !first && now.mono - state.last_ask > kSilenceMemory;
  if (long_ago && state.status.health != Health::down) {
    forget_silence(state);
    if (state.status.health == Health::suspect) state.status.health = Health::unknown;
  }
  if (first || long_ago) state.silent_since = now.mono;
  state.last_ask = now.mono;
  state.waits = true;
  state.asked[ask.client >> 6U & 3U] |= std::uint64_t{1} << (ask.client & 63U);
  const bool trusted =
      state.status.health == Health::good || state.status.health == Health::unknown;
  if (trusted && now.mono >= state.believed_until &&
      now.mono - state.silent_since >= kSuspectSilence &&
      count_bits(state.asked) >= kSuspectClients) {
    suspect(now, server);
  }
}

void ServerPool::suspect(Now now, std::uint16_t server) {
  State& state = servers_[server];
  state.status.health = Health::suspect;
  state.probes_unanswered = 0;
  state.next_probe = now.mono;
  if (now.mono < state.next_told) return;
  state.next_told = now.mono + kSuspectEventPause;
  tell(now, EventKind::server_suspect, server);
}

void ServerPool::on_answer(Now now, std::uint16_t server, std::optional<net::Ip4> server_id) {
  State& state = servers_[server];
  const Health before = state.status.health;
  const bool was_last = state.last_resort;
  ++state.status.answers;
  state.status.last_answer = now.mono;
  state.status.health = Health::good;
  if (server_id) state.server_id = *server_id;
  if (before == Health::down || was_last) {
    state.belief = {};
    state.next_told = {};
    tell(now, EventKind::server_up, server);
  } else if (before == Health::suspect) {
    state.belief = std::clamp(state.belief * 2, kFirstBelief, kLongestBelief);
    state.believed_until = now.mono + state.belief;
  }
  forget_silence(state);
}

bool ServerPool::is_last_of_a_link(std::uint16_t server) const {
  return std::ranges::any_of(links_.all(), [&](const Link& link) {
    if ((link.server_mask & bit(server)) == 0) return false;
    return std::ranges::none_of(link.servers, [&](std::uint16_t other) {
      return other != server && servers_[other].status.health != Health::down;
    });
  });
}

/// Out of service only after many clients, for long enough, and with every probe unanswered. Where
/// no probes are sent, twice as much of both.
void ServerPool::judge(Now now, std::uint16_t server) {
  State& state = servers_[server];
  const int factor = settings_->probe ? 1 : 2;
  const bool silent = now.mono - state.silent_since >= kDeadSilence * factor;
  const bool many = count_bits(state.asked) >= static_cast<std::uint32_t>(kDeadClients * factor);
  const bool probed = !settings_->probe || state.probes_unanswered >= kDeadProbes;
  if (state.status.health != Health::suspect || !silent || !many || !probed) return;
  if (!is_last_of_a_link(server)) {
    state.status.health = Health::down;
    state.last_resort = false;
    ++state.status.times_down;
    tell(now, EventKind::server_down, server);
  } else if (!state.last_resort) {
    state.last_resort = true;
    tell(now, EventKind::last_server, server);
  }
}

std::optional<Probe> ServerPool::next_probe(Now now) {
  for (std::uint16_t server = 0; server < size(); ++server) {
    State& state = servers_[server];
    if (state.next_probe > now.mono) continue;
    if (state.probe_xid != 0) {
      ++state.probes_unanswered;
      if (!state.kind_known) state.kind = static_cast<std::uint8_t>((state.kind + 1) % kProbeKinds);
      // What it answered once it may have unlearned.
      if (state.probes_unanswered % kDeadProbes == 0) state.kind_known = false;
    }
    judge(now, server);
    const bool forgotten =
        state.status.health == Health::suspect && now.mono - state.last_ask > kSilenceMemory;
    if (forgotten) {
      state.status.health = Health::unknown;
      forget_silence(state);
      continue;
    }
    const bool down = state.status.health == Health::down;
    const Duration in_service = state.last_resort ? kLastProbePause : kProbePause;
    state.next_probe = now.mono + (down ? kDownProbePause : in_service);
    if (!settings_->probe) continue;
    state.probe_xid = random_.u32() | 1U;
    return Probe{server, static_cast<ProbeKind>(state.kind), state.probe_xid};
  }
  return std::nullopt;
}

Instant ServerPool::next_deadline() const {
  Instant next = Instant::never();
  for (const State& state : servers_) next = std::min(next, state.next_probe);
  return next;
}

void ServerPool::on_probe_answer(Now now, std::uint16_t server) {
  servers_[server].kind_known = true;
  // From another of its addresses it was not known as the server's.
  if (servers_[server].status.last_answer != now.mono) on_answer(now, server, std::nullopt);
}

// ---- who is who

bool ServerPool::is_named(std::uint16_t server, net::Ip4 server_id) const {
  const State& state = servers_[server];
  return state.status.server.address == server_id || state.server_id == server_id;
}

void ServerPool::learn_path(Instant now, std::uint16_t server, const net::Datagram& in) {
  State& state = servers_[server];
  state.status.interface = in.interface;
  state.status.mac = in.framed && !is_group(in.source_mac) ? in.source_mac : net::Mac();
  state.mac_at = now;
}

net::Mac ServerPool::mac_of(Instant now, std::uint16_t server) const {
  const State& state = servers_[server];
  const bool silent = state.waits && now - state.silent_since >= kSuspectSilence;
  return !silent && now - state.mac_at <= kMacTrust ? state.status.mac : net::Mac();
}

void ServerPool::set_ways(std::span<const net::InterfaceIndex> ways) {
  for (std::size_t i = 0; i < std::min(ways.size(), servers_.size()); ++i) {
    servers_[i].way = ways[i];
  }
}

net::InterfaceIndex ServerPool::way_to(std::uint16_t server) const {
  const State& state = servers_[server];
  return state.way != 0 ? state.way : state.status.interface;
}

bool ServerPool::may_come_by(std::uint16_t server, net::InterfaceIndex downlink) const {
  const net::InterfaceIndex way = servers_[server].way;
  return way == 0 || way == downlink;
}

std::optional<std::uint16_t> ServerPool::find_source(net::Ip4 source, std::uint16_t port) const {
  std::optional<std::uint16_t> found;
  for (std::uint16_t server = 0; server < size(); ++server) {
    const Server& one = servers_[server].status.server;
    if (one.address != source) continue;
    if (one.port == port) return server;
    if (!found) found = server;
  }
  return found;
}

std::optional<std::uint16_t> ServerPool::find_id(net::Ip4 server_id) const {
  if (const auto found = find_source(server_id, wire::kServerPort)) return found;
  std::optional<std::uint16_t> named;
  for (std::uint16_t server = 0; server < size(); ++server) {
    if (servers_[server].server_id != server_id) continue;
    if (named) return std::nullopt;  // RFC 5107: all of them go by our own address
    named = server;
  }
  return named;
}

std::optional<std::uint16_t> ServerPool::find_probe(std::uint32_t xid) const {
  if (xid == 0) return std::nullopt;
  for (std::uint16_t server = 0; server < size(); ++server) {
    if (servers_[server].probe_xid == xid) return server;
  }
  return std::nullopt;
}

std::span<const ServerStatus> ServerPool::status(Instant now) {
  for (std::uint16_t server = 0; server < size(); ++server) {
    shown_[server] = servers_[server].status;
    shown_[server].mac = mac_of(now, server);
    shown_[server].unanswered = count_bits(servers_[server].asked);
  }
  return shown_;
}

}  // namespace lessor::relay::v4
