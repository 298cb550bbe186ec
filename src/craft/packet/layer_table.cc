#include "craft/packet/layer_table.h"

#include "base/check.h"
#include "base/text.h"
#include "craft/packet/layer_rows.h"
#include "net/address.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kValueBits = 64;  // what load_field() can carry

constexpr bool layers_are_in_order() {
  for (std::size_t i = 0; i < kLayerCount; ++i) {
    if (rows::kLayers[i].layer != static_cast<Layer>(i)) return false;
    for (const FieldRow& field : rows::kLayers[i].fields) {
      if (field.layer != static_cast<Layer>(i)) return false;
      if (field.bits > 0 && field.octet() + field.octets() > rows::kLayers[i].size) return false;
    }
  }
  return true;
}
static_assert(std::size(rows::kLayers) == kLayerCount && layers_are_in_order());

/// Case does not count, '-' and '_' and ' ' are one.
std::string plain(std::string_view name) {
  std::string text = to_lower(name);
  std::replace(text.begin(), text.end(), '_', '-');
  std::replace(text.begin(), text.end(), ' ', '-');
  return text;
}

/// Fn(field, name) for each name that a field goes by, until one returns true.
template <typename Fn>
void for_each_name(Fn&& fn) {
  for (const LayerRow& layer : rows::kLayers) {
    for (const FieldRow& field : layer.fields) {
      if (fn(field, field_path(field))) return;
      if (fn(field, std::string(layer.name) + "." + std::string(field.name))) return;
      for (const std::string_view alias : split(field.aliases, ' ')) {
        if (!alias.empty() && fn(field, std::string(alias))) return;
      }
    }
  }
}

bool has_value(const FieldRow& field) { return field.bits > 0 && field.bits <= kValueBits; }

bool is_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

std::string print_hex(std::uint64_t value, std::size_t bits) {
  std::string digits((bits + 3) / 4, '0');
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, value >>= 4U) {
    *at = "0123456789abcdef"[value & 15U];
  }
  return "0x" + digits;
}

/// Zeros at the end are left out: reading fills up with them.
std::string print_octets(Bytes bytes, bool fixed) {
  while (fixed && !bytes.empty() && bytes.back() == std::byte{0}) {
    bytes = bytes.first(bytes.size() - 1);
  }
  return bytes.empty() ? std::string() : "0x" + to_hex(bytes);
}

std::string print_text(Bytes bytes) {
  const std::string_view all = as_text(bytes);
  const std::string_view text = all.substr(0, all.find('\0'));
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  const bool faithful = printable && is_zero(bytes.subspan(text.size())) &&
                        !text.starts_with("0x") && trim(text) == text;
  return faithful ? std::string(text) : print_octets(bytes, true);
}

/// As many octets as hlen says, when the rest is zero as it should be.
std::string print_hardware_address(Bytes chaddr, Bytes header) {
  const std::size_t hlen = load_u8(&header[2]);
  const bool by_hlen = hlen <= chaddr.size() && is_zero(chaddr.subspan(hlen));
  return to_hex(by_hlen ? chaddr.first(hlen) : chaddr, ':');
}

std::string print_mac(std::uint64_t value) {
  std::byte octets[8];
  store_be64(octets, value);
  return to_hex(Bytes(octets).subspan(2), ':');
}

using Content = std::expected<std::vector<std::byte>, std::string>;

std::unexpected<std::string> refuse(const FieldRow& field, std::string_view text,
                                    std::string_view what) {
  return std::unexpected(field_path(field) + ": \"" + sanitise(as_bytes(text), 80) + "\" is " +
                         std::string(what));
}

std::optional<std::uint64_t> named_value(const FieldRow& field, std::string_view text) {
  for (const NamedValue& named : field.names) {
    if (plain(named.name) == plain(text)) return named.value;
  }
  return std::nullopt;
}

