#include "cli/client/tell.h"

#include "client/v4/host_plan.h"
#include "wire/v4/message_view.h"

#include <cstdio>

namespace lessor::cli {
namespace {

using client::v4::Event;
using client::v4::EventKind;
using client::v4::Lease;
using client::v4::Reason;
using client::v4::State;

/// Octets of a server's words that a line shows.
constexpr std::size_t kMaxSaid = 128;

std::string from_server(const Event& e) {
  return e.server.is_zero() ? std::string() : " from " + net::to_string(e.server);
}

/// The server's own words (option 56), if it had any.
std::string said(const Event& e) {
  if (e.said.empty()) return {};
  return ": \"" + client::v4::clean_text(e.said.bytes(), kMaxSaid) + "\"";
}

std::string address_of(const Event& e, const Lease* lease) {
  if (!e.address.is_zero()) return net::to_string(e.address);
  return lease == nullptr ? std::string("the address") : net::to_string(lease->address);
}

std::string server_of(const Event& e, const Lease* lease) {
  if (!e.server.is_zero()) return net::to_string(e.server);
  return lease == nullptr ? std::string("its server") : net::to_string(lease->server);
}

std::string terms(const Lease& lease) {
  std::string text = net::to_string(lease.address) + "/" +
                     std::to_string(client::v4::prefix_length(lease)) + " from " +
                     net::to_string(lease.server) + " for " + to_string(lease.lease_time);
  if (!lease.t1.is_infinite()) text += ", renewing in " + whole_seconds(lease.t1);
  return text;
}

ToldLine info(std::string text) { return {Severity::info, std::move(text)}; }
ToldLine warning(std::string text) { return {Severity::warning, std::move(text)}; }
ToldLine debug(std::string text) { return {Severity::debug, std::move(text)}; }

/// Why INIT was entered: what went wrong, in the words of whoever lost the address by it.
ToldLine tell_init(const Event& e, const Lease* lease) {
  const std::string address = address_of(e, lease);
  if (e.reason == Reason::expired) {
    return warning("the lease of " + address + " has expired; the address is taken off");
  }
  if (e.reason == Reason::refused) {
    return info("begins again");
  }
  if (e.reason == Reason::address_taken) {
    return warning("somebody else uses " + address + "; declined, begins again");
  }
  if (e.reason == Reason::conflict) {
    return warning("somebody else began to use " + address + "; given up, begins again");
  }
  if (e.reason == Reason::no_answer) return info("no server answers; begins again");
  return debug("begins: " + std::string(name_of(e.reason)));
}

ToldLine tell_bound(const Event& e, const Lease* lease) {
  if (lease == nullptr) return debug("bound");
  if (e.reason == Reason::started) return debug("goes on from its lease of " + terms(*lease));
  if (e.reason == Reason::unconfirmed) {
    return warning("no server answers; uses " + net::to_string(lease->address) + " on");
  }
  const bool renewed = holds_address(e.before);
  return info((renewed ? "renewed " : "bound to ") + terms(*lease));
}

ToldLine tell_quiet_state(const Event& e, const Lease* lease) {
  if (e.state == State::stopped) {
    return {e.before == State::stopped ? Severity::debug : Severity::info, "stopped"};
  }
  if (e.state == State::no_link) return warning("no link; waits for it");
  if (e.state == State::v6_only) {
    return info("the network prefers IPv6 alone; IPv4 rests for " + whole_seconds(e.duration));
  }
  if (e.state == State::informing)
    return info("asks servers for options, for " + address_of(e, lease));
  return info("has options for " + address_of(e, lease) + from_server(e));
}

ToldLine tell_state(const Event& e, const Lease* lease) {
  switch (e.state) {
    case State::init:
      return tell_init(e, lease);
    case State::selecting:
      return info("looks for a server");
    case State::requesting:
      return debug("asks for what was offered");
    case State::init_reboot:
      return debug("has a lease of " + address_of(e, lease) + ": " +
                   std::string(name_of(e.reason)));
    case State::rebooting:
      return info("asks for " + address_of(e, lease) + " again");
    case State::checking:
      return debug("asks the link whether anybody uses " + address_of(e, lease));
    case State::bound:
      return tell_bound(e, lease);
    case State::renewing:
      return info("renews " + address_of(e, lease) + " with " + server_of(e, lease) + ": " +
                  std::string(name_of(e.reason)));
    case State::rebinding:
      return warning("asks every server to extend " + address_of(e, lease) + ": " +
                     std::string(name_of(e.reason)));
    case State::stopped:
    case State::no_link:
    case State::informing:
    case State::informed:
    case State::v6_only:
      return tell_quiet_state(e, lease);
  }
  return {};
}

std::string hex32(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

/// What is dropped is ordinary on a shared link, but for a server that says what makes no sense.
ToldLine tell_dropped(const Event& e) {
  std::string text(e.message == wire::MessageType::none ? "message" : to_string(e.message));
  text += from_server(e) + " dropped: " + std::string(name_of(e.reason));
  if (e.reason == Reason::malformed && e.detail < wire::kParseCodes) {
    text.append(" (").append(to_string(static_cast<wire::ParseCode>(e.detail))) += ")";
  }
  if (e.reason == Reason::bad_option) text += " (option " + std::to_string(e.detail) + ")";
  const bool strange = e.reason == Reason::bad_server_id || e.reason == Reason::bad_address ||
                       e.reason == Reason::bad_option || e.reason == Reason::no_lease_time ||
                       e.reason == Reason::not_authentic;
  return {strange ? Severity::info : Severity::debug, std::move(text)};
}

ToldLine tell(const Event& e, const Lease* lease) {
  const std::string message(to_string(e.message));
  switch (e.kind) {
    case EventKind::entered:
      return tell_state(e, lease);
    case EventKind::sent: {
      if (e.message == wire::MessageType::release) {
        return info("gives " + address_of(e, lease) + " back to " + server_of(e, lease));
      }
      std::string text = message + " sent, xid " + hex32(e.xid);
      if (e.duration > Duration() && !e.duration.is_infinite()) {
        text += ", next try in " + whole_seconds(e.duration);
      }
      return debug(std::move(text));
    }
    case EventKind::received:
      if (e.message == wire::MessageType::nak) {
        return warning("DHCPNAK" + from_server(e) + said(e));
      }
      return debug(message + from_server(e) + ", xid " + hex32(e.xid));
    case EventKind::dropped:
      return tell_dropped(e);
    case EventKind::offer:
      return info("offered " + net::to_string(e.address) + from_server(e));
    case EventKind::chosen:
      return info("takes the offer of " + net::to_string(e.address) + from_server(e));
    case EventKind::declined:
      return warning("DHCPDECLINE of " + net::to_string(e.address) + " to " +
                     net::to_string(e.server));
  }
  return {};
}

}  // namespace

std::string whole_seconds(Duration time) {
  if (time.is_infinite() || time < Duration::seconds(1)) return to_string(time);
  return to_string(Duration::seconds((time + Duration::milliseconds(500)).to_seconds()));
}

std::string tell_lease(const Lease& lease, Instant now) {
  const std::string text = net::to_string(lease.address) + "/" +
                           std::to_string(client::v4::prefix_length(lease)) + " from " +
                           net::to_string(lease.server);
  if (lease.lease_time.is_infinite()) return text + " for ever";
  return text + ", " + whole_seconds(lease.expires_at() - now) + " left";
}

ToldLine tell_event(const Event& event, std::string_view interface, const Lease* lease) {
  ToldLine line = tell(event, lease);
  line.text = std::string(interface) + ": " + line.text;
  return line;
}

}  // namespace lessor::cli
