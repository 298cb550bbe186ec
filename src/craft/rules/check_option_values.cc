#include "base/text.h"
#include "craft/rules/checks.h"
#include "craft/rules/compiled_rules.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/kind_fqdn.h"
#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::OptionCode;

/// Below it codes are IANA's, from it on a site's own (RFC 3942).
constexpr OptionCode kFirstSiteCode = 224;

std::string named(OptionCode code) {
  return wire::option_name(code) + " (" + std::to_string(code) + ")";
}

/// Options that nobody should send any more.
struct Deprecated {
  OptionCode code;
  std::string_view what;
  std::string_view reference;
};
constexpr Deprecated kDeprecated[] = {
    {wire::kOptionTimeOffset, "time-offset is deprecated: 100 and 101 tell the time zone",
     "RFC 4833 4"},
    {160, "captive portals moved to 114", "RFC 8910 2"},
};

/// Looks at the values of one message's options.
class Values {
 public:
  Values(const ExaminedMessage& m, FaultList& faults) : m_(m), faults_(faults) {}

  void check() {
    check_type();
    const auto& checks = wire::value_checks();
    for (const auto& [code, value] : m_.options.joined) {
      const wire::ValueCheck& check = checks[code];
      if (!check.passes(value)) check_value(code, value);
      check_text(code, value);
      if (!check.assigned) say_unassigned(code);
    }
    if (m_.rules != nullptr) check_rules();
    for (const Deprecated& row : kDeprecated) {
      if (m_.options.has(row.code)) {
        say(Severity::note, row.code, std::string(row.what), row.reference);
      }
    }
    check_times();
    check_max_size();
    check_requested();
    check_fqdn();
  }

 private:
  void say(Severity severity, OptionCode code, std::string what, std::string_view reference) {
    const PlacedOption* place = m_.options.first(code);
    const std::size_t at = place == nullptr ? end() : place->offset;
    faults_.option(severity, code, m_.at(at), std::move(what), reference);
  }

  /// Where an option that is missing would be: at the end option, or the message's end.
  [[nodiscard]] std::size_t end() const {
    const auto& places = m_.options.places;
    const auto found = std::ranges::find_if(
        places, [](const PlacedOption& p) { return p.option.code == wire::kOptionEnd; });
    return found == places.end() ? m_.bytes.size() : found->offset;
  }

  [[nodiscard]] Bytes value(OptionCode code) const {
    const JoinedOptions::Value* found = m_.options.joined.find(code);
    return found == nullptr ? Bytes() : found->bytes;
  }

  void check_type() {
    // One that is broken off is there, and told of elsewhere.
    if (m_.type == wire::MessageType::none &&
        m_.options.first(wire::kOptionDhcpMessageType) == nullptr) {
      say(Severity::note, wire::kOptionDhcpMessageType,
          "no message type (53): this is BOOTP, not DHCP", "RFC 2131 3");
    }
    const Bytes type = value(wire::kOptionDhcpMessageType);
    if (m_.type == wire::MessageType::unknown && type.size() == 1) {
      say(Severity::violation, wire::kOptionDhcpMessageType,
          "message type " + std::to_string(load_u8(type.data())) + " is not assigned",
          "RFC 2132 9.6");
    }
  }

  void check_value(OptionCode code, Bytes value) {
    // An unknown message type is no malformed one: told of above.
    if (code == wire::kOptionDhcpMessageType && value.size() == 1) return;
    auto wrong = wire::validate_option(code, value);
    if (!wrong) return;
    // Its sentence ends with the reference, which has a place of its own here.
    if (const std::size_t at = wrong->rfind(" ("); at != std::string::npos) wrong->resize(at);
    const wire::OptionRow* row = wire::find_option(code);
    say(Severity::malformed, code, named(code) + ": " + *wrong,
        row == nullptr ? std::string_view() : row->reference);
  }

  void check_text(OptionCode code, Bytes value) {
    if (value.empty() || value.back() != std::byte{0}) return;
    const wire::Shape& shape = wire::option_shape(code);
    const bool text = shape.count == 1 && shape.fields[0] == &wire::kind::kText;
    if (!text) return;
    say(Severity::note, code, named(code) + " ends with a zero octet, which senders should not add",
        "RFC 2132 2");
  }

  void say_unassigned(OptionCode code) {
    if (code >= kFirstSiteCode) return;
    say(Severity::note, code, "option " + std::to_string(code) + " is not assigned", "IANA");
  }

