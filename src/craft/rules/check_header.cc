#include "craft/rules/checks.h"
#include "craft/rules/compiled_rules.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::MessageType;

constexpr std::size_t kEthernetAddress = 6;
/// RFC 1542 4.1.1: relay agents drop what passed more of them than this.
constexpr std::uint8_t kMaxHops = 16;

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

/// Lease queries may leave the client's hardware address out (RFC 4388 6.2).
bool needs_hardware_address(const ExaminedMessage& m) {
  return m.rules == nullptr || m.rules->form < Form::forcerenew;
}

void check_hardware_address(const ExaminedMessage& m, FaultList& faults) {
  const std::size_t hlen = m.view.hlen();
  const Bytes chaddr = m.view.chaddr_field();
  if (hlen > wire::kChaddrSize) {
    faults.field(Severity::malformed, m.header, "hlen",
                 "hlen says " + std::to_string(hlen) + " octets, chaddr has 16", "RFC 2131 2");
    return;
  }
  if (!needs_hardware_address(m)) return;
  if (m.view.htype() == wire::kHtypeEthernet && hlen != kEthernetAddress) {
    faults.field(Severity::violation, m.header, "hlen",
                 "hlen is " + std::to_string(hlen) + ", an Ethernet address has 6 octets",
                 "RFC 2131 2");
  }
  if (m.view.htype() == wire::kHtypeInfiniband) {
    if (hlen != 0) {
      faults.field(Severity::violation, m.header, "hlen", "hlen must be 0 for InfiniBand",
                   "RFC 4390 2.1");
    }
    return;
  }
  if (hlen > 0 && all_zero(chaddr.first(hlen))) {
    faults.field(Severity::note, m.header, "chaddr", "the hardware address is all zeros", "");
  }
  if (!all_zero(chaddr.subspan(hlen))) {
    faults.field(Severity::note, m.header, "chaddr",
                 "chaddr holds something behind its " + std::to_string(hlen) + " octets", "");
  }
}

void check_flags(const ExaminedMessage& m, FaultList& faults) {
  if ((m.view.flags() & ~wire::kBroadcastFlag) == 0) return;
  faults.field(Severity::violation, m.header, "flags",
               "reserved bits are set: only the leftmost has a meaning", "RFC 2131 2");
}

void check_hops(const ExaminedMessage& m, FaultList& faults) {
  if (m.view.hops() <= kMaxHops) return;
  faults.field(Severity::violation, m.header, "hops",
               std::to_string(m.view.hops()) + " hops: relay agents drop what has more than 16",
               "RFC 1542 4.1.1");
}

/// sname and file are texts that end with NUL, but where they hold options.
void check_text(const ExaminedMessage& m, std::string_view field, Bytes bytes, FaultList& faults) {
  if (std::ranges::find(bytes, std::byte{0}) != bytes.end()) return;
  const auto opened = [&](const WalkedField& walked) { return walked.field == field; };
  if (std::ranges::any_of(m.options.fields, opened)) return;
  faults.field(Severity::violation, m.header, field,
               std::string(field) + " is not ended by a zero octet", "RFC 2131 2");
}

Severity severity_of(Duty duty) {
  return duty == Duty::must || duty == Duty::must_not ? Severity::violation : Severity::note;
}

std::uint64_t load(Bytes field) {
  if (field.size() == 4) return load_be32(field.data());  // most are addresses
  std::uint64_t value = 0;
  for (const std::byte octet : field) value = value << 8U | load_u8(&octet);
  return value;
}

bool is_right(Content content, std::uint64_t value) {
  switch (content) {
    case Content::anything:
      return true;
    case Content::zero:
      return value == 0;
    case Content::not_zero:
      return value != 0;
    case Content::one:
      return value == 1;
    case Content::two:
      return value == 2;
  }
  return true;
}

/// Whether the rule is about op, of a message whose op makes no sense anyway: told of once.
bool is_told(const ExaminedMessage& m, const FieldRule& rule) {
  return m.view.op() == wire::Op::unknown && rule.field == "op";
}

