#include "cli/relay/relay_lines.h"

#include "base/text.h"
#include "wire/v4/message_view.h"

#include <cstdio>

namespace lessor::cli {
namespace {

using relay::v4::Event;
using relay::v4::EventKind;
using relay::v4::Reason;

std::string downlink_name(const Event& e, const RelayNames& names) {
  if (e.downlink >= names.downlinks.size()) return {};
  return sanitise(as_bytes(names.downlinks[e.downlink]), 16);
}

std::string server_name(const Event& e, const RelayNames& names) {
  if (e.server >= names.servers.size()) return "a server";
  return "server " + relay::v4::to_string(names.servers[e.server]);
}

std::string xid_text(std::uint32_t xid) {
  char text[16];
  std::snprintf(text, sizeof text, " xid=%08x", xid);
  return text;
}

/// "DHCPDISCOVER from c0:01:1b:69:00:00 via eth1".
std::string message_text(const Event& e, const RelayNames& names) {
  std::string text(wire::to_string(e.message));
  if (e.message == wire::MessageType::none) text = "a message";
  text += " from ";
  text += e.client.bytes().empty() ? net::to_string(e.source) : to_hex(e.client.bytes(), ':');
  const std::string link = downlink_name(e, names);
  return link.empty() ? text : text + " via " + link;
}

std::string drop_text(const Event& e, const RelayNames& names) {
  std::string text = message_text(e, names) + " not relayed: ";
  text.append(to_string(e.reason)) += xid_text(e.xid);
  if (!e.giaddr.is_zero()) text += " giaddr=" + net::to_string(e.giaddr);
  if (!e.source.is_zero()) text += " source=" + net::to_string(e.source);
  text.append(" reason=").append(name_of(e.reason));
  if (e.count > 1) text += " count=" + std::to_string(e.count);
  return text;
}

/// "9 clients had no answer for 6s".
std::string silence_text(const Event& e) {
  return std::to_string(e.clients) + (e.clients == 1 ? " client" : " clients") +
         " had no answer for " + to_string(Duration::seconds(e.silence.to_seconds()));
}

}  // namespace

RelayNames relay_names(const relay::v4::Settings& settings,
                       std::span<const relay::v4::ServerStatus> servers) {
  RelayNames names;
  for (const auto& downlink : settings.downlinks) names.downlinks.push_back(downlink.interface);
  for (const auto& server : servers) names.servers.push_back(server.server);
  return names;
}

bool RelayLines::take(relay::v4::EventRing& ring) {
  const std::scoped_lock lock(mutex_);
  dropped_before_ = ring.dropped();
  bool any = false;
  for (Event event; ring.take(event); any = true) {
    if (waiting_.size() < waiting_.capacity()) {
      waiting_.push_back(event);
    } else {
      ++dropped_here_;
    }
  }
  return any;
}

void RelayLines::set_names(RelayNames names) {
  const std::scoped_lock lock(mutex_);
  names_ = std::move(names);
}

/// Takes copies, so that the packet thread does not wait for a disk.
void RelayLines::write_lines(Instant /*now*/, const NameOf& /*name_of*/, const Write& write) {
  std::vector<Event> events;
  RelayNames names;
  {
    const std::scoped_lock lock(mutex_);
    events = waiting_;
    names = names_;
    waiting_.clear();
  }
  for (const Event& event : events) write(severity_of(event), format_line(event, names));
}

std::uint64_t RelayLines::dropped() const {
  const std::scoped_lock lock(mutex_);
  return dropped_here_ + dropped_before_;
}

Severity severity_of(const Event& e) {
  switch (e.kind) {
    case EventKind::drop:
      return e.reason == Reason::outbox_full ? Severity::warning : Severity::info;
    case EventKind::server_suspect:
    case EventKind::server_up:
    case EventKind::downlink_up:
      return Severity::info;
    case EventKind::info_left_out:
    case EventKind::server_down:
    case EventKind::last_server:
    case EventKind::downlink_down:
      return Severity::warning;
  }
  return Severity::info;
}

std::string format_line(const Event& e, const RelayNames& names) {
  switch (e.kind) {
    case EventKind::drop:
      return drop_text(e, names);
    case EventKind::info_left_out:
      return message_text(e, names) + " relayed without option 82: there is no room for it" +
             xid_text(e.xid);
    case EventKind::server_suspect:
      return server_name(e, names) + " is being probed: " + silence_text(e);
    case EventKind::server_down:
      return server_name(e, names) + " is taken out of service: " + silence_text(e) +
             ", and neither had we";
    case EventKind::server_up:
      return server_name(e, names) + " answers again";
    case EventKind::last_server:
      return server_name(e, names) + " does not answer, but stays in service: it is the last one";
    case EventKind::downlink_up:
      return "relaying clients of " + downlink_name(e, names) + " as " + net::to_string(e.giaddr);
    case EventKind::downlink_down:
      return "no longer relaying clients of " + downlink_name(e, names);
  }
  return {};
}

}  // namespace lessor::cli
