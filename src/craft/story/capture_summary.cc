#include "craft/story/capture_summary.h"

#include <algorithm>
#include <bit>

namespace lessor::craft {
namespace {

using wire::MessageType;

constexpr std::size_t kHeldPerClientMax = 4;  // addresses, on average
constexpr std::size_t kNameMax = 64;          // octets of a name that are remembered
constexpr std::size_t kListMax = 255;         // of option 55: more say a code twice

std::string first_octets(std::optional<Bytes> value, std::size_t max = kNameMax) {
  if (!value) return {};
  return std::string(as_text(value->first(std::min(value->size(), max))));
}

/// Entry of `address` in a list of hosts; null when there is no more room.
template <typename Host>
Host* find_or_enter(std::vector<Host>& hosts, net::Ip4 address, std::size_t max) {
  const auto found =
      std::find_if(hosts.begin(), hosts.end(), [&](const Host& h) { return h.address == address; });
  if (found != hosts.end()) return &*found;
  if (hosts.size() == max) return nullptr;
  hosts.push_back({.address = address});
  return &hosts.back();
}

/// What the client says of itself, as far as this message does.
void read_client(const wire::MessageView& message, CaptureSummary::Client& client) {
  if (message.has(wire::kOptionHostName)) {
    client.host_name = first_octets(message.option(wire::kOptionHostName));
  }
  if (message.has(wire::kOptionVendorClassIdentifier)) {
    client.print.vendor_class = first_octets(message.option(wire::kOptionVendorClassIdentifier));
  }
  if (const auto list = message.option(wire::kOptionDhcpParameterRequestList)) {
    client.print.request_list = first_octets(list, kListMax);
  }
  const auto size = message.option(wire::kOptionDhcpMaxMessageSize);
  if (size && size->size() == 2) client.print.max_size = load_be16(size->data());
}

std::string addresses_text(std::string_view octets) {
  std::string text;
  for (std::size_t at = 0; at + 4 <= octets.size(); at += 4) {
    if (!text.empty()) text += ", ";
    text += net::to_string(net::Ip4{load_be32(as_bytes(octets).data() + at)});
  }
  return text.empty() ? "none" : text;
}

/// What a server gives that another in the same network does not.
std::string difference(const CaptureSummary::Server& one, const CaptureSummary::Server& other) {
  std::string text;
  if (one.routers != other.routers) {
    text += "; its routers are " + addresses_text(one.routers) + ", not " +
            addresses_text(other.routers);
  }
  if (one.name_servers != other.name_servers) {
    text += "; its name servers are " + addresses_text(one.name_servers) + ", not " +
            addresses_text(other.name_servers);
  }
  return text;
}

}  // namespace

CaptureSummary::Client* CaptureSummary::enter(const net::HardwareAddress& address) {
  const auto [at, fresh] =
      by_address_.try_emplace(std::string(as_text(address.bytes())), clients_.size());
  if (!fresh) return &clients_[at->second];
  if (clients_.size() == limits_.clients_max) {
    by_address_.erase(at);
    ++left_out_;
    return nullptr;
  }
  clients_.push_back({.address = address});
  return &clients_.back();
}

void CaptureSummary::add(std::size_t number, Duration since_1970, Bytes /*frame*/,
                         const Dissection& dissection) {
  ++packets_;
  if (!first_at_) first_at_ = since_1970;
  last_at_ = std::max(last_at_, since_1970);
  if (!dissection.is_dhcp()) return;
  const auto message = wire::MessageView::parse(dissection.payload, scratch_);
  if (!message) return note_broken(dissection, number, since_1970);
  DhcpEvent event = event_of(*message, dissection, since_1970);
  event.number = number;
  ++messages_[wire::to_string(event.type)];
  if (!event.giaddr.is_zero()) note_relay(event);
  Client* client = enter(event.client);
  if (client == nullptr) return;
  ++client->messages;
  if (event.op == wire::Op::request) read_client(*message, *client);
  client->watch.note(event, latencies_, anomalies_);
  if (event.op != wire::Op::reply) return;
  note_server(event, *message, *client);
  if (event.type == MessageType::ack && !event.yiaddr.is_zero()) {
    note_holder(static_cast<std::size_t>(client - clients_.data()), event);
  }
}

void CaptureSummary::note_broken(const Dissection& dissection, std::size_t number,
                                 Duration since_1970) {
  const auto message = wire::MessageView::parse(dissection.payload, scratch_);
  ++messages_["broken"];
  anomalies_.add({.kind = AnomalyKind::broken,
                  .number = number,
                  .since_1970 = since_1970,
                  .text = "broken at octet " + std::to_string(message.error().offset) + ": " +
                          std::string(wire::to_string(message.error().code))});
}

void CaptureSummary::note_relay(const DhcpEvent& event) {
  Relay* relay = find_or_enter(relays_, event.giaddr, limits_.servers_max);
  if (relay == nullptr) return;
  ++(event.op == wire::Op::reply ? relay->to_clients : relay->to_servers);
}

void CaptureSummary::note_server(const DhcpEvent& event, const wire::MessageView& message,
                                 const Client& client) {
  const auto address = event.server();
  if (!address || client.watch.handed_on()) return;
  Server* server = find_or_enter(servers_, *address, limits_.servers_max);
  if (server == nullptr) return;
  if (event.type == MessageType::offer) ++server->offers;
  if (event.type == MessageType::ack) ++server->acks;
  if (event.type == MessageType::nak) ++server->naks;
  if (client.watch.competing()) {
    ++server->competed;
    server->competed_with = client.watch.first_offerer();
  }
  if (server->gave || event.yiaddr.is_zero()) return;
  server->gave = true;
  const auto mask = message.option(wire::kOptionSubnetMask);
  const std::uint32_t bits = mask && mask->size() == 4 ? load_be32(mask->data()) : UINT32_MAX;
  server->network = {{event.yiaddr.value & bits}, static_cast<std::uint8_t>(std::countl_one(bits))};
  server->routers = first_octets(message.option(wire::kOptionRouters));
  server->name_servers = first_octets(message.option(wire::kOptionDomainNameServers));
  server->lease_time = event.lease_time.value_or(Duration());
}

/// Notes who has the address now, and whether somebody else still had it.
void CaptureSummary::note_holder(std::size_t client, const DhcpEvent& event) {
  const auto& lease = clients_[client].watch.lease();
  if (!lease || lease->address != event.yiaddr) return;  // the answer to a DHCPINFORM
  const bool room = holders_.size() < kHeldPerClientMax * limits_.clients_max;
  if (!room && !holders_.contains(event.yiaddr)) return;
  const auto [at, fresh] = holders_.try_emplace(event.yiaddr, client);
  if (fresh || at->second == client) return;
  const Client& before = clients_[at->second];
  const auto& held = before.watch.lease();
  if (held && held->address == event.yiaddr && held->holds_at(event.since_1970)) {
    anomalies_.add({.kind = AnomalyKind::given_twice,
                    .number = event.number,
                    .since_1970 = event.since_1970,
                    .text = net::to_string(event.yiaddr) + " is given to " +
                            net::to_string(event.client) + " while " +
                            net::to_string(before.address) + " has it"});
  }
  at->second = client;
}

void CaptureSummary::finish() {
  for (Client& client : clients_) client.watch.finish(anomalies_);
  find_suspects();
}

/// Servers beside the one that answers most: whoever competes with it, or gives other routers or
/// name servers in the same network.
void CaptureSummary::find_suspects() {
  const auto by_answers = [](const Server& a, const Server& b) {
    return a.answers() < b.answers();
  };
  const auto most = std::max_element(servers_.begin(), servers_.end(), by_answers);
  for (const Server& server : servers_) {
    if (&server == &*most || server.answers() == 0) continue;
    const bool same_network = server.gave && most->gave && server.network == most->network;
    const std::string differs = same_network ? difference(server, *most) : "";
    const bool competes = server.competed > 0 || most->competed_with == server.address;
    if (!competes && differs.empty()) continue;
    anomalies_.add({.kind = AnomalyKind::suspect_server,
                    .text = net::to_string(server.address) + " answers (" +
                            std::to_string(server.answers()) + ") beside " +
                            net::to_string(most->address) + " (" + std::to_string(most->answers()) +
                            ")" + differs});
  }
}

std::string CaptureSummary::left_out() const {
  if (left_out_ == 0) return "";
  return std::to_string(left_out_) + " messages of clients beyond the first " +
         std::to_string(limits_.clients_max) + " are counted only by type";
}

}  // namespace lessor::craft
