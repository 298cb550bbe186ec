#pragma once
// What the RFCs ask of each DHCP message, field by field and option by option: RFC 2131's tables 3
// and 5, and what other RFCs added, as data. What find_faults() checks and what
// `lessor craft --help discover` shows. Must not know: frames.

#include "craft/text_layout.h"
#include "wire/v4/protocol.h"

#include <optional>
#include <span>

namespace lessor::craft {

/// RFC 2119's words.
enum class Duty : std::uint8_t { must, must_not, should, should_not, may };
/// "MUST NOT" and so on.
[[nodiscard]] std::string_view to_string(Duty duty);

/// The messages for which the RFCs ask different things: the types of option 53, of which a
/// DHCPREQUEST has four forms (RFC 2131 4.3.2) and a DHCPACK two (4.3.5).
enum class Form : std::uint8_t {
  discover,
  offer,
  selecting,    ///< DHCPREQUEST: takes an offer
  init_reboot,  ///< DHCPREQUEST: asks for its old address again
  renewing,     ///< DHCPREQUEST: to the server that gave the lease
  rebinding,    ///< DHCPREQUEST: to any server
  decline,
  ack,
  ack_to_inform,
  nak,
  release,
  inform,
  forcerenew,
  leasequery,
  leaseunassigned,
  leaseunknown,
  leaseactive,
  bulkleasequery,
  leasequerydone,
  activeleasequery,
  leasequerystatus,
  tls,
};
inline constexpr std::size_t kFormCount = 22;

/// What a header field has to hold.
enum class Content : std::uint8_t { anything, zero, not_zero, one, two };

/// What is asked of one field of the BOOTP header.
struct FieldRule {
  std::string_view field;  ///< "ciaddr"
  Content content = Content::anything;
  Duty duty = Duty::must;  ///< how strongly the content is asked for
  std::string_view what;   ///< for people: "0", "the address that is offered"
  std::string_view reference = "RFC 2131";
};

/// What is asked of one option: whether it is there.
struct OptionRule {
  wire::OptionCode code = 0;
  Duty duty = Duty::may;
  std::string_view what{};  ///< for people: what for, when; may be empty
  std::string_view reference = "RFC 2131";
};

/// Everything about one form of message.
struct MessageRules {
  Form form;
  wire::MessageType type;
  std::string_view name;     ///< what `craft` calls it: "discover", "renew"
  std::string_view title;    ///< "DHCPREQUEST in RENEWING"
  std::string_view purpose;  ///< one sentence
  std::string_view from;
  std::string_view to;
  std::string_view addressing;            ///< IP addresses and ports
  std::span<const FieldRule> fields;      ///< its own, and
  std::span<const FieldRule> all_fields;  ///< those that it shares with others of its direction
  std::span<const OptionRule> options;
  std::span<const OptionRule> all_options;
  Duty others = Duty::may;  ///< options that are not named
  std::string_view reference;
  std::string_view example;  ///< a command
};

/// All of them, in the order of Form.
[[nodiscard]] std::span<const MessageRules> message_rules();
[[nodiscard]] const MessageRules& rules_of(Form form);

/// What is asked of an option in a message; of one that is not named, what is asked of all others.
[[nodiscard]] OptionRule option_rule(const MessageRules& message, wire::OptionCode code);

/// A page for people about a message: what it is for, who sends it how, what its fields and options
/// must be, and a command that crafts one. `name` is a type's name ("discover", "DHCPREQUEST",
/// "renew", "reboot", "ack") or its number; a type with several forms gives them all. Nothing when
/// it names no message.
[[nodiscard]] std::optional<std::string> message_help(std::string_view name, const Style& style);

}  // namespace lessor::craft
