#include "craft/faults.h"

#include "craft/rules/checks.h"

#include <algorithm>
#include <utility>

namespace lessor::craft {
namespace {

const LayerSpan* find_span(const Dissection& dissection, Layer layer) {
  const auto spans = dissection.layers();
  const auto found = std::ranges::find(spans, layer, &LayerSpan::layer);
  return found == spans.end() ? nullptr : &*found;
}

wire::MessageType type_of(const MessageOptions& options) {
  const JoinedOptions::Value* value = options.joined.find(wire::kOptionDhcpMessageType);
  if (value == nullptr) return wire::MessageType::none;
  if (value->bytes.size() != 1) return wire::MessageType::unknown;
  return wire::message_type_of(load_u8(value->bytes.data()));
}

void check_message(const Dissection& dissection, MessageOptions& room, FaultList& faults) {
  const LayerSpan* header = find_span(dissection, Layer::bootp);
  if (header == nullptr) {
    const LayerSpan& udp = *find_span(dissection, Layer::udp);
    faults.place(Severity::malformed, Layer::bootp, udp.offset + udp.size,
                 "the message ends after " + std::to_string(dissection.payload.size()) +
                     " octets, its header has 236",
                 "RFC 2131 2");
    return;
  }
  walk_options(dissection.payload, room);
  ExaminedMessage message{.frame = dissection,
                          .bytes = dissection.payload,
                          .header = *header,
                          .view = wire::HeaderView(dissection.payload),
                          .options = room};
  message.type = type_of(message.options);
  message.rules = rules_for(message);
  check_header(message, faults);
  check_addressing(message, faults);
  check_option_grammar(message, faults);
  check_option_values(message, faults);
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::violation:
      return "violation";
    case Severity::malformed:
      return "malformed";
  }
  return "";
}

std::string to_string(const Fault& fault) {
  if (fault.reference.empty()) return fault.what;
  return fault.what + " (" + std::string(fault.reference) + ")";
}

void FaultList::field(Severity severity, const LayerSpan& layer, std::string_view field,
                      std::string what, std::string_view reference) {
  const auto fields = layer_row(layer.layer).fields;
  const auto row = std::ranges::find(fields, field, &FieldRow::name);
  const std::size_t octet = row == fields.end() ? 0 : row->octet();
  add({.severity = severity,
       .layer = layer.layer,
       .field = row == fields.end() ? std::string_view() : row->name,
       .offset = layer.offset + octet,
       .what = std::move(what),
       .reference = reference});
}

void FaultList::place(Severity severity, std::optional<Layer> layer, std::size_t offset,
                      std::string what, std::string_view reference) {
  add({.severity = severity,
       .layer = layer,
       .offset = offset,
       .what = std::move(what),
       .reference = reference});
}

void FaultList::option(Severity severity, wire::OptionCode code, std::size_t offset,
                       std::string what, std::string_view reference) {
  add({.severity = severity,
       .layer = Layer::bootp,
       .option = code,
       .offset = offset,
       .what = std::move(what),
       .reference = reference});
}

void FaultList::add(Fault fault) { faults_.push_back(std::move(fault)); }

const std::vector<Fault>& FaultList::all() {
  // Once, at the end: a hostile message has tens of thousands.
  if (!std::ranges::is_sorted(faults_, {}, &Fault::offset)) {
    std::ranges::stable_sort(faults_, {}, &Fault::offset);
  }
  return faults_;
}

struct FaultFinder::Room {
  FaultList faults;
  MessageOptions options;
};

FaultFinder::FaultFinder() : room_(std::make_unique<Room>()) {}
FaultFinder::~FaultFinder() = default;

std::span<const Fault> FaultFinder::find(Bytes frame, const Dissection& dissection) {
  FaultList& faults = room_->faults;
  faults.clear();
  check_frame(frame, dissection, faults);
  if (dissection.is_dhcp()) check_message(dissection, room_->options, faults);
  return faults.all();
}

std::vector<Fault> find_faults(Bytes frame, const Dissection& dissection) {
  FaultFinder finder;
  const auto faults = finder.find(frame, dissection);
  return {faults.begin(), faults.end()};
}

}  // namespace lessor::craft
