#include "craft/view/field_text.h"

#include "base/text.h"
#include "craft/option_walk.h"

#include <algorithm>

namespace lessor::craft {
namespace {

bool holds_options(const FieldRow& field, Bytes message) {
  if (!has_options(message)) return false;
  const Area area = field.name == "file" ? Area::file : Area::sname;
  bool held = false;
  for_each_option(message, [&](const OptionPlace& placed) { held = held || placed.area == area; });
  return held;
}

/// sname and file: the text up to the first NUL.
std::string text_of(const FieldRow& field, Bytes header, Bytes message) {
  if (holds_options(field, message)) return "holds options (52)";
  const std::string_view all = as_text(field_bytes(field, header));
  const std::string_view given = all.substr(0, all.find('\0'));
  if (!given.empty()) return sanitise(as_bytes(given));
  const std::string printed = print_field(field, header);
  return printed.empty() ? "not given" : printed;
}

std::string flags_of(const FieldRow& field, Bytes header) {
  const std::uint64_t flags = load_field(field, header);
  return print_field(field, header) +
         ((flags & wire::kBroadcastFlag) != 0 ? " (broadcast)" : " (unicast)") +
         ((flags & ~std::uint64_t{wire::kBroadcastFlag}) != 0 ? ", reserved bits set" : "");
}

std::string hardware_address_of(const FieldRow& field, Bytes header) {
  const std::string printed = print_field(field, header);
  if (load_u8(&header[wire::kHlenOffset]) > wire::kChaddrSize) {
    return printed + " (hlen is too long)";
  }
  return printed.empty() ? "not given" : printed;
}

std::string ip4_note(const FieldRow& field, Bytes header) {
  if (field.layer != Layer::ip) return {};
  const auto address = static_cast<std::uint32_t>(load_field(field, header));
  if (address == 0) return " (no address yet)";
  return address == UINT32_MAX ? " (everybody on this link)" : "";
}

}  // namespace

std::string field_text(const FieldRow& field, Bytes header, Bytes message) {
  if (field.kind == FieldKind::text) return text_of(field, header, message);
  if (field.kind == FieldKind::hardware_address) return hardware_address_of(field, header);
  if (field.layer == Layer::bootp && field.name == "flags") return flags_of(field, header);
  const std::string printed = print_field(field, header);
  if (field.kind == FieldKind::octets) return printed.empty() ? "none" : printed;
  if (field.kind == FieldKind::ip4) return printed + ip4_note(field, header);
  if (field.kind == FieldKind::mac && printed == "ff:ff:ff:ff:ff:ff")
    return printed + " (everybody)";
  const std::string_view note = field_note(field, header);
  if (!note.empty()) return printed + " (" + std::string(note) + ")";
  const bool odd_op = field.layer == Layer::bootp && field.name == "op";
  return odd_op ? printed + " (unknown)" : printed;
}

std::string checksum_note(const FieldRow& field, const Dissection& d) {
  if (field.name != "checksum") return {};
  const auto note = [](ChecksumVerdict verdict) {
    return " (" + std::string(to_string(verdict)) + ")";
  };
  if (field.layer == Layer::ip && d.ip) return note(d.ip->checksum);
  if (field.layer == Layer::udp && d.udp) return note(d.udp->checksum);
  return {};
}

}  // namespace lessor::craft
