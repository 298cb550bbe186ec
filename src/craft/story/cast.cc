#include "craft/story/cast.h"

#include "craft/faults.h"

#include <algorithm>

namespace lessor::craft {
namespace {

// The same octets so soon again are the same packet, seen on another interface.
constexpr Duration kSamePacket = Duration::milliseconds(2);
constexpr std::size_t kRecentMax = 8;
// A server that probes an address offers it soon after, or never.
constexpr Duration kProbeLasts = Duration::seconds(5);
constexpr std::size_t kWaitingMax = 64;

bool is_client(const Cast::Client& client, const net::Mac& mac) {
  return equal_bytes(client.address.bytes(), mac.octets);
}

/// What is wrong with a message, the worst of it; what is odd yet allowed only when it is `broken`.
std::string worst_fault(Bytes frame, const Dissection& dissection, bool broken) {
  const std::vector<Fault> faults = find_faults(frame, dissection);
  const Fault* worst = nullptr;
  std::size_t count = 0;
  for (const Fault& fault : faults) {
    if (fault.severity == Severity::note) continue;
    ++count;
    if (worst == nullptr || fault.severity > worst->severity) worst = &fault;
  }
  if (worst == nullptr && broken && !faults.empty()) worst = &faults.back();
  if (worst == nullptr) return {};
  return "!! " + to_string(*worst) + (count > 1 ? "; " + std::to_string(count - 1) + " more" : "");
}

}  // namespace

Cast::Client* Cast::enter(const net::HardwareAddress& address) {
  const std::string key(as_text(address.bytes()));
  const auto found = by_address_.find(key);
  if (found != by_address_.end()) return &clients_[found->second];
  if (clients_.size() == clients_max_) {
    ++left_out_;
    return nullptr;
  }
  by_address_.emplace(key, clients_.size());
  clients_.push_back({.address = address});
  return &clients_.back();
}

bool Cast::seen_already(Client& client, const DhcpEvent& event) {
  auto& recent = client.recent;
  const bool seen = std::any_of(recent.begin(), recent.end(), [&](const auto& earlier) {
    return earlier.first == event.digest && event.digest != 0 &&
           event.since_1970 - earlier.second <= kSamePacket;
  });
  if (recent.size() == kRecentMax) recent.erase(recent.begin());
  recent.emplace_back(event.digest, event.since_1970);
  return seen;
}

std::vector<Part> Cast::add(std::size_t number, Duration since_1970, Bytes frame,
                            const Dissection& dissection) {
  if (auto event = read_any_event(dissection, since_1970)) {
    event->number = number;
    std::vector<Part> parts = add(*event);
    if (parts.empty()) return parts;
    const std::string wrong = worst_fault(frame, dissection, event->broken);
    std::string& mark = parts.back().mark;
    if (event->broken && !wrong.empty()) mark.clear();  // it says the same in general
    if (!mark.empty() && !wrong.empty()) mark += "\n";
    mark += wrong;
    return parts;
  }
  auto probe = read_probe(frame, dissection, since_1970);
  if (!probe) return {};
  probe->number = number;
  return add(*probe);
}

void Cast::forget_old(std::size_t client) { clients_[client].exchanges.forget_old(); }

std::vector<Part> Cast::add(const DhcpEvent& event) {
  Client* client = enter(event.client);
  if (client == nullptr || seen_already(*client, event)) return {};
  client->lanes.note(event);
  ExchangeTracker::Note note = client->exchanges.add(event);
  std::vector<Part> parts;
  if (event.op == wire::Op::reply && !event.yiaddr.is_zero()) give(*client, event, parts);
  parts.push_back({.client = static_cast<std::size_t>(client - clients_.data()),
                   .exchange = note.exchange,
                   .begins = note.begins,
                   .mark = std::move(note.mark),
                   .what = event});
  return parts;
}

/// Notes that the client is given an address; probes about it that came before belong here.
void Cast::give(Client& client, const DhcpEvent& event, std::vector<Part>& parts) {
  client.given = event.yiaddr;
  // Two clients that are offered one address: the first that was keeps being told about probes.
  if (holders_.size() < 2 * clients_max_) {
    holders_[event.yiaddr] = static_cast<std::size_t>(&client - clients_.data());
  }
  for (const ProbeEvent& probe : waiting_) {
    const bool same = probe.about == event.yiaddr;
    if (!same || event.since_1970 - probe.since_1970 > kProbeLasts) continue;
    if (!is_client(client, probe.sender)) parts.push_back(part_of(client, probe));
  }
  std::erase_if(waiting_, [&](const ProbeEvent& p) { return p.about == event.yiaddr; });
}

Part Cast::part_of(Client& client, const ProbeEvent& probe) {
  const bool claims = probe.kind == ProbeKind::arp_reply || probe.kind == ProbeKind::echo_reply ||
                      probe.kind == ProbeKind::arp_announcement;
  const bool conflict = claims && !is_client(client, probe.sender);
  client.lanes.note(probe, conflict);
  const std::size_t exchanges = client.exchanges.count();
  return {.client = static_cast<std::size_t>(&client - clients_.data()),
          .exchange = exchanges - 1,
          .mark = conflict ? "Uses " + net::to_string(probe.about) + " already" : "",
          .what = probe};
}

std::vector<Part> Cast::add(const ProbeEvent& probe) {
  const auto sender = by_address_.find(std::string(as_text(probe.sender.octets)));
  const bool asks = probe.kind == ProbeKind::arp_probe || probe.kind == ProbeKind::echo_request;
  if (sender != by_address_.end()) {
    // What a client says of its own address: does anybody use it, and that it does.
    Client& client = clients_[sender->second];
    const bool own = probe.kind == ProbeKind::arp_probe ||
                     (probe.kind == ProbeKind::arp_announcement && probe.about == client.given);
    if (own && probe.kind == ProbeKind::arp_announcement) client.given = {};  // once is enough
    if (own) return {part_of(client, probe)};
  }
  const auto holder = holders_.find(probe.about);
  if (!asks && holder != holders_.end()) {
    Client& client = clients_[holder->second];
    if (is_client(client, probe.sender)) return {};
    return {part_of(client, probe)};
  }
  if (asks) {
    if (waiting_.size() == kWaitingMax) waiting_.pop_front();
    waiting_.push_back(probe);
  }
  return {};
}

}  // namespace lessor::craft
