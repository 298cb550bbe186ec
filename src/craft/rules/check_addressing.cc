#include "craft/rules/checks.h"

#include <algorithm>
#include <initializer_list>

namespace lessor::craft {
namespace {

/// A message and its way, in short words.
class Way {
 public:
  Way(const ExaminedMessage& m, FaultList& faults) : m_(m), faults_(faults) {
    for (const LayerSpan& span : m.frame.layers()) {
      if (span.layer == Layer::ip) ip_ = span;
      if (span.layer == Layer::udp) udp_ = span;
    }
  }

  void check() {
    if (m_.view.op() == wire::Op::request) {
      check_question();
    } else if (m_.view.op() == wire::Op::reply) {
      check_answer();
    }
  }

 private:
  [[nodiscard]] const net::Ip4& source() const { return m_.frame.ip->source; }
  [[nodiscard]] const net::Ip4& destination() const { return m_.frame.ip->destination; }
  [[nodiscard]] bool broadcast() const { return destination() == net::kIp4Broadcast; }
  [[nodiscard]] bool relayed() const { return !m_.view.giaddr().is_zero(); }
  [[nodiscard]] bool is_form(std::initializer_list<Form> forms) const {
    return m_.rules != nullptr &&
           std::ranges::any_of(forms, [&](Form form) { return m_.rules->form == form; });
  }
  [[nodiscard]] std::string title() const { return std::string(m_.rules->title); }

  void say(Severity severity, const LayerSpan& layer, std::string_view field, std::string what,
           std::string_view reference) {
    faults_.field(severity, layer, field, std::move(what), reference);
  }

  // --- to a server

  void check_question() {
    if (m_.frame.udp->destination_port != wire::kServerPort) {
      say(Severity::violation, udp_, "dstport",
          "goes to port " + std::to_string(m_.frame.udp->destination_port) +
              ", servers listen on 67",
          "RFC 2131 4.1");
    }
    const std::uint16_t port = m_.frame.udp->source_port;
    if (port != wire::kClientPort && port != wire::kServerPort && !relayed()) {
      say(Severity::note, udp_, "srcport",
          "comes from port " + std::to_string(port) + ", clients have 68", "RFC 2131 4.1");
    }
    // What a relay agent passes on comes from it and goes to the server.
    if (m_.rules == nullptr || relayed()) return;
    check_source();
    check_destination();
  }

  void check_source() {
    if (is_form({Form::discover, Form::selecting, Form::init_reboot})) {
      if (source().is_zero()) return;
      say(Severity::violation, ip_, "src",
          "a " + title() + " comes from 0.0.0.0: the client has no address yet", "RFC 2131 4.1");
    }
    if (is_form({Form::renewing, Form::release, Form::inform}) && source() != m_.view.ciaddr()) {
      say(Severity::note, ip_, "src",
          "comes from " + net::to_string(source()) + ", not from ciaddr " +
              net::to_string(m_.view.ciaddr()),
          "RFC 2131 4.1");
    }
  }

  void check_destination() {
    if (is_form({Form::decline}) && !broadcast()) {
      say(Severity::note, ip_, "dst", "clients broadcast a DHCPDECLINE", "RFC 2131 4.4.4");
    }
    if (!is_form({Form::release})) return;
    if (broadcast()) {
      say(Severity::violation, ip_, "dst", "a DHCPRELEASE goes to its server alone",
          "RFC 2131 4.4.4");
      return;
    }
    const auto server = m_.options.u32(wire::kOptionDhcpServerIdentifier);
    if (server && net::Ip4{*server} != destination()) {
      say(Severity::violation, ip_, "dst",
          "a client's unicast goes to the server identifier, " + net::to_string(net::Ip4{*server}),
          "RFC 2131 4.1");
    }
  }

  // --- from a server

  void check_answer() {
    const bool to_server_port = m_.frame.udp->destination_port == wire::kServerPort;
    if (to_server_port && !relayed()) {
      say(Severity::violation, udp_, "dstport", "goes to port 67, clients listen on 68",
          "RFC 2131 4.1");
    }
    if (m_.frame.udp->source_port != wire::kServerPort) {
      say(Severity::note, udp_, "srcport",
          "comes from port " + std::to_string(m_.frame.udp->source_port) + ", servers have 67",
          "RFC 2131 4.1");
    }
    if (source().is_zero()) {
      say(Severity::violation, ip_, "src", "a server does not speak from 0.0.0.0",
          "RFC 1122 3.2.1.3");
    }
    if (relayed() && to_server_port) {
      check_to_relay();
    } else if (m_.rules != nullptr) {
      check_to_client();
    }
  }

  void check_to_relay() {
    if (destination() == m_.view.giaddr()) return;
    say(Severity::violation, ip_, "dst",
        "answers go to the relay agent, giaddr " + net::to_string(m_.view.giaddr()),
        "RFC 2131 4.1");
  }

  void check_to_client() {
    check_server_identifier();
    if (is_form({Form::nak})) return check_nak();
    if (is_form({Form::forcerenew}) && broadcast()) {
      say(Severity::violation, ip_, "dst", "a DHCPFORCERENEW is unicast", "RFC 3203 2");
    }
    if (!is_form({Form::offer, Form::ack, Form::ack_to_inform})) return;
    const bool known = destination() == m_.view.yiaddr() || destination() == m_.view.ciaddr();
    // RFC 2131 table 3: an answer may leave ciaddr 0; the DHCPINFORM told it to the server.
    const bool unsaid = is_form({Form::ack_to_inform}) && m_.view.ciaddr().is_zero();
    if (!broadcast() && !known && !unsaid) {
      say(Severity::violation, ip_, "dst",
          "goes to an address that is neither ciaddr nor yiaddr nor broadcast", "RFC 2131 4.1");
    }
    if (!broadcast() && m_.view.broadcast() && m_.view.ciaddr().is_zero()) {
      say(Severity::note, ip_, "dst", "the client asked for a broadcast by its flag",
          "RFC 2131 4.1");
    }
    if (broadcast() && !m_.view.ciaddr().is_zero() && !relayed()) {
      say(Severity::note, ip_, "dst", "with a ciaddr, answers go there and not to everybody",
          "RFC 2131 4.1");
    }
  }

  void check_nak() {
    if (broadcast()) return;
    say(Severity::violation, ip_, "dst", "a DHCPNAK to a client is broadcast", "RFC 2131 4.1");
  }

  /// A relay agent sends on in its own name; RFC 5107 lets it stand in for the server.
  void check_server_identifier() {
    const auto server = m_.options.u32(wire::kOptionDhcpServerIdentifier);
    if (!server || relayed() || net::Ip4{*server} == source()) return;
    say(Severity::note, ip_, "src",
        "comes from " + net::to_string(source()) + ", the server identifier is " +
            net::to_string(net::Ip4{*server}),
        "RFC 2131 4.1");
  }

  const ExaminedMessage& m_;
  FaultList& faults_;
  LayerSpan ip_;
  LayerSpan udp_;
};

}  // namespace

void check_addressing(const ExaminedMessage& message, FaultList& faults) {
  Way(message, faults).check();
  const bool relayed_nak =
      message.is_form(Form::nak) && !message.view.giaddr().is_zero() && !message.view.broadcast();
  if (relayed_nak) {
    faults.field(Severity::violation, message.header, "flags",
                 "a relayed DHCPNAK has the broadcast bit, so that the relay agent broadcasts it",
                 "RFC 2131 4.3.2");
  }
}

}  // namespace lessor::craft