void check_rule(const ExaminedMessage& m, const CompiledRules::Field& compiled, FaultList& faults) {
  if (is_right(compiled.content, load(m.bytes.subspan(compiled.octet, compiled.octets)))) return;
  const FieldRule& rule = *compiled.rule;
  if (is_told(m, rule)) return;
  const FieldRow* row = compiled.row;
  const Bytes header = m.bytes.first(wire::kHeaderSize);
  // "0x8000" and the like is said in full by what the rule asks for; the reader sees the value.
  faults.field(severity_of(rule.duty), m.header, rule.field,
               std::string(rule.field) + " is " + print_field(*row, header) + ", but in a " +
                   std::string(m.rules->title) + " it " +
                   (rule.duty == Duty::must ? "must be: " : "should be: ") + std::string(rule.what),
               rule.reference);
}

/// A lease query asks by one thing: an address, a hardware address or a client identifier.
void check_query(const ExaminedMessage& m, FaultList& faults) {
  if (!m.is_form(Form::leasequery)) return;
  const bool by_chaddr = m.view.hlen() > 0 && !all_zero(m.view.chaddr_field());
  const int asked_by = int{!m.view.ciaddr().is_zero()} + int{by_chaddr} +
                       int{m.options.has(wire::kOptionDhcpClientIdentifier)};
  // RFC 6148: by remote-id, then option 82 is the question.
  if (asked_by == 1 || (asked_by == 0 && m.options.has(wire::kOptionDhcpAgentOptions))) return;
  faults.field(Severity::violation, m.header, "ciaddr",
               "a DHCPLEASEQUERY asks by exactly one of ciaddr, chaddr and client identifier",
               "RFC 4388 6.2");
}

void check_op(const ExaminedMessage& m, FaultList& faults) {
  if (m.view.op() != wire::Op::unknown) return;
  const std::uint8_t op = load_u8(&m.bytes[wire::kOpOffset]);
  faults.field(Severity::malformed, m.header, "op",
               "op is " + std::to_string(op) + ", neither BOOTREQUEST (1) nor BOOTREPLY (2)",
               "RFC 2131 2");
}

bool is_ack_to_inform(const ExaminedMessage& m) { return m.view.yiaddr().is_zero(); }

Form request_form(const ExaminedMessage& m) {
  if (m.options.has(wire::kOptionDhcpServerIdentifier)) return Form::selecting;
  if (m.view.ciaddr().is_zero()) return Form::init_reboot;
  // What a relay agent passes on was a broadcast.
  const bool broadcast =
      m.frame.ip->destination == net::kIp4Broadcast || !m.view.giaddr().is_zero();
  return broadcast ? Form::rebinding : Form::renewing;
}

}  // namespace

const MessageRules* rules_for(const ExaminedMessage& message) {
  if (message.type == MessageType::none || message.type == MessageType::unknown) return nullptr;
  if (message.type == MessageType::request) return &rules_of(request_form(message));
  if (message.type == MessageType::ack && is_ack_to_inform(message)) {
    return &rules_of(Form::ack_to_inform);
  }
  const auto all = message_rules();
  const auto found = std::ranges::find(all, message.type, &MessageRules::type);
  return found == all.end() ? nullptr : &*found;
}

void check_header(const ExaminedMessage& message, FaultList& faults) {
  check_op(message, faults);
  check_hardware_address(message, faults);
  check_hops(message, faults);
  check_flags(message, faults);
  check_text(message, "sname", message.view.sname_field(), faults);
  check_text(message, "file", message.view.file_field(), faults);
  if (message.bytes.size() < wire::kMinMessageSize) {
    faults.place(Severity::note, Layer::bootp, message.at(0),
                 std::to_string(message.bytes.size()) +
                     " octets: old relay agents and clients drop less than 300",
                 "RFC 1542 2.1");
  }
  if (message.rules == nullptr) return;
  for (const CompiledRules::Field& field : compiled_rules(message.rules->form).fields) {
    check_rule(message, field, faults);
  }
  check_query(message, faults);
}

}  // namespace lessor::craft
