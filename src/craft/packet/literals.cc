#include "craft/packet/literals.h"

#include "base/text.h"
#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kPerLineC = 12;
constexpr std::size_t kPerLinePython = 32;

/// Scapy's name for a field, in the layer of its own.
struct ScapyName {
  Layer layer;
  std::string_view ours;
  std::string_view scapy;
};
constexpr ScapyName kScapyNames[] = {
    {Layer::ip, "length", "len"},      {Layer::ip, "protocol", "proto"},
    {Layer::ip, "checksum", "chksum"}, {Layer::ip, "offset", "frag"},
    {Layer::udp, "srcport", "sport"},  {Layer::udp, "dstport", "dport"},
    {Layer::udp, "length", "len"},     {Layer::udp, "checksum", "chksum"},
    {Layer::vlan, "priority", "prio"}, {Layer::vlan, "dei", "id"},
    {Layer::vlan, "id", "vlan"},       {Layer::arp, "hrd", "hwtype"},
    {Layer::arp, "pro", "ptype"},      {Layer::arp, "hln", "hwlen"},
    {Layer::arp, "pln", "plen"},       {Layer::arp, "sha", "hwsrc"},
    {Layer::arp, "spa", "psrc"},       {Layer::arp, "tha", "hwdst"},
    {Layer::arp, "tpa", "pdst"},       {Layer::icmp, "checksum", "chksum"},
};

std::string_view scapy_layer(Layer layer) {
  switch (layer) {
    case Layer::ethernet:
      return "Ether";
    case Layer::vlan:
      return "Dot1Q";
    case Layer::arp:
      return "ARP";
    case Layer::ip:
      return "IP";
    case Layer::icmp:
      return "ICMP";
    case Layer::udp:
      return "UDP";
    case Layer::bootp:
      return "BOOTP";
    case Layer::cooked:
    case Layer::cooked2:
    case Layer::tcp:
      return "";  // given as octets
  }
  return "";
}

std::string scapy_octets(Bytes bytes) {
  const bool zero =
      std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
  if (zero && bytes.size() > 16) return "bytes(" + std::to_string(bytes.size()) + ")";
  return "bytes.fromhex(\"" + to_hex(bytes) + "\")";
}

std::string scapy_field_name(const FieldRow& field) {
  for (const ScapyName& name : kScapyNames) {
    if (name.layer == field.layer && name.ours == field.name) return std::string(name.scapy);
  }
  return std::string(field.name);
}

/// The value as Python: a number, a text in quotes, or octets.
std::string scapy_value(const FieldRow& field, Bytes header) {
  switch (field.kind) {
    case FieldKind::number:
    case FieldKind::hex:
      return print_field(field, header);
    case FieldKind::mac:
    case FieldKind::ip4:
      return "\"" + print_field(field, header) + "\"";
    case FieldKind::text:
    case FieldKind::hardware_address:
    case FieldKind::octets:
      return scapy_octets(field_bytes(field, header));
  }
  return "";
}

/// How scapy writes an option's value.
enum class ScapyKind : std::uint8_t { type, ip4s, number, codes, octets };
struct ScapyOption {
  wire::OptionCode code;
  std::string_view name;
  ScapyKind kind;
};
constexpr ScapyOption kScapyOptions[] = {
    {1, "subnet_mask", ScapyKind::ip4s},        {3, "router", ScapyKind::ip4s},
    {6, "name_server", ScapyKind::ip4s},        {12, "hostname", ScapyKind::octets},
    {15, "domain", ScapyKind::octets},          {28, "broadcast_address", ScapyKind::ip4s},
    {50, "requested_addr", ScapyKind::ip4s},    {51, "lease_time", ScapyKind::number},
    {53, "message-type", ScapyKind::type},      {54, "server_id", ScapyKind::ip4s},
    {55, "param_req_list", ScapyKind::codes},   {57, "max_dhcp_size", ScapyKind::number},
    {58, "renewal_time", ScapyKind::number},    {59, "rebinding_time", ScapyKind::number},
    {60, "vendor_class_id", ScapyKind::octets}, {61, "client_id", ScapyKind::octets},
};

/// The value behind the name; nothing when it is not as scapy expects it.
std::optional<std::string> scapy_option_value(const OptionItem& option, ScapyKind kind) {
  const Bytes value = option.value;
  std::string text;
  switch (kind) {
    case ScapyKind::type:
      if (value.size() != 1) return std::nullopt;
      return std::to_string(load_u8(value.data()));
    case ScapyKind::number:
      if (!wire::check_length(option.code, value.size())) return std::nullopt;
      return std::to_string(value.size() == 2 ? load_be16(value.data()) : load_be32(value.data()));
    case ScapyKind::ip4s:
      if (value.empty() || value.size() % 4 != 0) return std::nullopt;
      for (std::size_t i = 0; i < value.size(); i += 4) {
        text.append(i == 0 ? "\"" : ", \"") +=
            net::to_string(net::Ip4{load_be32(&value[i])}) + "\"";
      }
      return text;
    case ScapyKind::codes:
      for (const std::byte& code : value) {
        text += (text.empty() ? "[" : ", ") + std::to_string(load_u8(&code));
      }
      return text.empty() ? std::nullopt : std::optional(text + "]");
    case ScapyKind::octets:
      return scapy_octets(value);
  }
  return std::nullopt;
}

/// `("router", "192.0.2.1")`, or `(200, bytes.fromhex("01"))`.
std::string scapy_option(const OptionItem& option) {
  for (const ScapyOption& known : kScapyOptions) {
    if (known.code != option.code) continue;
    if (const auto value = scapy_option_value(option, known.kind)) {
      return "(\"" + std::string(known.name) + "\", " + *value + ")";
    }
  }
  return "(" + std::to_string(option.code) + ", " + scapy_octets(option.value) + ")";
}