/// What the value of a field of at most 64 bits must look like, when the text is none.
std::string expected_form(const FieldRow& field) {
  switch (field.kind) {
    case FieldKind::mac:
      return "not a MAC address; write it like c0:01:1b:69:00:00";
    case FieldKind::ip4:
      return "not an IPv4 address; write it like 192.0.2.1";
    case FieldKind::number:
    case FieldKind::hex:
    case FieldKind::text:
    case FieldKind::hardware_address:
    case FieldKind::octets:
      break;
  }
  const std::uint64_t most =
      field.bits == kValueBits ? UINT64_MAX : (std::uint64_t{1} << field.bits) - 1;
  std::string text = "not a number from 0 to " + std::to_string(most);
  for (const NamedValue& named : field.names) {
    text.append(&named == field.names.data() ? ", nor one of: " : ", ").append(named.name);
  }
  return text;
}

std::optional<std::uint64_t> parse_value(const FieldRow& field, std::string_view text) {
  if (field.kind == FieldKind::mac) {
    const auto mac = net::parse_mac(text);
    if (!mac) return std::nullopt;
    return std::uint64_t{load_be16(mac->octets.data())} << 32U | load_be32(&mac->octets[2]);
  }
  if (field.kind == FieldKind::ip4) {
    const auto address = net::parse_ip4(text);
    return address ? std::optional<std::uint64_t>(address->value) : std::nullopt;
  }
  if (const auto named = named_value(field, text)) return named;
  return parse_number(text,
                      field.bits == kValueBits ? UINT64_MAX : (std::uint64_t{1} << field.bits) - 1);
}

/// Octets of hexadecimal or text, filled up to the field's size.
Content parse_octets(const FieldRow& field, std::string_view text) {
  std::vector<std::byte> content;
  const bool as_text_field = field.kind == FieldKind::text && !text.starts_with("0x");
  if (as_text_field) {
    const Bytes octets = as_bytes(text);
    content.assign(octets.begin(), octets.end());
  } else if (!text.empty()) {
    auto octets = from_hex(text);
    if (!octets) return refuse(field, text, "not hexadecimal; write it like 0x0102ff");
    content = std::move(*octets);
  }
  if (field.bits == 0) return content;
  if (content.size() > field.octets()) {
    return refuse(field, text,
                  std::to_string(content.size()) + " octets long, the field has " +
                      std::to_string(field.octets()));
  }
  content.resize(field.octets());
  return content;
}

}  // namespace

std::span<const LayerRow> layer_table() { return rows::kLayers; }

const LayerRow& layer_row(Layer layer) { return rows::kLayers[static_cast<std::size_t>(layer)]; }

const LayerRow* find_layer(std::string_view name) {
  const std::string wanted = plain(name);
  if (wanted == "802.1q" || wanted == "dot1q") return &layer_row(Layer::vlan);
  if (wanted == "ipv4") return &layer_row(Layer::ip);
  if (wanted == "dhcp") return &layer_row(Layer::bootp);
  const auto* const found =
      std::find_if(std::begin(rows::kLayers), std::end(rows::kLayers), [&](const LayerRow& row) {
        return wanted == row.name || (!row.prefix.empty() && wanted == row.prefix);
      });
  return found == std::end(rows::kLayers) ? nullptr : found;
}

std::string field_path(const FieldRow& field) {
  const std::string_view prefix = layer_row(field.layer).prefix;
  return prefix.empty() ? std::string(field.name)
                        : std::string(prefix) + "." + std::string(field.name);
}

const FieldRow* find_field(std::string_view path) {
  std::string wanted = plain(path);
  // Wireshark's names for DHCP began with "bootp." before its version 3.
  const std::string newer = wanted.starts_with("bootp.") ? "dhcp." + wanted.substr(6) : wanted;
  if (wanted.starts_with("dhcp.")) wanted = "bootp." + wanted.substr(5);
  const FieldRow* found = nullptr;
  for_each_name([&](const FieldRow& field, std::string_view name) {
    const std::string candidate = plain(name);
    if (candidate == wanted || candidate == newer) found = &field;
    return found != nullptr;
  });
  return found;
}

