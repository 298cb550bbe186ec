#include "base/text.h"
#include "craft/rules/checks.h"
#include "wire/v4/option_table.h"

#include <algorithm>
#include <map>

namespace lessor::craft {
namespace {

using wire::OptionCode;
using wire::RawOption;

/// "host-name (12)".
std::string named(OptionCode code) {
  return wire::option_name(code) + " (" + std::to_string(code) + ")";
}

/// False when there are no options to look at.
bool check_cookie(const ExaminedMessage& m, FaultList& faults) {
  const auto& cookie = m.options.cookie;
  if (cookie == wire::kCookie) return true;
  const std::size_t at = m.at(wire::kCookieOffset);
  if (!cookie) {
    faults.place(Severity::note, Layer::bootp, at,
                 "the message ends before the cookie: BOOTP, without options", "RFC 2131 3");
  } else if (*cookie == 0) {
    faults.place(Severity::note, Layer::bootp, at, "no cookie: BOOTP, without options",
                 "RFC 2131 3");
  } else {
    std::byte octets[4];
    store_be32(octets, *cookie);
    faults.place(Severity::malformed, Layer::bootp, at,
                 "the cookie is 0x" + to_hex(octets) + ", not 0x63825363: what follows is not read",
                 "RFC 2131 3");
  }
  return false;
}

void check_whole(const ExaminedMessage& m, const PlacedOption& place, FaultList& faults) {
  if (place.is_whole()) return;
  const RawOption& option = place.option;
  const std::string field =
      place.field == "options" ? "the message" : "'" + std::string(place.field) + "'";
  if (option.state == RawOption::State::no_length) {
    faults.option(Severity::malformed, option.code, m.at(place.offset),
                  field + " ends behind the code of " + named(option.code), "RFC 2132 2");
  } else if (option.state == RawOption::State::overrun) {
    faults.option(Severity::malformed, option.code, m.at(place.offset),
                  named(option.code) + " says " + std::to_string(option.length) +
                      (option.length == 1 ? " octet, " : " octets, ") + field + " has " +
                      std::to_string(option.value.size()) + " more",
                  "RFC 2132 2");
  }
}

void check_end(const ExaminedMessage& m, const WalkedField& field, FaultList& faults) {
  if (field.broken) return;
  if (!field.ended) {
    faults.option(Severity::violation, wire::kOptionEnd, m.at(field.offset + field.size),
                  field.field == "options" ? "the end option is missing"
                                           : "'" + std::string(field.field) + "' has no end option",
                  "RFC 2131 4.1");
    return;
  }
  const Bytes rest = m.bytes.subspan(field.rest, field.offset + field.size - field.rest);
  const auto odd = std::ranges::find_if(rest, [](std::byte b) { return b != std::byte{0}; });
  if (odd == rest.end()) return;
  faults.place(Severity::note, Layer::bootp,
               m.at(field.rest + static_cast<std::size_t>(odd - rest.begin())),
               "there is data behind the end option: nobody reads it", "RFC 2131 4.1");
}

/// An option that comes again is read as one with what came before; only a full part calls for
/// another.
void check_parts(const ExaminedMessage& m, FaultList& faults) {
  if (!m.options.joined.in_parts()) return;
  std::map<OptionCode, const PlacedOption*> last;
  for (const PlacedOption& place : m.options.places) {
    if (place.is_filler() || !place.is_whole() || place.is_nested_overload()) continue;
    const PlacedOption*& before = last[place.option.code];
    const bool is_part =
        before != nullptr && (before->option.length == 255 || before->field != place.field);
    if (before != nullptr && !is_part) {
      faults.option(Severity::violation, place.option.code, m.at(place.offset),
                    named(place.option.code) + " comes again: receivers join the two to one value",
                    "RFC 2131 4.1, RFC 3396 5");
    }
    before = &place;
  }
}

/// RFC 3046 2.1: a relay agent's option is the last.
void check_relay_option(const ExaminedMessage& m, FaultList& faults) {
  const PlacedOption* relay = m.options.first(wire::kOptionDhcpAgentOptions);
  if (relay == nullptr) return;
  const bool question = m.view.op() == wire::Op::request;
  if (relay->field != "options") {
    faults.option(Severity::violation, relay->option.code, m.at(relay->offset),
                  "option 82 does not belong into '" + std::string(relay->field) + "'",
                  "RFC 3046 2.2");
  }
  const bool followed = std::ranges::any_of(m.options.places, [&](const PlacedOption& place) {
    return place.offset > relay->offset && !place.is_filler() &&
           place.option.code != relay->option.code && place.field == "options";
  });
  if (followed) {
    faults.option(question ? Severity::violation : Severity::note, relay->option.code,
                  m.at(relay->offset), "option 82 is not the last option",
                  question ? "RFC 3046 2.1" : "RFC 3046 2.2");
  }
  if (question && m.view.giaddr().is_zero()) {
    faults.option(Severity::note, relay->option.code, m.at(relay->offset),
                  "option 82 without giaddr: from a switch on the way, or forged", "RFC 3046 2.1");
  }
}

void check_order(const ExaminedMessage& m, FaultList& faults) {
  const PlacedOption* mask = m.options.first(wire::kOptionSubnetMask);
  const PlacedOption* routers = m.options.first(wire::kOptionRouters);
  if (mask == nullptr || routers == nullptr || mask < routers) return;
  faults.option(Severity::violation, wire::kOptionSubnetMask, m.at(mask->offset),
                "subnet-mask must come before routers", "RFC 2132 3.3");
}

void check_nested(const ExaminedMessage& m, const PlacedOption& place, FaultList& faults) {
  if (!place.is_nested_overload()) return;
  faults.option(Severity::note, place.option.code, m.at(place.offset),
                "option 52 inside '" + std::string(place.field) + "' is not heeded",
                "RFC 2131 4.1");
}

/// Only a broken option or a field opened by option 52 gives cause to look at every one.
void check_places(const ExaminedMessage& m, FaultList& faults) {
  const auto& fields = m.options.fields;
  if (fields.size() == 1 && !fields.front().broken) return;
  for (const PlacedOption& place : m.options.places) {
    check_whole(m, place, faults);
    check_nested(m, place, faults);
  }
}

}  // namespace

void check_option_grammar(const ExaminedMessage& message, FaultList& faults) {
  if (!check_cookie(message, faults)) return;
  check_places(message, faults);
  for (const WalkedField& field : message.options.fields) check_end(message, field, faults);
  check_parts(message, faults);
  check_relay_option(message, faults);
  check_order(message, faults);
}

}  // namespace lessor::craft