/// Options and the octets between them as scapy's list; nothing when it has no word for some.
std::optional<std::string> scapy_options(const std::vector<Item>& items) {
  std::string list;
  const auto add = [&](const std::string& text) { list += (list.empty() ? "" : ", ") + text; };
  for (const Item& item : items) {
    if (const auto* option = std::get_if<OptionItem>(&item)) {
      if (option->length || option->code_only || option->area != Area::options ||
          option->value.size() > 255) {
        return std::nullopt;
      }
      add(scapy_option(*option));
    } else if (const auto* raw = std::get_if<RawItem>(&item)) {
      const bool zero = std::all_of(raw->bytes.begin(), raw->bytes.end(),
                                    [](std::byte b) { return b == std::byte{0}; });
      if (!zero && !is_end(item)) return std::nullopt;
      if (is_end(item)) add("\"end\"");
      if (zero) add("*[\"pad\"] * " + std::to_string(raw->bytes.size()));
    }
  }
  return list;
}

/// One expression that is being written.
class Scapy {
 public:
  explicit Scapy(const Packet& packet)
      : packet_(packet),
        dissection_(dissect(packet.bytes, packet.link)),
        recipe_(recipe_of(packet.bytes, packet.link)) {}

  std::string write() {
    std::size_t at = 0;
    const auto layers = dissection_.layers();
    if (!layers.empty() && layers.back().layer == Layer::bootp) read_options(layers.back());
    for (std::size_t i = 0; i < layers.size() && plain(layers[i]); ++i) {
      const LayerSpan& span = layers[i];
      layer(span, i + 1 < layers.size() && plain(layers[i + 1]));
      at = span.offset + span.size;
      if (span.layer == Layer::bootp && options_) {
        add("DHCP(options=[" + *options_ + "])");
        at = packet_.bytes.size();
      }
    }
    const Bytes rest = Bytes(packet_.bytes).subspan(at);
    if (!rest.empty() || out_.empty()) add("Raw(" + scapy_octets(rest) + ")");
    return out_ + "\n";
  }

 private:
  void add(const std::string& piece) { out_ += (out_.empty() ? "" : " / ") + piece; }

  /// The options, when the message fills the frame and begins with DHCP's cookie: scapy's own.
  void read_options(const LayerSpan& header) {
    const Bytes rest = Bytes(packet_.bytes).subspan(header.offset + header.size);
    const bool fills = rest.size() + header.size == dissection_.payload.size();
    if (fills && rest.size() > 4 && load_be32(rest.data()) == wire::kCookie) {
      options_ = scapy_options(recipe_.items);
    }
  }

  /// Whether scapy can write the header from its fields: options of IPv4 it cannot.
  [[nodiscard]] static bool plain(const LayerSpan& span) {
    return !scapy_layer(span.layer).empty() && span.size == layer_row(span.layer).size;
  }

  /// `told`: the next layer is written in fields, too, so that scapy knows its type.
  void layer(const LayerSpan& span, bool told) {
    const Bytes header = Bytes(packet_.bytes).subspan(span.offset, span.size);
    std::string text(scapy_layer(span.layer));
    text += "(";
    for (const FieldRow& field : layer_row(span.layer).fields) {
      if (field.bits == 0 || is_flag(field)) continue;
      // Scapy computes what we compute; what was given otherwise is said.
      const bool computed = told || (field.name != "type" && field.name != "protocol");
      if (field.origin == Origin::computed && computed &&
          !given_field(recipe_, field_path(field))) {
        continue;
      }
      if (!text.ends_with('(')) text += ", ";
      text += scapy_field_name(field) + "=" + scapy_value(field, header);
    }
    if (span.layer == Layer::ip) text += ", flags=" + std::to_string(load_u8(&header[6]) >> 5U);
    if (span.layer == Layer::bootp)
      text += std::string(", options=") + (options_ ? "b\"c\\x82Sc\"" : "b\"\"");
    add(text + ")");
  }
  /// Scapy has IPv4's three flags in one field.
  [[nodiscard]] static bool is_flag(const FieldRow& field) {
    return field.layer == Layer::ip &&
           (field.name == "reserved" || field.name == "df" || field.name == "mf");
  }

  const Packet& packet_;
  Dissection dissection_;
  Recipe recipe_;
  std::optional<std::string> options_;  // in scapy's words, when all of the message's body is told
  std::string out_;
};

}  // namespace

std::string c_literal(const Packet& packet) {
  std::string out =
      "static const unsigned char packet[" + std::to_string(packet.bytes.size()) + "] = {\n";
  for (std::size_t i = 0; i < packet.bytes.size(); ++i) {
    out += i % kPerLineC == 0 ? "    " : " ";
    out += "0x" + to_hex({&packet.bytes[i], 1}) + ",";
    if ((i + 1) % kPerLineC == 0 || i + 1 == packet.bytes.size()) out += "\n";
  }
  return out + "};\n";
}

std::string python_literal(const Packet& packet) {
  std::string out = "packet = bytes.fromhex(\n";
  Bytes rest = packet.bytes;
  if (rest.empty()) out += "    \"\"\n";
  while (!rest.empty()) {
    const Bytes line = rest.first(std::min(rest.size(), kPerLinePython));
    out += "    \"" + to_hex(line) + "\"\n";
    rest = rest.subspan(line.size());
  }
  return out + ")\n";
}

std::string scapy_expression(const Packet& packet) { return Scapy(packet).write(); }

}  // namespace lessor::craft
