#include "population.h"

#include <poll.h>

namespace lessor::soak {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kRetryAfter{4};              // RFC 2131 4.1
constexpr std::uint32_t kTries = 6;            // a busy machine may take as long
constexpr seconds kPauseBetweenDeclines{200};  // fewer than the server counts against a client
constexpr std::uint32_t kPorts = 32;           // of the relay

net::Mac mac_of(std::uint16_t kind, std::uint32_t number) {
  net::Mac mac;
  store_be16(mac.octets.data(), kind);
  store_be32(mac.octets.data() + 2, number);
  return mac;
}

}  // namespace

Population::Population(std::vector<Link> links, std::uint32_t count, std::uint32_t rate,
                       std::uint32_t probation, std::uint64_t seed)
    : links_(std::move(links)), clients_(count), rate_(rate), probation_(probation), random_(seed) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Client& client = clients_[i];
    client.number = i;
    client.link = i % static_cast<std::uint32_t>(links_.size());
    client.mac = mac_of(0x025a, i);
    client.changes_mac = i % 8 == 7 && !is_reserved(client);
    client.renews_late = i % 5 == 4;
    client.declined = now_ - kPauseBetweenDeclines;
  }
}

bool Population::is_reserved(const Client& client) const {
  return client.number / links_.size() < kReserved;
}

std::uint32_t Population::port_of(const Client& client) const {
  return !client.direct && links_[client.link].we_relay() ? 1 + client.number % kPorts : 0;
}

std::vector<int> Population::fds() const {
  std::vector<int> fds;
  for (const Link& link : links_) {
    for (const int fd : link.fds()) fds.push_back(fd);
  }
  return fds;
}

void Population::turn() {
  now_ = Clock::now();
  for (std::uint32_t link = 0; link < links_.size(); ++link) receive(link);
  run_timers();
  start_some();
}

void Population::start_some() {
  const std::chrono::duration<double> elapsed = now_ - started_at_;
  const auto due = static_cast<std::uint64_t>(elapsed.count() * rate_);
  // What could not be begun in time is not made up for: no bursts.
  if (paused_ || due > started_ + rate_) started_ = due;
  for (; started_ < due; ++started_) {
    if (random_.one_in(32)) {
      send_broken();
    } else {
      act(clients_[random_.below(static_cast<std::uint32_t>(clients_.size()))]);
    }
  }
}

void Population::act(Client& client) {
  if (client.phase == Phase::idle) return discover(client);
  if (client.phase == Phase::bound && client.until > now_ + seconds(5)) act_bound(client);
}

/// What becomes of a client with a lease, in sixty-fourths.
void Population::act_bound(Client& client) {
  const bool sure = !links_[client.link].doubtful;
  const std::uint32_t dice = random_.below(64);
  if (dice < 20) return ask(client, Phase::renewing);
  if (dice < 28) return ask(client, Phase::rebinding);
  if (dice < 40) return ask(client, Phase::rebooting);
  if (dice < 44) return ask(client, Phase::informing);
  if (dice < 48) {  // says it twice, as a client does whose answer was lost
    ask(client, Phase::renewing);
    return transmit(client);
  }
  if (dice < 53) return forget(client);
  if (dice < 55) return move(client);
  if (!sure) return;  // whether it was heard decides what may be given to whom
  if (dice < 56) return decline(client);
  if (dice < 62) return release(client);
}

void Population::discover(Client& client) {
  if (client.changes_mac) {
    client.mac = mac_of(0x025b, ++macs_);
    client.former = {};
  }
  client.address = {};
  ask(client, Phase::selecting);
}

/// Switched off without a word. The server keeps the address for it.
void Population::forget(Client& client) {
  client.former = client.address;
  client.former_until = client.until;
  settle(client);
}

void Population::release(Client& client) {
  tell(client, kRelease);
  client.former = {};
  settle(client);
}

void Population::decline(Client& client) {
  if (is_reserved(client) || now_ - client.declined < kPauseBetweenDeclines) return;
  client.declined = now_;
  beliefs_.set_aside(client.address, now_ + probation_ - seconds(1));
  tell(client, kDecline);
  client.former = {};
  settle(client);
}

/// Ends the belief in the lease: idle.
void Population::settle(Client& client) {
  beliefs_.drop(client.address, client.number);
  client.has_lease = false;
  client.phase = Phase::idle;
  ++client.generation;
}

/// Carried to another link, where it asks for its old address.
void Population::move(Client& client) {
  const auto count = static_cast<std::uint32_t>(links_.size());
  if (count < 2 || is_reserved(client)) return;
  const net::Ip4 address = client.address;
  forget(client);
  client.former = {};
  client.link = (client.link + 1 + random_.below(count - 1)) % count;
  client.moved = true;
  client.address = address;
  ask(client, Phase::rebooting);
}

void Population::send_broken() {
  Link& link = links_[random_.below(static_cast<std::uint32_t>(links_.size()))];
  if (link.doubtful) return;
  // A relay passes on what it need not understand; what it must not pass is no message at all.
  const bool apart = link.is_relayed_apart();
  const std::uint32_t kind = apart ? 0 : random_.below(kBroken);
  std::array<std::byte, kRoom> room;
  const std::size_t size = write_broken(static_cast<Broken>(kind), random_, room);
  if (!link.send(Bytes(room).first(size), mac_of(0x025c, random_.u32()), {}, true)) {
    ++figures_.refused;
  } else {
    ++(apart ? figures_.relayed_broken : figures_.broken[kind]);
  }
}

