#pragma once
// The checks that find_faults() is made of, one file each, and what they share: the list that they
// add to, and a DHCP message read once. Must not know: how faults are shown.

#include "craft/faults.h"
#include "craft/rules/message_options.h"
#include "craft/rules/message_rules.h"
#include "wire/v4/message_view.h"

namespace lessor::craft {

/// Gathers faults, in the order of their offsets. Offsets are from the start of the frame, but for
/// those about a message.
class FaultList {
 public:
  /// About a field of a layer that was read; its place follows from the layer table.
  void field(Severity severity, const LayerSpan& layer, std::string_view field, std::string what,
             std::string_view reference);
  /// About some octets that are no field.
  void place(Severity severity, std::optional<Layer> layer, std::size_t offset, std::string what,
             std::string_view reference);
  /// About an option.
  void option(Severity severity, wire::OptionCode code, std::size_t offset, std::string what,
              std::string_view reference);

  /// Those gathered, by offset; of those at one offset, in the order in which they came.
  [[nodiscard]] const std::vector<Fault>& all();
  void clear() { faults_.clear(); }

 private:
  void add(Fault fault);
  std::vector<Fault> faults_;
};

/// A DHCP message in its frame, read once for all checks. Borrows the frame and its dissection.
struct ExaminedMessage {
  const Dissection& frame;
  Bytes bytes;       ///< the message, at least kHeaderSize octets
  LayerSpan header;  ///< where it lies
  wire::HeaderView view;
  const MessageOptions& options;
  wire::MessageType type = wire::MessageType::none;
  const MessageRules* rules = nullptr;  ///< null when no form is known: BOOTP, an unknown type

  [[nodiscard]] bool is_form(Form form) const { return rules != nullptr && rules->form == form; }
  /// Offset of an octet of the message in the frame.
  [[nodiscard]] std::size_t at(std::size_t offset) const { return header.offset + offset; }
};

/// Which form of its type the message has. A DHCPREQUEST with nothing that tells counts as
/// init_reboot. Null for BOOTP and unknown types.
[[nodiscard]] const MessageRules* rules_for(const ExaminedMessage& message);

/// Link, IPv4, UDP, ICMP: lengths, checksums, addresses that cannot be.
void check_frame(Bytes frame, const Dissection& dissection, FaultList& faults);
/// The fields of the BOOTP header, each for itself and by the message's rules.
void check_header(const ExaminedMessage& message, FaultList& faults);
/// Who may send this message to whom: addresses and ports against the header.
void check_addressing(const ExaminedMessage& message, FaultList& faults);
/// The cookie and the grammar of options: lengths, end, order, parts.
void check_option_grammar(const ExaminedMessage& message, FaultList& faults);
/// Options that a message must or must not have, and their values.
void check_option_values(const ExaminedMessage& message, FaultList& faults);

}  // namespace lessor::craft
