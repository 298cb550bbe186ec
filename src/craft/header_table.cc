#include "craft/message_tables.h"
#include "craft/view/field_text.h"
#include "wire/v4/protocol.h"

namespace lessor::craft {
namespace {

Table make_table() {
  return Table({{.title = "field"},
                {.title = "octets", .right_aligned = true},
                {.title = "meaning", .wraps = true, .narrowest = 20},
                {.title = "value", .wraps = true, .takes_rest = true, .narrowest = 17}});
}

/// "4", or of a field that shares its octets with others, "4 bits".
std::string octets_of(const FieldRow& field, Bytes header) {
  if (field.bits % 8 != 0) return std::to_string(field.bits) + (field.bits == 1 ? " bit" : " bits");
  return std::to_string(field_bytes(field, header).size());
}

bool is_there(const FieldRow& field, Bytes header) {
  return field.bits > 0 || header.size() > field.octet();
}

}  // namespace

std::string field_table(const LayerSpan& span, Bytes header, Bytes message, const Style& style,
                        Bytes reference, const InFrame& place) {
  Table table = make_table();
  const auto tell = [&table](const Fault& fault) {
    table.add_banner("!! " + to_string(fault), Tone::bad);
  };
  for (const FieldRow& field : layer_row(span.layer).fields) {
    if (!is_there(field, header)) continue;
    std::string value = field_text(field, header, message);
    if (place.frame != nullptr) value += checksum_note(field, *place.frame);
    const bool fresh =
        reference.size() >= header.size() && field_text(field, reference, reference) != value;
    table.add({{std::string(field.name), Tone::strong},
               {octets_of(field, header)},
               {std::string(field.meaning), Tone::dim},
               {fresh ? value + " *" : value, fresh ? Tone::fresh : Tone::plain}});
    if (place.faults != nullptr) place.faults->tell_field(field, span, tell);
  }
  if (place.faults != nullptr) place.faults->tell_header(span, tell);
  return table.draw(style);
}

std::string header_table(Bytes message, const Style& style, Bytes reference, const InFrame& place) {
  if (message.size() < wire::kHeaderSize) {
    Table table = make_table();
    table.add_banner("only " + std::to_string(message.size()) + " of the header's 236 octets",
                     Tone::bad);
    return table.draw(style);
  }
  const LayerSpan span{.layer = Layer::bootp, .offset = place.offset, .size = wire::kHeaderSize};
  const Bytes header = message.first(wire::kHeaderSize);
  if (reference.size() < wire::kHeaderSize) reference = {};
  return field_table(span, header, message, style, reference, place);
}

}  // namespace lessor::craft