/// Begins an exchange, or with a REQUEST for an offer goes on with it.
void Population::ask(Client& client, Phase phase) {
  if (phase != Phase::requesting) {
    client.xid = ++xids_ * kMaxClients + client.number;
    client.unsure = false;
    ++waiting_;
  }
  client.phase = phase;
  client.tries = 0;
  client.asked = now_;
  transmit(client);
}

/// Sends what the client's phase says, and repeats it until it is answered.
void Population::transmit(Client& client) {
  ++client.tries;
  const Link& link = links_[client.link];
  client.unsure = client.unsure || link.doubtful;
  Question question{.type = kRequest, .xid = client.xid};
  bool to_everybody = true;
  switch (client.phase) {
    case Phase::selecting:
      question.type = kDiscover;
      break;
    case Phase::requesting:
      question.requested = client.address;
      question.server = link.server();
      break;
    case Phase::rebooting:
      question.requested = client.address;
      break;
    case Phase::informing:
      question.type = kInform;
      to_everybody = links_[client.link].giaddr().is_zero();  // the answer takes no relay (4.3.5)
      question.ciaddr = client.address;
      break;
    case Phase::renewing:
      to_everybody = false;
      question.ciaddr = client.address;
      break;
    case Phase::rebinding:
      question.ciaddr = client.address;
      break;
    case Phase::idle:
    case Phase::bound:
      return;
  }
  if (!deliver(client, question, to_everybody)) client.unsure = true;
  set_timer(client, now_ + kRetryAfter);
}

/// DECLINE and RELEASE: nobody answers.
void Population::tell(Client& client, MessageType type) {
  client.xid = ++xids_ * kMaxClients + client.number;
  Question question{.type = type, .xid = client.xid, .server = links_[client.link].server()};
  if (type == kDecline) question.requested = client.address;
  if (type == kRelease) question.ciaddr = client.address;
  if (!deliver(client, question, type == kDecline)) {
    fault(client, "our own kernel did not send a word that must arrive");
  }
}

bool Population::deliver(Client& client, const Question& question, bool to_everybody) {
  Question whole = question;
  whole.mac = client.mac;
  whole.broadcast = client.number % 3 == 0 && question.ciaddr.is_zero();
  whole.client_id = client.number % 2 == 0 && !client.changes_mac ? client.number + 1 : 0;
  Link& link = links_[client.link];
  client.direct = !to_everybody;
  whole.giaddr = !client.direct && link.we_relay() ? link.giaddr() : net::Ip4();
  whole.port = port_of(client);
  std::array<std::byte, kRoom> room;
  const std::size_t size = write(whole, room);
  if (!link.send(Bytes(room).first(size), client.mac, question.ciaddr, to_everybody)) {
    ++figures_.refused;
    return false;
  }
  ++(link.doubtful ? figures_.unsure : figures_.sent)[question.type];
  if (link.is_relayed_apart() && to_everybody) {
    ++(link.doubtful ? figures_.relayed_unsure : figures_.relayed);
  }
  return true;
}

void Population::set_timer(Client& client, Time due) {
  timers_.push({due, client.number, ++client.generation});
}

void Population::run_timers() {
  while (!timers_.empty() && timers_.top().due <= now_) {
    const Timer timer = timers_.top();
    timers_.pop();
    Client& client = clients_[timer.client];
    if (client.generation == timer.generation) on_timer(client);
  }
}

void Population::on_timer(Client& client) {
  if (client.phase == Phase::idle) return;
  if (client.phase != Phase::bound) {
    if (client.tries >= kTries) return give_up(client);
    ++(client.unsure ? figures_.resent_unsure : figures_.resent);
    return transmit(client);
  }
  if (now_ >= client.until) {
    client.former = {};
    return settle(client);
  }
  if (paused_) return set_timer(client, std::min(client.until, now_ + milliseconds(100)));
  ask(client, now_ >= client.t2 ? Phase::rebinding : Phase::renewing);
}

/// Nobody answered. With a lease it tries again before that ends.
void Population::give_up(Client& client) {
  if (!client.unsure) fault(client, "no answer after " + std::to_string(kTries) + " tries");
  --waiting_;
  client.moved = false;
  if (!client.has_lease) {
    client.phase = Phase::idle;
    return;
  }
  client.phase = Phase::bound;
  set_timer(client, std::min(client.until, now_ + seconds(1)));
}

std::string Population::take_figures() {
  for (Link& link : links_) figures_.lost += link.take_losses();
  return figures_.take_json(beliefs_.count());
}

std::string Population::leases() const {
  std::string text;
  const Time now = Clock::now();
  beliefs_.for_each([&](net::Ip4 address, const Beliefs::Belief& belief) {
    const auto left = std::chrono::duration_cast<milliseconds>(belief.until - now).count();
    text += net::to_string(address) + " " + net::to_string(clients_[belief.client].mac) + " " +
            std::to_string(left / 1000) + "\n";
  });
  return text;
}

}  // namespace lessor::soak
