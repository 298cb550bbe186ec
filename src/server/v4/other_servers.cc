#include "server/v4/other_servers.h"

#include "wire/v4/message_view.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

std::optional<ServerSign> sign_of(wire::MessageType type) {
  if (type == wire::MessageType::offer) return ServerSign::offer;
  if (type == wire::MessageType::ack) return ServerSign::ack;
  if (type == wire::MessageType::nak) return ServerSign::nak;
  if (type == wire::MessageType::none) return ServerSign::bootp;
  return std::nullopt;
}

bool is_unset(const net::Mac& mac) { return mac == net::Mac(); }

void count(OtherServer& server, Now now, const ServerSighting& sighting) {
  const net::Mac mac = is_unset(sighting.mac) ? server.last.mac : sighting.mac;
  const net::Ip4 source = sighting.source.is_zero() ? server.last.source : sighting.source;
  server.last = sighting;
  server.last.mac = mac;
  server.last.source = source;
  server.last_at = now.wall;
  server.seen_at = now.mono;
  ++server.counts[static_cast<std::size_t>(sighting.sign)];
}

}  // namespace

std::optional<ServerMessage> read_server_message(Bytes payload) {
  wire::ParseScratch scratch;
  const auto view = wire::MessageView::parse(payload, scratch);
  if (!view || view->op() != wire::Op::reply) return std::nullopt;
  const auto sign = sign_of(view->message_type());
  if (!sign) return std::nullopt;
  ServerMessage message{
      .sign = *sign, .xid = view->xid(), .yiaddr = view->yiaddr(), .giaddr = view->giaddr()};
  const auto server = view->option(wire::kOptionDhcpServerIdentifier);
  if (server && server->size() == 4) message.server = net::Ip4{load_be32(server->data())};
  return message;
}

OtherServers::OtherServers() { seen_.reserve(kOtherServers); }

void OtherServers::set_policy(const config::OtherServerPolicy& policy) {
  policy_ = policy;
  std::erase_if(seen_, [&](const OtherServer& s) { return is_expected(s.last); });
}

bool OtherServers::is_expected(const ServerSighting& s) const {
  const auto is_known = [&](net::Ip4 a) { return std::ranges::count(policy_.addresses, a) > 0; };
  if (is_known(s.server) || is_known(s.source)) return true;
  if (std::ranges::count(policy_.macs, s.mac) > 0) return true;
  if (!is_unset(s.mac) && std::ranges::count(interfaces_.all(), s.mac, &net::Interface::mac) > 0) {
    return true;
  }
  // A relay of this very link brings our own answers back to it.
  return !s.giaddr.is_zero() && interfaces_.owns(s.server);
}

OtherServers::News OtherServers::note(Now now, const ServerSighting& sighting) {
  if (is_expected(sighting)) return News::none;
  ++messages_;
  if (OtherServer* known = find(sighting)) {
    count(*known, now, sighting);
    if (now.mono < known->told_at + kOtherServerRepeat) return News::none;
    known->told_at = now.mono;
    return News::again;
  }
  OtherServer* made = make(now, sighting);
  if (made == nullptr) return crowded(now.mono);
  *made = {.last = sighting, .first_at = now.wall, .told_at = now.mono};
  count(*made, now, sighting);
  return News::first;
}

/// One that clients name is the one that was heard with that identifier, whoever it is.
OtherServer* OtherServers::find(const ServerSighting& s) {
  for (OtherServer& other : seen_) {
    if (other.last.interface != s.interface || other.last.server != s.server) continue;
    if (other.last.mac == s.mac || is_unset(other.last.mac) || s.sign == ServerSign::chosen) {
      return &other;
    }
  }
  return nullptr;
}

/// A place in the list: a new one, or that of a server that has not been seen for long, of this
/// link if the link has its share.
OtherServer* OtherServers::make(Now now, const ServerSighting& s) {
  std::size_t of_link = 0;
  std::size_t chosen = 0;
  for (const OtherServer& other : seen_) {
    if (other.last.interface != s.interface) continue;
    ++of_link;
    chosen += is_unset(other.last.mac) ? 1 : 0;
  }
  const bool link_full = of_link >= kOtherServersOfLink ||
                         (s.sign == ServerSign::chosen && chosen >= kChosenServersOfLink);
  if (!link_full && seen_.size() < kOtherServers) return &seen_.emplace_back();
  for (OtherServer& other : seen_) {
    if (link_full && other.last.interface != s.interface) continue;
    if (now.mono >= other.seen_at + kOtherServerMemory) return &other;
  }
  return nullptr;
}

OtherServers::News OtherServers::crowded(Instant now) {
  ++unlisted_;
  if (crowded_at_ && now < *crowded_at_ + kOtherServerRepeat) return News::none;
  crowded_at_ = now;
  return News::crowded;
}

}  // namespace lessor::server::v4
