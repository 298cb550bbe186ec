#include "wire/v4/kind_routes.h"

#include "base/text.h"

#include <bit>

namespace lessor::wire {
namespace {

/// RFC 3442: "the significant octets of the subnet number", as many as the width needs.
std::size_t significant_octets(std::uint8_t width) { return (width + 7U) / 8U; }

/// The bits that the significant octets cannot carry.
std::uint32_t lost_bits(const net::Prefix4& destination) {
  const std::size_t bits = 8 * significant_octets(destination.length);
  return bits == 32 ? 0 : destination.address.value & (~std::uint32_t{0} >> bits);
}

bool print_route(ByteReader& in, std::string& out) {
  Route route;
  if (!read_route(in, route)) return false;
  out += to_string(route.destination) + " - " + to_string(route.router);
  return true;
}

Complaint parse_route(std::string_view text, std::vector<std::byte>& out) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const std::string_view prefix_text = trim(text.substr(0, dash));
  const auto prefix = net::parse_prefix4(prefix_text);
  if (dash == text.size()) return is_not(text, "a route: it needs a destination and a router");
  if (!prefix) return is_not(prefix_text, "a destination with a prefix length");
  const std::string_view router_text = trim(text.substr(dash + 1));
  const auto router = net::parse_ip4(router_text);
  if (!router) return is_not(router_text, "the IPv4 address of a router");
  if (lost_bits(*prefix) != 0) {
    return is_not(prefix_text, "a network: did you mean " +
                                   to_string(net::Prefix4{prefix->network(), prefix->length}));
  }
  append_route({*prefix, *router}, out);
  return std::nullopt;
}

void random_route(Random& random, std::vector<std::byte>& out) {
  net::Prefix4 destination{{random.u32()}, static_cast<std::uint8_t>(random.below(33))};
  destination.address = destination.network();
  append_route({destination, {random.u32()}}, out);
}

/// The prefix length of a mask; nothing when its bits are not contiguous.
std::optional<std::uint8_t> length_of_mask(net::Ip4 mask) {
  const int length = std::countl_one(mask.value);
  if (net::Prefix4{{}, static_cast<std::uint8_t>(length)}.mask() != mask.value) return std::nullopt;
  return static_cast<std::uint8_t>(length);
}

/// "10.0.0.0, 255.0.0.0, 192.0.2.1": one triple in the form of a route.
Complaint parse_triple(PartScanner& parts, std::vector<std::byte>& out) {
  const std::string_view destination = parts.next();
  const std::string_view mask_text = parts.next();
  const auto mask = net::parse_ip4(mask_text);
  const auto length = mask ? length_of_mask(*mask) : std::nullopt;
  if (!length) return is_not(mask_text, "a mask");
  return parse_route(
      std::string(destination) + "/" + std::to_string(*length) + " - " + std::string(parts.next()),
      out);
}

bool print_route_list(ByteReader& in, std::string& out) {
  std::string text;
  while (!in.finished()) {
    if (!text.empty()) text += ", ";
    if (!print_route(in, text)) return false;
  }
  out += text;
  return true;
}

Complaint parse_route_list(std::string_view text, std::vector<std::byte>& out) {
  const bool triples = text.find_first_of("-/") == std::string_view::npos;
  PartScanner parts(text);
  while (!parts.at_end()) {
    Complaint wrong = triples ? parse_triple(parts, out) : parse_route(parts.next(), out);
    if (wrong) return "route " + std::to_string(parts.part()) + ": " + *wrong;
  }
  return std::nullopt;
}

void random_route_list(Random& random, std::vector<std::byte>& out) {
  for (std::uint32_t i = 1 + random.below(4); i > 0; --i) random_route(random, out);
}

}  // namespace

bool read_route(ByteReader& in, Route& route) {
  route.destination.length = in.u8();
  if (!in.ok() || route.destination.length > 32) return false;
  std::uint32_t address = 0;
  int shift = 24;
  for (const std::byte b : in.bytes(significant_octets(route.destination.length))) {
    address |= static_cast<std::uint32_t>(b) << shift;
    shift -= 8;
  }
  route.destination.address = {address};
  route.router = {in.be32()};
  return in.ok();
}

void append_route(const Route& route, std::vector<std::byte>& out) {
  const std::uint8_t width = route.destination.length;
  append_be(out, width, 1);
  const std::size_t octets = significant_octets(width);
  if (octets > 0) append_be(out, route.destination.address.value >> (32 - 8 * octets), octets);
  append_be(out, route.router.value, 4);
}

const ValueCodec kind::kRoute{
    "route", "10.0.0.0/8 - 192.0.2.1", 5, 9, false, print_route, parse_route, random_route};
const ValueCodec kind::kRouteList{
    "routes",         "10.0.0.0/8 - 192.0.2.1", 5, kAnySize, true, print_route_list,
    parse_route_list, random_route_list};

}  // namespace lessor::wire
