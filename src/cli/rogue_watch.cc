#include "cli/rogue_watch.h"

namespace lessor::cli {
namespace {

using server::v4::OtherServer;
using server::v4::ServerSighting;
using server::v4::ServerSign;

std::uint64_t count_of(const OtherServer& server, ServerSign sign) {
  return server.counts[static_cast<std::size_t>(sign)];
}

std::string address_or_none(net::Ip4 address) {
  return address.is_zero() ? std::string() : net::to_string(address);
}

control::OtherServerStatus status_of(const OtherServer& server, Instant now,
                                     const net::InterfaceTable& table) {
  const net::Interface* interface = table.find(server.last.interface);
  return {.interface = interface == nullptr ? std::string() : interface->name,
          .server = address_or_none(server.last.server),
          .mac = server.last.mac == net::Mac() ? std::string() : net::to_string(server.last.mac),
          .source = address_or_none(server.last.source),
          .relay = address_or_none(server.last.giaddr),
          .address = address_or_none(server.last.address),
          .offers = count_of(server, ServerSign::offer),
          .acks = count_of(server, ServerSign::ack),
          .naks = count_of(server, ServerSign::nak),
          .bootp = count_of(server, ServerSign::bootp),
          .chosen = count_of(server, ServerSign::chosen),
          .first_seen = to_string(server.first_at),
          .last_seen_ago = now - server.seen_at};
}

}  // namespace

void RogueWatch::start() {
  auto listener = runtime::ReplyListener::start(*this);
  if (!listener) {
    return complain_("other servers are not listened for: " + runtime::to_string(listener.error()));
  }
  const std::scoped_lock lock(mutex_);
  listener_ = std::move(*listener);
  follow();
}

/// The listener's thread may wait for our lock, so that it ends without it.
void RogueWatch::stop() {
  std::unique_ptr<runtime::ReplyListener> ending;
  {
    const std::scoped_lock lock(mutex_);
    ending = std::move(listener_);
  }
}

void RogueWatch::follow() {
  if (listener_ == nullptr) return;
  const bool listens = detects_ && listens_;
  listener_->follow(listens ? links_ : std::vector<runtime::ListenedLink>());
}

void RogueWatch::set_policy(const config::OtherServerPolicy& policy, bool listens) {
  const std::scoped_lock lock(mutex_);
  servers_.set_policy(policy);
  detects_ = policy.detect;
  listens_ = listens;
  follow();
}

void RogueWatch::set_interfaces(const net::InterfaceTable& table,
                                std::span<const runtime::ServedInterface> served) {
  const std::scoped_lock lock(mutex_);
  servers_.set_interfaces(table);
  links_.clear();
  for (const runtime::ServedInterface& s : served) {
    const net::Interface* interface = table.find(s.index);
    if (s.is_open() && interface != nullptr && interface->ethernet) {
      links_.push_back({s.index, s.name});
    }
  }
  follow();
}

void RogueWatch::on_event(Instant now, const server::v4::Event& event) {
  const bool is_choice =
      event.kind == server::v4::EventKind::drop && event.reason == server::v4::Reason::other_server;
  // Behind a relay several servers are the rule, and no link of ours.
  if (!is_choice || event.server.is_zero() || !event.giaddr.is_zero()) return;
  note({now, event.when}, {.interface = event.interface,
                           .sign = ServerSign::chosen,
                           .server = event.server,
                           .address = event.address});
}

void RogueWatch::on_reply(Now now, const net::Datagram& in) {
  const auto message = server::v4::read_server_message(in.payload);
  if (!message) return;
  note(now, {.interface = in.interface,
             .sign = message->sign,
             .mac = in.source_mac,
             .source = in.source,
             .server = message->server,
             .address = message->yiaddr,
             .giaddr = message->giaddr});
}

void RogueWatch::on_deaf(const runtime::ListenedLink& link, const runtime::SystemError& why) {
  complain_("other servers on " + link.name + " are not listened for: " + runtime::to_string(why));
}

void RogueWatch::note(Now now, const ServerSighting& sighting) {
  News news = News::none;
  {
    const std::scoped_lock lock(mutex_);
    if (detects_) news = servers_.note(now, sighting);
  }
  if (news != News::none) tell_(now, sighting, news);
}

void RogueWatch::report(Instant now, const net::InterfaceTable& table, control::Status& status) {
  const std::scoped_lock lock(mutex_);
  for (const OtherServer& server : servers_.seen()) {
    status.other_servers.push_back(status_of(server, now, table));
  }
  status.counters.push_back({"other servers: messages", servers_.messages()});
  status.counters.push_back({"other servers: messages of those not listed", servers_.unlisted()});
}

std::vector<control::Statistic> RogueWatch::statistics() {
  const std::scoped_lock lock(mutex_);
  return {{"lessor-other-servers", servers_.seen().size()},
          {"lessor-other-server-messages", servers_.messages()}};
}

}  // namespace lessor::cli
