#include "net/address.h"

#include "base/text.h"

namespace lessor::net {

std::string to_string(Ip4 a) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (shift != 24) text += '.';
    text += std::to_string((a.value >> shift) & 255U);
  }
  return text;
}

std::string to_string(Prefix4 p) { return to_string(p.address) + "/" + std::to_string(p.length); }

std::string to_string(Range4 r) { return to_string(r.first) + " - " + to_string(r.last); }

std::string to_string(const Mac& m) { return to_hex(m.octets, ':'); }

std::string to_string(const HardwareAddress& h) { return to_hex(h.bytes(), ':'); }

std::optional<Ip4> parse_ip4(std::string_view text) {
  std::uint32_t value = 0;
  int octets = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const bool decimal = part.find_first_not_of("0123456789") == std::string_view::npos;
    const auto octet = decimal && part.size() <= 3 ? parse_number(part, 255) : std::nullopt;
    if (!octet || (part.size() > 1 && part[0] == '0')) return std::nullopt;
    value = value << 8 | static_cast<std::uint32_t>(*octet);
    ++octets;
    if (dot == std::string_view::npos) break;
    if (octets == 4) return std::nullopt;
    text.remove_prefix(dot + 1);
  }
  if (octets != 4) return std::nullopt;
  return Ip4{value};
}

std::optional<Prefix4> parse_prefix4(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_ip4(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto length = parse_number(digits, 32);
  if (!address || !length) return std::nullopt;
  return Prefix4{*address, static_cast<std::uint8_t>(*length)};
}

std::optional<Range4> parse_range4(std::string_view text) {
  if (const auto prefix = parse_prefix4(trim(text))) {
    return Range4{prefix->network(), prefix->last()};
  }
  const std::size_t dash = text.find('-');
  const auto first = parse_ip4(trim(text.substr(0, dash)));
  const auto last = dash == std::string_view::npos ? first : parse_ip4(trim(text.substr(dash + 1)));
  if (!first || !last || *first > *last) return std::nullopt;
  return Range4{*first, *last};
}

std::optional<Mac> parse_mac(std::string_view text) {
  const auto octets = from_hex(text);
  const bool separated = text.find_first_of(":-") != std::string_view::npos;
  if (!separated || !octets || octets->size() != 6) return std::nullopt;
  Mac mac;
  copy_bytes(mac.octets, *octets);
  return mac;
}

}  // namespace lessor::net
