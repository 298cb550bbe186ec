#include "craft/story/page_data.h"

#include "base/text.h"
#include "craft/message_tables.h"
#include "craft/summary.h"
#include "craft/view/field_text.h"
#include "craft/view/heading.h"
#include "craft/view/json_writer.h"
#include "craft/view/option_list.h"
#include "wire/v4/option_table.h"

#include <algorithm>
#include <set>

namespace lessor::craft {
namespace {

void write(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  json.text(text);
}
void write(JsonWriter& json, std::string_view key, std::uint64_t number) {
  json.key(key);
  json.number(number);
}

bool is_there(const FieldRow& field, Bytes header) {
  return field.bits > 0 || header.size() > field.octet();
}

void write_layers(JsonWriter& json, const Dissection& d) {
  json.key("layers");
  json.begin('[');
  for (const LayerSpan& span : d.layers()) {
    json.begin('{');
    write(json, "kind", static_cast<std::uint64_t>(span.layer));
    write(json, "at", span.offset);
    write(json, "size", span.size);
    json.key("values");
    json.begin('[');
    const Bytes message = span.layer == Layer::bootp ? d.payload : Bytes();
    for (const FieldRow& field : layer_row(span.layer).fields) {
      if (is_there(field, d.header(span))) json.text(field_text(field, d.header(span), message));
    }
    json.end(']');
    json.end('}');
  }
  json.end(']');
}

std::string value_text(const OptionPlace& placed, const OptionList& all, bool first) {
  const wire::RawOption& option = placed.option;
  if (option.code == wire::kOptionEnd) {
    const bool padded = placed.area == Area::options && all.padding > 0;
    return padded ? "then " + std::to_string(all.padding) + " octets of padding" : "";
  }
  if (option.state == wire::RawOption::State::no_length) return "the message stops here";
  if (!placed.whole()) return "the message stops inside: 0x" + to_hex(option.value);
  if (placed.is_nested_overload()) return "ignored: only the options field can open others";
  if (!first) return "joined with the part above";
  return option_value_text(option.code, all.joined.at(option.code));
}

std::string_view area_text(Area area) {
  switch (area) {
    case Area::options:
      return "";
    case Area::file:
      return "file";
    case Area::sname:
      return "sname";
  }
  return "";
}

void write_options(JsonWriter& json, const Dissection& d) {
  json.key("options");
  json.begin('[');
  const auto layers = d.layers();
  const bool message = !layers.empty() && layers.back().layer == Layer::bootp;
  const OptionList all = message ? list_options(d.payload) : OptionList();
  std::set<wire::OptionCode> seen;
  for (const OptionPlace& placed : all.places) {
    const wire::RawOption& option = placed.option;
    const bool first =
        placed.whole() && !placed.is_nested_overload() && seen.insert(option.code).second;
    const bool has_length =
        option.code != wire::kOptionEnd && option.state != wire::RawOption::State::no_length;
    json.begin('{');
    write(json, "code", option.code);
    write(json, "at", layers.back().offset + placed.offset);
    write(json, "size", 1 + (has_length ? 1 + option.value.size() : 0));
    write(json, "length", has_length ? option.length : 0);
    if (placed.area != Area::options) write(json, "area", area_text(placed.area));
    write(json, "value", value_text(placed, all, first));
    json.end('}');
  }
  json.end(']');
}

void write_faults(JsonWriter& json, std::span<const Fault> faults) {
  json.key("faults");
  json.begin('[');
  for (const Fault& fault : faults) {
    json.begin('{');
    write(json, "what", to_string(fault));
    write(json, "at", fault.offset);
    if (fault.layer) write(json, "layer", static_cast<std::uint64_t>(*fault.layer));
    if (!fault.field.empty()) write(json, "field", fault.field);
    if (fault.option) write(json, "option", *fault.option);
    json.end('}');
  }
  json.end(']');
}

}  // namespace

std::string page_packet_json(const ShownPacket& packet, std::size_t octets_max) {
  const Bytes bytes = packet.frame.bytes;
  std::string out;
  JsonWriter json(out);
  json.begin('{');
  write(json, "n", packet.frame.number);
  write(json, "when", time_text(packet.frame.since_1970));
  write(json, "summary", summary(packet.dissection));
  write_faults(json, packet.faults);
  write_layers(json, packet.dissection);
  write_options(json, packet.dissection);
  write(json, "cut", bytes.size() > octets_max ? 1U : 0U);
  write(json, "x", to_hex(bytes.first(std::min(bytes.size(), octets_max))));
  json.end('}');
  return out;
}

std::string page_layers_json() {
  std::string out;
  JsonWriter json(out);
  json.begin('[');
  for (const LayerRow& row : layer_table()) {
    json.begin('{');
    write(json, "title", row.title);
    write(json, "reference", row.reference);
    json.key("fields");
    json.begin('[');
    for (const FieldRow& field : row.fields) {
      json.begin('{');
      write(json, "name", field.name);
      write(json, "at", field.octet());
      write(json, "size", field.octets());
      write(json, "meaning", field.meaning);
      json.end('}');
    }
    json.end(']');
    json.end('}');
  }
  json.end(']');
  return out;
}

std::string page_options_json() {
  std::string out;
  JsonWriter json(out);
  json.begin('{');
  for (const wire::OptionRow& row : wire::option_table()) {
    json.key(std::to_string(row.code));
    json.begin('{');
    write(json, "name", row.name);
    write(json, "meaning", row.meaning);
    write(json, "reference", row.reference);
    json.end('}');
  }
  json.end('}');
  return out;
}

}  // namespace lessor::craft
