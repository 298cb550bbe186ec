#include "cli/log_line.h"

#include "base/text.h"
#include "server/v4/other_servers.h"
#include "wire/v4/message_view.h"

#include <array>

namespace lessor::cli {
namespace {

using server::v4::Event;
using server::v4::EventKind;
using server::v4::Reason;

/// Octets of a client's or relay's text that a line shows.
constexpr std::size_t kMaxShown = 64;

/// A client's bytes on one line of ASCII, and nothing in it that ends where they stand: none of
/// `ends` is left as it is.
std::string bounded(Bytes bytes, std::string_view ends) {
  std::string text;
  for (const char c : sanitise(bytes, kMaxShown)) {
    if (ends.find(c) == std::string_view::npos) {
      text += c;
    } else {
      text += "\\x" + to_hex(as_bytes(std::string_view(&c, 1)));
    }
  }
  return text;
}

/// "c0:01:1b:69:00:00 (R1)"; a client without a hardware address is known by its identifier.
std::string client_text(const Event& e) {
  std::string text = to_hex(e.hardware.bytes(), ':');
  if (text.empty() && !e.client_id.empty()) text = "id " + to_hex(e.client_id.bytes(), ':');
  if (text.empty()) text = "unknown client";
  if (!e.hostname.empty()) text += " (" + bounded(e.hostname.bytes(), " ()") + ")";
  return text;
}

/// dhcpd's convention: the relay's address when there is one, else the interface.
std::string via_text(const Event& e, std::string_view interface) {
  if (!e.giaddr.is_zero()) return " via " + net::to_string(e.giaddr);
  if (interface.empty()) return {};
  return " via " + sanitise(as_bytes(interface), 16);
}

std::string xid_text(std::uint32_t xid) {
  std::array<std::byte, 4> octets{};
  store_be32(octets.data(), xid);
  return " xid=" + to_hex(octets);
}

/// What scripts may parse: name=value, in one order, only what applies.
std::string fields_text(const Event& e, std::string_view interface) {
  std::string text;
  const bool is_client = e.kind != EventKind::other_server;
  if (is_client && e.message != wire::MessageType::none) text += xid_text(e.xid);
  if (e.lease_time > Duration()) text += " lease=" + to_string(e.lease_time);
  if (e.subnet_id != 0) text += " subnet=" + std::to_string(e.subnet_id);
  if (!e.giaddr.is_zero() && !interface.empty()) {
    text += " interface=" + sanitise(as_bytes(interface), 16);
  }
  if (!e.circuit_id.empty()) text += " circuit-id=" + bounded(e.circuit_id.bytes(), " =");
  if (e.reason != Reason::none) text.append(" reason=").append(name_of(e.reason));
  return text;
}

/// "DHCPDISCOVER from MAC (NAME) via IF: no address is free".
std::string drop_text(const Event& e, const std::string& via) {
  std::string text(wire::to_string(e.message));
  if (e.reason == Reason::malformed) text = "malformed message";
  if (!e.address.is_zero()) text += " for " + net::to_string(e.address);
  text += " from " + (e.reason == Reason::malformed ? net::to_string(e.source) : client_text(e));
  text.append(via).append(": ").append(to_string(e.reason));
  if (e.reason == Reason::malformed && e.detail < wire::kParseCodes) {
    text.append(" (").append(to_string(static_cast<wire::ParseCode>(e.detail))) += ")";
  }
  if (e.reason == Reason::bad_option) text += " (option " + std::to_string(e.detail) + ")";
  return text;
}

/// "another DHCP server, 192.0.2.9 (52:54:00:12:34:56), answers clients via eth0: DHCPOFFER of
/// 192.0.2.77".
std::string other_server_text(const Event& e, const std::string& via) {
  using server::v4::OtherServers;
  const auto news = static_cast<OtherServers::News>(e.detail);
  if (news == OtherServers::News::crowded) {
    return "more DHCP servers than are listed answer clients" + via + ": somebody forges them";
  }
  std::string who = net::to_string(e.server.is_zero() ? e.source : e.server);
  if (e.hardware.size > 0) who += " (" + to_hex(e.hardware.bytes(), ':') + ")";
  std::string text = "another DHCP server, " + who + ",";
  if (news == OtherServers::News::again) text += " still";
  if (e.message == wire::MessageType::request) return text + " is chosen by a client" + via;
  text.append(" answers clients").append(via).append(": ").append(wire::to_string(e.message));
  if (!e.address.is_zero()) text += " of " + net::to_string(e.address);
  if (e.source != e.server) text += ", from " + net::to_string(e.source);
  return text;
}

/// "DHCPLEASEQUERY about 192.0.2.10 via 192.0.2.254: DHCPLEASEACTIVE".
std::string lease_told_text(const Event& e, const std::string& via) {
  const std::string what = e.address.is_zero() ? client_text(e) : net::to_string(e.address);
  return std::string(wire::to_string(e.message)) + " about " + what + via + ": " +
         std::string(wire::to_string(wire::message_type_of(e.detail)));
}

/// "DHCPFORCERENEW on 192.0.2.10 to c0:01:1b:69:00:01: by an operator's command".
std::string renew_asked_text(const Event& e) {
  return "DHCPFORCERENEW on " + net::to_string(e.address) + " to " + client_text(e) + ": " +
         std::string(to_string(e.reason));
}

/// The words of an event, up to the fields.
std::string words(const Event& e, const std::string& via) {
  const std::string address = net::to_string(e.address);
  const std::string client = client_text(e);
  switch (e.kind) {
    case EventKind::offer:
      return "DHCPOFFER on " + address + " to " + client + via;
    case EventKind::ack:
      return "DHCPACK on " + address + " to " + client + via;
    case EventKind::nak:
      return "DHCPNAK on " + address + " to " + client + via;
    case EventKind::inform:
      return "DHCPINFORM from " + address + " " + client + via;
    case EventKind::release:
      return "DHCPRELEASE of " + address + " from " + client + via;
    case EventKind::decline:
      return "DHCPDECLINE of " + address + " from " + client + via;
    case EventKind::drop:
      return drop_text(e, via);
    case EventKind::lease_expired:
      return "lease of " + address + " to " + client + " expired";
    case EventKind::decline_over:
      return "probation of " + address + " is over";
    case EventKind::offer_dropped:
      return "offer of " + address + " to " + client + " dropped";
    case EventKind::address_in_use:
      return address + " is in use by " + client + via;
    case EventKind::reservation_waiting:
      return "reservation of " + address + " for " + client +
             " waits: " + std::string(to_string(e.reason));
    case EventKind::reservation_taken:
      return "reservation of " + address + " taken by " + client;
    case EventKind::lease_ended:
      return "lease of " + address + " to " + client + " ended";
    case EventKind::lease_set:
      return "lease of " + address + " to " + client + " set";
    case EventKind::configuration:
      return "a new configuration is in force";
    case EventKind::other_server:
      return other_server_text(e, via);
    case EventKind::lease_told:
      return lease_told_text(e, via);
    case EventKind::renew_asked:
      return renew_asked_text(e);
  }
  return {};
}

bool is_without_address(Reason reason) {
  return reason == Reason::pool_exhausted || reason == Reason::network_exhausted ||
         reason == Reason::no_pools || reason == Reason::no_pool_for_classes;
}

/// Silences that every healthy network has.
bool is_ordinary(Reason reason) {
  return reason == Reason::duplicate || reason == Reason::probe_pending ||
         reason == Reason::other_server || reason == Reason::not_a_request;
}

}  // namespace

Severity severity_of(const Event& e) {
  switch (e.kind) {
    case EventKind::offer:
    case EventKind::ack:
    case EventKind::inform:
    case EventKind::release:
    case EventKind::decline_over:
    case EventKind::reservation_taken:
    case EventKind::lease_ended:
    case EventKind::lease_set:
    case EventKind::renew_asked:
      return Severity::info;
    case EventKind::nak:
    case EventKind::decline:
    case EventKind::address_in_use:
    case EventKind::reservation_waiting:
    case EventKind::other_server:
      return Severity::warning;
    case EventKind::drop:
      if (is_ordinary(e.reason)) return Severity::debug;
      return is_without_address(e.reason) ? Severity::warning : Severity::info;
    case EventKind::lease_expired:
      return Severity::info;
    case EventKind::offer_dropped:
    case EventKind::lease_told:     // a relay that starts asks for thousands
    case EventKind::configuration:  // the reload has its own line, with what it cost
      return Severity::debug;
  }
  return Severity::info;
}

std::string format_line(const Event& event, std::string_view interface) {
  return words(event, via_text(event, interface)) + fields_text(event, interface);
}

}  // namespace lessor::cli
