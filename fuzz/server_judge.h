#pragma once
// What must hold of a server's reply, whoever asked for it and however: for server_fuzz.cc. Says in
// words what does not. Must not know: how the server came to it.

#include "server/v4/test_kit.h"
#include "wire/v4/option_text.h"

#include <string>
#include <vector>

namespace lessor::server::v4::testing {

/// A datagram that the server heard.
struct Asked {
  std::vector<std::byte> bytes;
  net::Datagram datagram;  ///< its payload is `bytes`
  Instant at;
};

/// A client as the server may know it.
struct Who {
  net::HardwareAddress hardware;
  std::vector<std::byte> id;

  /// Clones share; and a client may come with its identifier and without.
  [[nodiscard]] bool may_be(const Who& other) const {
    return hardware == other.hardware || (!id.empty() && id == other.id);
  }
};

[[nodiscard]] inline Who who_is(const wire::MessageView& message) {
  Who who{.hardware = message.chaddr(), .id = {}};
  if (const auto id = message.option(61)) who.id.assign(id->begin(), id->end());
  return who;
}

/// What a table says of an address.
struct Fact {
  Who who;
  lease::LeaseState state = lease::LeaseState::active;
  std::int64_t started = 0;
  lease::Sequence sequence = 0;
};

/// A change on the disk.
struct Made {
  net::Ip4 address;
  bool active = false;
  Who who;
};

/// What a client may think that it has.
struct Belief {
  Who who;
  Instant until;
};

/// A reply beside what was asked.
class ReplyJudge {
 public:
  ReplyJudge(const wire::MessageView& asked, const net::Datagram& in,
             const wire::MessageView& reply, const net::Envelope& envelope)
      : asked_(asked), in_(in), reply_(reply), envelope_(envelope) {}

  /// What is wrong; empty when nothing is. `no_echo`: a configuration may forbid to echo option 61.
  [[nodiscard]] std::string fault(bool no_echo) const {
    for (const std::string& fault : {fault_of_header(), fault_of_type(), fault_of_echo(no_echo),
                                     fault_of_times(), fault_of_options(), fault_of_envelope()}) {
      if (!fault.empty()) return fault;
    }
    return {};
  }

 private:
  using Type = wire::MessageType;
  [[nodiscard]] bool is(Type type) const { return reply_.message_type() == type; }
  [[nodiscard]] bool asked(Type type) const { return asked_.message_type() == type; }

  /// RFC 2131 table 3.
  [[nodiscard]] std::string fault_of_header() const {
    if (reply_.op() != wire::Op::reply || reply_.hops() != 0 || reply_.secs() != 0) {
      return "op, hops or secs (R2131-T3-a)";
    }
    const bool client = reply_.htype() == asked_.htype() && reply_.hlen() == asked_.hlen() &&
                        equal_bytes(reply_.chaddr_field(), asked_.chaddr_field());
    if (!client || reply_.xid() != asked_.xid()) return "htype, hlen, chaddr or xid is not echoed";
    if (reply_.giaddr() != asked_.giaddr()) return "giaddr is not echoed";
    // RFC 2131 4.3.2: a server that refuses through a relay sets the broadcast bit.
    const unsigned allowed = is(Type::nak) ? wire::kBroadcastFlag : 0U;
    if ((reply_.flags() | allowed) != (asked_.flags() | allowed)) return "flags are not echoed";
    const bool ciaddr = is(Type::ack) && reply_.ciaddr() == asked_.ciaddr();
    return reply_.ciaddr().is_zero() || ciaddr ? "" : "another ciaddr";
  }

  [[nodiscard]] std::string fault_of_type() const {
    const bool rapid = asked(Type::discover) && asked_.has(80);
    if (is(Type::offer) && asked(Type::discover)) return given();
    if (is(Type::ack) && asked(Type::request)) return given();
    if (is(Type::ack) && rapid) return reply_.has(80) ? given() : "no rapid commit (R4039)";
    if (is(Type::ack) && asked(Type::inform)) {
      const bool none = reply_.yiaddr().is_zero() && !reply_.has(51);
      return none ? "" : "a lease for a DHCPINFORM (RFC 2131 4.3.5)";
    }
    if (!is(Type::nak) || !asked(Type::request)) return "no answer to what was asked";
    const bool bare = reply_.yiaddr().is_zero() && !reply_.has(51) && reply_.siaddr().is_zero();
    return bare ? "" : "a DHCPNAK that gives something (R2131-T3-b)";
  }
  [[nodiscard]] std::string given() const {
    return reply_.yiaddr().is_zero() || !reply_.has(51) ? "an address or its time is missing" : "";
  }

