#include "craft/view/json_view.h"

#include "base/text.h"
#include "craft/packet/time_text.h"
#include "craft/summary.h"
#include "craft/view/json_writer.h"
#include "craft/view/option_list.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_text.h"

#include <set>

namespace lessor::craft {
namespace {

std::string_view key_of(const LayerRow& row) { return row.prefix.empty() ? row.name : row.prefix; }

void write_field(JsonWriter& json, const FieldRow& field, Bytes header) {
  json.key(field.name);
  if (field.kind == FieldKind::number) {
    json.number(load_field(field, header));
  } else {
    json.text(print_field(field, header));
  }
}

void write_header(JsonWriter& json, const LayerSpan& span, Bytes header) {
  json.begin('{');
  json.key("start");  // "offset" is a field of IPv4
  json.number(span.offset);
  for (const FieldRow& field : layer_row(span.layer).fields) {
    if (field.bits > 0 || header.size() > field.octet()) write_field(json, field, header);
  }
  json.end('}');
}

/// Every layer once; of VLAN tags there may be two, so "vlan" is a list.
void write_layers(JsonWriter& json, const Dissection& d, OnlyLayer only) {
  json.key("layers");
  json.begin('{');
  bool in_list = false;
  for (const LayerSpan& span : d.layers()) {
    if (only && *only != span.layer) continue;
    const bool vlan = span.layer == Layer::vlan;
    if (in_list && !vlan) json.end(']');
    if (!vlan || !in_list) json.key(key_of(layer_row(span.layer)));
    if (vlan && !in_list) json.begin('[');
    in_list = vlan;
    write_header(json, span, d.header(span));
  }
  if (in_list) json.end(']');
  json.end('}');
}

void write_value(JsonWriter& json, wire::OptionCode code, Bytes value) {
  json.key("length");
  json.number(value.size());
  json.key("raw");
  json.text(to_hex(value));
  json.key("value");
  json.text(wire::print_option(code, value));
  if (const auto wrong = wire::validate_option(code, value)) {
    json.key("invalid");
    json.text(*wrong);
  }
}

void write_option(JsonWriter& json, const OptionPlace& placed, const OptionList& all,
                  std::size_t base, bool first) {
  const wire::RawOption& option = placed.option;
  json.begin('{');
  json.key("code");
  json.number(option.code);
  json.key("name");
  json.text(wire::option_name(option.code));
  json.key("area");
  json.text(to_string(placed.area));
  json.key("offset");
  json.number(base + placed.offset);
  const auto parts = all.parts.find(option.code);
  const bool joined = parts != all.parts.end() && parts->second > 1 && placed.whole();
  if (option.code == wire::kOptionEnd) {
  } else if (placed.whole() && !joined) {
    write_value(json, option.code, option.value);
  } else {
    if (option.state != wire::RawOption::State::no_length) {
      json.key("length");
      json.number(option.length);
    }
    json.key("raw");
    json.text(to_hex(option.value));
  }
  if (joined && first) {
    json.key("joined");
    json.begin('{');
    write_value(json, option.code, all.joined.at(option.code));
    json.end('}');
  }
  json.end('}');
}

/// What a DHCP message says beyond its header.
void write_message(JsonWriter& json, const Dissection& d, std::size_t base) {
  if (d.payload.size() >= wire::kOptionsOffset) {
    json.key("cookie");
    json.text(hex(load_be32(&d.payload[wire::kCookieOffset]), 8));
  }
  const OptionList all = list_options(d.payload);
  const auto type = all.joined.find(wire::kOptionDhcpMessageType);
  const bool typed = type != all.joined.end() && type->second.size() == 1;
  json.key("message");
  json.text(wire::to_string(typed ? wire::message_type_of(load_u8(type->second.data()))
                                  : wire::MessageType::none));
  json.key("options");
  json.begin('[');
  std::set<wire::OptionCode> seen;
  for (const OptionPlace& placed : all.places) {
    const bool first = placed.whole() && seen.insert(placed.option.code).second;
    write_option(json, placed, all, base, first);
  }
  json.end(']');
  json.key("padding");
  json.number(all.padding);
}

void write_faults(JsonWriter& json, std::span<const Fault> faults) {
  json.key("faults");
  json.begin('[');
  for (const Fault& fault : faults) {
    json.begin('{');
    json.key("severity");
    json.text(to_string(fault.severity));
    if (fault.layer) {
      json.key("layer");
      json.text(key_of(layer_row(*fault.layer)));
    }
    if (!fault.field.empty()) {
      json.key("field");
      json.text(fault.field);
    }
    if (fault.option) {
      json.key("option");
      json.number(*fault.option);
    }
    json.key("offset");
    json.number(fault.offset);
    json.key("what");
    json.text(fault.what);
    if (!fault.reference.empty()) {
      json.key("reference");
      json.text(fault.reference);
    }
    json.end('}');
  }
  json.end(']');
}

}  // namespace

std::string json_view(const ShownPacket& packet, const Style& /*style*/, OnlyLayer only) {
  const Dissection& d = packet.dissection;
  std::string out;
  JsonWriter json(out);
  json.begin('{');
  json.key("number");
  json.number(packet.frame.number);
  json.key("time");
  packet.frame.since_1970 == Duration() ? json.null()
                                        : json.text(print_time(packet.frame.since_1970));
  json.key("link");
  json.text(to_string(packet.frame.link));
  if (!packet.frame.interface.empty()) {
    json.key("interface");
    json.text(packet.frame.interface);
  }
  json.key("length");
  json.number(packet.frame.original_size);
  json.key("captured");
  json.number(packet.frame.bytes.size());
  json.key("summary");
  json.text(summary(d));
  write_layers(json, d, only);
  const auto layers = d.layers();
  const bool message = !layers.empty() && layers.back().layer == Layer::bootp;
  if (message && (!only || *only == Layer::bootp)) {
    write_message(json, d, layers.back().offset);
  } else if (!only && !d.payload.empty()) {
    json.key("data");
    json.text(to_hex(d.payload));
  }
  write_faults(json, packet.faults);
  json.end('}');
  return out + "\n";
}

}  // namespace lessor::craft