std::optional<std::string> suggest_field(std::string_view path) {
  std::vector<std::string> names;
  std::vector<const FieldRow*> fields;
  for_each_name([&](const FieldRow& field, const std::string& name) {
    names.push_back(plain(name));
    fields.push_back(&field);
    return false;
  });
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const auto near = nearest(plain(path), candidates);
  if (!near) return std::nullopt;
  const auto at = std::find(candidates.begin(), candidates.end(), *near) - candidates.begin();
  return field_path(*fields[static_cast<std::size_t>(at)]);
}

Bytes field_bytes(const FieldRow& field, Bytes header) {
  return field.bits == 0 ? header.subspan(field.octet())
                         : header.subspan(field.octet(), field.octets());
}

std::uint64_t load_field(const FieldRow& field, Bytes header) {
  CHECK(has_value(field));
  std::uint64_t value = 0;
  for (const std::byte octet : field_bytes(field, header)) value = value << 8U | load_u8(&octet);
  value >>= field.octets() * 8 - field.bit % 8U - field.bits;
  return field.bits == kValueBits ? value : value & ((std::uint64_t{1} << field.bits) - 1);
}

void store_field(const FieldRow& field, MutableBytes header, std::uint64_t value) {
  CHECK(has_value(field));
  const std::size_t size = field.octets();
  const std::size_t shift = size * 8 - field.bit % 8U - field.bits;
  const std::uint64_t ones =
      field.bits == kValueBits ? UINT64_MAX : (std::uint64_t{1} << field.bits) - 1;
  const std::uint64_t mask = ones << shift;
  std::uint64_t octets = (value & ones) << shift;
  const MutableBytes place = header.subspan(field.octet(), size);
  std::uint64_t old = 0;
  for (const std::byte octet : place) old = old << 8U | load_u8(&octet);
  octets |= old & ~mask;
  for (std::size_t i = size; i > 0; --i, octets >>= 8U) {
    store_u8(&place[i - 1], static_cast<std::uint8_t>(octets));
  }
}

std::string print_field(const FieldRow& field, Bytes header) {
  switch (field.kind) {
    case FieldKind::number:
      return std::to_string(load_field(field, header));
    case FieldKind::hex:
      return print_hex(load_field(field, header), field.bits);
    case FieldKind::mac:
      return print_mac(load_field(field, header));
    case FieldKind::ip4:
      return net::to_string(net::Ip4{static_cast<std::uint32_t>(load_field(field, header))});
    case FieldKind::text:
      return print_text(field_bytes(field, header));
    case FieldKind::hardware_address:
      return print_hardware_address(field_bytes(field, header), header);
    case FieldKind::octets:
      return print_octets(field_bytes(field, header), field.bits > 0);
  }
  return {};
}

std::string_view field_note(const FieldRow& field, Bytes header) {
  if (field.names.empty()) return {};
  const std::uint64_t value = load_field(field, header);
  const auto found = std::find_if(field.names.begin(), field.names.end(),
                                  [&](const NamedValue& n) { return n.value == value; });
  return found == field.names.end() ? std::string_view() : found->name;
}

std::expected<std::vector<std::byte>, std::string> parse_field(const FieldRow& field,
                                                               std::string_view text) {
  text = trim(text);
  if (field.kind == FieldKind::text || field.kind == FieldKind::hardware_address ||
      field.kind == FieldKind::octets) {
    return parse_octets(field, text);
  }
  const auto value = parse_value(field, text);
  if (!value) return refuse(field, text, expected_form(field));
  std::vector<std::byte> content(field.octets());
  std::uint64_t rest = *value;
  for (auto at = content.rbegin(); at != content.rend(); ++at, rest >>= 8U) {
    store_u8(&*at, static_cast<std::uint8_t>(rest));
  }
  return content;
}

void put_field(const FieldRow& field, MutableBytes header, Bytes content) {
  if (!has_value(field) || field.kind == FieldKind::octets) {
    copy_bytes(header.subspan(field.octet(), content.size()), content);
    return;
  }
  std::uint64_t value = 0;
  for (const std::byte octet : content) value = value << 8U | load_u8(&octet);
  store_field(field, header, value);
}

}  // namespace lessor::craft