  [[nodiscard]] bool same(wire::OptionCode code) const {
    const auto ours = reply_.option(code);
    const auto theirs = asked_.option(code);
    return ours && theirs && equal_bytes(*ours, *theirs);
  }
  [[nodiscard]] std::string fault_of_echo(bool no_echo) const {
    const auto id = asked_.option(61);
    const bool must = id && !id->empty() && !no_echo;
    if ((must || reply_.has(61)) && !same(61)) return "option 61 is not echoed (R6842-3-a)";
    const auto info = asked_.option(82);
    // A long one may find no room.
    const bool fits = info && info->size() < 64;
    if ((fits || reply_.has(82)) && !same(82)) return "option 82 is not echoed (R3046-2.2-a)";
    return reply_.has(54) ? "" : "no server identifier";
  }

  [[nodiscard]] std::uint64_t number(wire::OptionCode code, std::uint64_t otherwise) const {
    const auto value = reply_.option(code);
    return value && value->size() == 4 ? load_be32(value->data()) : otherwise;
  }
  [[nodiscard]] std::string fault_of_times() const {
    const std::uint64_t lease = number(51, UINT32_MAX);
    const std::uint64_t t2 = number(59, lease);
    const std::uint64_t t1 = number(58, t2);
    return t1 <= t2 && t2 <= lease && lease > 0 ? "" : "not t1 <= t2 <= lease (R2131-4.4.5-a)";
  }

  /// All that we write ourselves is valid for its option; what is echoed is the client's.
  [[nodiscard]] std::string fault_of_options() const {
    if (reply_.notes().end_missing || reply_.notes().nested_overload) return "no end, or circles";
    for (int code = 1; code < wire::kOptionEnd; ++code) {
      const auto value = reply_.option(static_cast<wire::OptionCode>(code));
      if (!value || code == 61 || code == 82 || code == 118) continue;
      if (auto wrong = wire::validate_option(static_cast<wire::OptionCode>(code), *value)) {
        return *wrong;
      }
    }
    std::optional<std::uint16_t> most;
    const auto said = asked_.option(57);
    if (said && said->size() == 2) most = std::max<std::uint16_t>(576, load_be16(said->data()));
    const std::size_t size = reply_.bytes().size();
    return size <= wire::max_payload(most, 1'500) ? "" : "longer than the client takes";
  }

  /// RFC 2131 4.1: to the relay, to ciaddr, to everybody, or to yiaddr.
  [[nodiscard]] std::string fault_of_envelope() const {
    const net::Ip4 to = envelope_.destination;
    if (envelope_.source_port != wire::kServerPort) return "not from port 67";
    if (asked(Type::inform)) {
      const bool named = !asked_.ciaddr().is_zero();
      const bool right = to == (named ? asked_.ciaddr() : in_.source);
      return right ? "" : "not to ciaddr (R2131-4.3.5-a)";
    }
    if (!asked_.giaddr().is_zero()) return to == asked_.giaddr() ? "" : "not to the relay";
    if (envelope_.interface != in_.interface) return "by another interface";
    if (envelope_.destination_port != wire::kClientPort) return "not to a client's port";
    if (is(Type::nak)) return to == net::kIp4Broadcast ? "" : "a DHCPNAK to one (R2131-4.1-d)";
    const bool to_client = to == reply_.yiaddr() || (is(Type::ack) && to == asked_.ciaddr());
    return to_client || to == net::kIp4Broadcast ? "" : "to a stranger";
  }

  const wire::MessageView& asked_;
  const net::Datagram& in_;
  const wire::MessageView& reply_;
  const net::Envelope& envelope_;
};

}  // namespace lessor::server::v4::testing
