#include "relay/v4/agent_template.h"

#include "base/text.h"
#include "relay/v4/limits.h"

#include <algorithm>
#include <array>

namespace lessor::relay::v4 {

struct AgentTemplate::Placeholder {
  std::string_view name;
  Kind kind;
  bool has_raw;
};
constexpr AgentTemplate::Placeholder AgentTemplate::kPlaceholders[] = {
    {"interface", Kind::interface, false},  {"mac", Kind::mac, true},
    {"hostname", Kind::hostname, false},    {"vlan", Kind::vlan, true},
    {"outer-vlan", Kind::outer_vlan, true}, {"giaddr", Kind::giaddr, true},
    {"address", Kind::address, true},       {"client-mac", Kind::client_mac, true},
};

namespace {

constexpr std::string_view kRawSuffix = ".raw";

std::unexpected<TemplateError> wrong(std::size_t offset, std::string message) {
  return std::unexpected(TemplateError{offset, std::move(message)});
}

/// The octets of "0x0102ff"; the error is at the first character that is no digit.
std::expected<std::string, TemplateError> read_hexadecimal(std::string_view text) {
  const std::string_view digits = text.substr(2);
  const auto bad = std::ranges::find_if(digits, [](char c) {
    return std::string_view("0123456789abcdefABCDEF").find(c) == std::string_view::npos;
  });
  const auto offset = 2 + static_cast<std::size_t>(bad - digits.begin());
  if (bad != digits.end()) return wrong(offset, "no hexadecimal digit, though the text begins 0x");
  if (digits.empty()) return wrong(offset, "no digits follow 0x");
  if (digits.size() % 2 != 0) return wrong(text.size() - 1, "half an octet: write two digits each");
  const auto octets = from_hex(digits);
  if (!octets) return wrong(2, "no hexadecimal number");
  std::string result;
  for (const std::byte octet : *octets) result.push_back(static_cast<char>(octet));
  return result;
}

void write_text(std::string_view text, ByteWriter& out) { out.bytes(as_bytes(text)); }

constexpr std::string_view kDigits = "0123456789abcdef";

/// Octets as "02:00:0a", or as they are.
void write_octets(Bytes octets, bool raw, ByteWriter& out) {
  if (raw) return out.bytes(octets);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const std::uint8_t octet = load_u8(&octets[i]);
    if (i > 0) write_text(":", out);
    write_text(kDigits.substr(octet >> 4U, 1), out);
    write_text(kDigits.substr(octet & 15U, 1), out);
  }
}

void write_decimal(std::uint32_t value, ByteWriter& out) {
  std::array<char, 10> digits{};
  std::size_t count = 0;
  do {
    digits[count++] = kDigits[value % 10];
    value /= 10;
  } while (value > 0);
  while (count > 0) write_text({&digits[--count], 1}, out);
}

void write_number(std::uint16_t value, bool raw, ByteWriter& out) {
  raw ? out.be16(value) : write_decimal(value, out);
}

void write_address(net::Ip4 address, bool raw, ByteWriter& out) {
  if (raw) return out.be32(address.value);
  for (std::uint32_t shift = 32; shift > 0; shift -= 8) {
    if (shift < 32) write_text(".", out);
    write_decimal(address.value >> (shift - 8) & 0xffU, out);
  }
}

}  // namespace

std::expected<AgentTemplate, TemplateError> AgentTemplate::read(std::string_view text) {
  AgentTemplate result;
  result.text_ = text;
  if (text.empty()) return wrong(0, "an empty template says nothing: leave it out");
  if (text.size() > kMaxAgentInfo * 2) return wrong(kMaxAgentInfo * 2, "too long for option 82");
  if (text.starts_with("0x")) {
    auto octets = read_hexadecimal(text);
    if (!octets) return std::unexpected(octets.error());
    result.parts_.push_back({.text = std::move(*octets)});
    return result;
  }
  for (std::size_t at = 0; at < text.size();) {
    const bool brace = text[at] == '{' || text[at] == '}';
    const bool doubled = brace && at + 1 < text.size() && text[at + 1] == text[at];
    if (!brace || doubled) {
      result.add_literal(text[at]);
      at += doubled ? 2 : 1;
      continue;
    }
    if (text[at] == '}') return wrong(at, "'}' without '{': write '}}' for a brace");
    const auto next = result.read_placeholder(text, at);
    if (!next) return std::unexpected(next.error());
    at = *next;
  }
  if (result.parts_.size() > kMaxTemplateParts) return wrong(0, "too many placeholders");
  return result;
}

void AgentTemplate::add_literal(char c) {
  if (parts_.empty() || parts_.back().kind != Kind::literal) parts_.push_back({});
  parts_.back().text.push_back(c);
}

/// Reads the placeholder that begins at `open`; gives the offset behind it.
std::expected<std::size_t, TemplateError> AgentTemplate::read_placeholder(std::string_view text,
                                                                          std::size_t open) {
  const std::size_t close = text.find('}', open);
  if (close == std::string_view::npos)
    return wrong(open, "'{' without '}': write '{{' for a brace");
  std::string_view name = text.substr(open + 1, close - open - 1);
  const bool raw = name.ends_with(kRawSuffix);
  if (raw) name.remove_suffix(kRawSuffix.size());
  std::vector<std::string_view> names;
  for (const Placeholder& placeholder : kPlaceholders) {
    names.push_back(placeholder.name);
    if (placeholder.name != name) continue;
    if (raw && !placeholder.has_raw) return wrong(open, "this placeholder is text: leave out .raw");
    parts_.push_back({.kind = placeholder.kind, .raw = raw, .text = {}});
    return close + 1;
  }
  std::string message = "unknown placeholder '" + sanitise(as_bytes(name), 30) + "'";
  if (const auto hint = nearest(name, names)) {
    return wrong(open + 1, message + " (did you mean '" + std::string(*hint) + "'?)");
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    message += (i == 0 ? "; there are " : ", ") + std::string(names[i]);
  }
  return wrong(open + 1, message);
}

bool AgentTemplate::names(Kind kind) const {
  return std::ranges::any_of(parts_, [kind](const Part& part) { return part.kind == kind; });
}
bool AgentTemplate::names_client() const { return names(Kind::client_mac); }
bool AgentTemplate::names_vlan() const { return names(Kind::vlan); }
bool AgentTemplate::names_outer_vlan() const { return names(Kind::outer_vlan); }

void AgentTemplate::write(const TemplateValues& values, ByteWriter& out) const {
  for (const Part& part : parts_) write_part(part, values, out);
}

void AgentTemplate::write_part(const Part& part, const TemplateValues& values, ByteWriter& out) {
  switch (part.kind) {
    case Kind::literal:
      return write_text(part.text, out);
    case Kind::interface:
      return write_text(values.interface, out);
    case Kind::mac:
      return write_octets(values.mac.octets, part.raw, out);
    case Kind::hostname:
      return write_text(values.hostname, out);
    case Kind::vlan:
      return write_number(values.vlan, part.raw, out);
    case Kind::outer_vlan:
      return write_number(values.outer_vlan, part.raw, out);
    case Kind::giaddr:
      return write_address(values.giaddr, part.raw, out);
    case Kind::address:
      return write_address(values.address, part.raw, out);
    case Kind::client_mac:
      return write_octets(values.client.bytes(), part.raw, out);
  }
}

}  // namespace lessor::relay::v4