  /// What the message must have, and must not.
  void check_rules() {
    const CompiledRules& rules = compiled_rules(m_.rules->form);
    for (const OptionRule* rule : rules.needed) check_missing(*rule);
    if ((m_.options.joined.codes() & rules.unwanted).none()) return;
    for (const auto& [code, value] : m_.options.joined) {
      const bool never = rules.duties[code] == Duty::must_not;
      if (!never && rules.duties[code] != Duty::should_not) continue;
      const OptionRule rule = option_rule(*m_.rules, code);
      say(never ? Severity::violation : Severity::note, code,
          "a " + std::string(m_.rules->title) + (never ? " must not have " : " should not have ") +
              named(code),
          rule.reference);
    }
  }

  void check_missing(const OptionRule& rule) {
    // One that is broken off is there, and told of elsewhere.
    if (m_.options.has(rule.code) || m_.options.first(rule.code) != nullptr) return;
    say(Severity::violation, rule.code,
        "a " + std::string(m_.rules->title) + " must have " + named(rule.code), rule.reference);
  }

  void check_times() {
    using wire::kOptionDhcpRebindingTime;
    using wire::kOptionDhcpRenewalTime;
    if (m_.view.op() != wire::Op::reply) return;
    const auto lease = m_.options.u32(wire::kOptionDhcpLeaseTime);
    const auto t1 = m_.options.u32(kOptionDhcpRenewalTime);
    const auto t2 = m_.options.u32(kOptionDhcpRebindingTime);
    // 0xffffffff is for ever, and then T1 and T2 may be so, too.
    const auto late = [](auto sooner, auto later) {
      return sooner && later && *sooner >= *later && *later != UINT32_MAX;
    };
    const auto text = [](std::uint32_t s) { return to_string(Duration::from_wire(s)); };
    if (late(t1, t2)) {
      say(Severity::violation, kOptionDhcpRenewalTime,
          "T1 (" + text(*t1) + ") is not before T2 (" + text(*t2) + ")", "RFC 2131 4.4.5");
    } else if (late(t1, lease)) {
      say(Severity::violation, kOptionDhcpRenewalTime,
          "T1 (" + text(*t1) + ") is not before the lease ends (" + text(*lease) + ")",
          "RFC 2131 4.4.5");
    }
    if (late(t2, lease)) {
      say(Severity::violation, kOptionDhcpRebindingTime,
          "T2 (" + text(*t2) + ") is not before the lease ends (" + text(*lease) + ")",
          "RFC 2131 4.4.5");
    }
  }

  void check_max_size() {
    const Bytes size = value(wire::kOptionDhcpMaxMessageSize);
    if (size.size() != 2 || load_be16(size.data()) >= wire::kMinMaxMessageSize) return;
    say(Severity::violation, wire::kOptionDhcpMaxMessageSize,
        "dhcp-max-message-size is " + std::to_string(load_be16(size.data())) + ", the least is 576",
        "RFC 2132 9.10");
  }

  /// RFC 3442: who asks for 121 asks for it before 3 and 33.
  void check_requested() {
    const Bytes wanted = value(wire::kOptionDhcpParameterRequestList);
    const auto at = [&](OptionCode code) {
      return std::ranges::find(wanted, static_cast<std::byte>(code));
    };
    const auto classless = at(wire::kOptionClasslessStaticRoute);
    if (classless == wanted.end()) return;
    if (at(wire::kOptionRouters) > classless && at(wire::kOptionStaticRoutes) > classless) return;
    say(Severity::violation, wire::kOptionDhcpParameterRequestList,
        "classless-static-route (121) must be asked for before 3 and 33", "RFC 3442");
  }

  void check_fqdn() {
    if (!m_.options.has(wire::kOptionFqdn)) return;
    const auto fqdn = wire::read_fqdn(value(wire::kOptionFqdn));
    if (!fqdn) return;
    constexpr unsigned kS = 1;
    constexpr unsigned kN = 8;
    if ((fqdn->flags & kS) != 0 && (fqdn->flags & kN) != 0) {
      say(Severity::violation, wire::kOptionFqdn, "fqdn (81): the flags N and S exclude each other",
          "RFC 4702 2.1");
    }
    if ((fqdn->flags & 0xf0U) != 0) {
      say(Severity::violation, wire::kOptionFqdn, "fqdn (81): reserved flags are set",
          "RFC 4702 2.1");
    }
  }

  const ExaminedMessage& m_;
  FaultList& faults_;
};

}  // namespace

void check_option_values(const ExaminedMessage& message, FaultList& faults) {
  if (message.options.cookie == wire::kCookie) Values(message, faults).check();
}

}  // namespace lessor::craft
