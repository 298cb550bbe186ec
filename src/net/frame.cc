#include "net/frame.h"

#include "base/check.h"
#include "net/checksum.h"

#include <array>
#include <bit>

namespace lessor::net {
namespace {

constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kTimeToLive = 64;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint16_t kFragmentOffset = 0x1fff;
constexpr std::size_t kVlanTag = 4;

constexpr std::array<std::string_view, kFrameRefusalCount> kNames{
    "other-host",  "cut-short",  "not-for-us",     "not-served",      "truncated",
    "vlan-tagged", "not-ipv4",   "bad-ip-header",  "bad-ip-checksum", "fragment",
    "not-udp",     "bad-source", "bad-udp-length", "other-port",      "bad-udp-checksum"};

Mac load_mac(const std::byte* at) {
  Mac mac;
  copy_bytes(mac.octets, {at, mac.octets.size()});
  return mac;
}

/// RFC 1122 3.2.1.3: a source is never a broadcast, multicast (or reserved) or loopback address;
/// 0.0.0.0 is what a host has before it has an address.
bool may_be_source(Ip4 address) {
  const std::uint32_t first_octet = address.value >> 24;
  return first_octet < 224 && first_octet != 127;
}

/// RFC 768: the pseudo header of source, destination, protocol and UDP length.
std::uint64_t pseudo_header_sum(Ip4 source, Ip4 destination, std::uint16_t udp_length) {
  return std::uint64_t{source.value} + destination.value + kProtocolUdp + udp_length;
}

/// Whether the header, checksum included, adds up. It is so many words of four octets.
bool header_adds_up(Bytes header) {
  const Bytes options = header.subspan(kIp4Header);
  std::uint64_t sum = options.empty() ? 0 : checksum_add(0, options);
  for (std::size_t at = 0; at < kIp4Header; at += 4) sum += load_be32(&header[at]);
  return internet_checksum(sum) == 0;
}

/// The IPv4 datagram inside `frame`, or why there is none.
std::expected<Bytes, FrameRefusal> find_ip4(Bytes frame) {
  if (frame.size() < kEthernetHeader) return std::unexpected(FrameRefusal::truncated);
  std::uint16_t type = load_be16(&frame[12]);
  std::size_t header = kEthernetHeader;
  if (type == kEtherTypeVlan) {
    if (frame.size() < kEthernetHeader + kVlanTag) return std::unexpected(FrameRefusal::truncated);
    if (names_vlan(load_be16(&frame[14]))) return std::unexpected(FrameRefusal::vlan_tagged);
    type = load_be16(&frame[16]);
    header += kVlanTag;
  }
  // A tag within a priority tag, or a provider's tag, is a VLAN whatever it says.
  if (type == kEtherTypeVlan || type == kEtherTypeServiceVlan) {
    return std::unexpected(FrameRefusal::vlan_tagged);
  }
  if (type != kEtherTypeIp4) return std::unexpected(FrameRefusal::not_ipv4);
  return frame.subspan(header);
}

/// Checks the IPv4 header and returns the whole UDP datagram behind it.
std::expected<Bytes, FrameRefusal> find_udp(Bytes ip) {
  if (ip.size() < kIp4Header) return std::unexpected(FrameRefusal::truncated);
  const std::size_t header = (load_u8(&ip[0]) & 0x0fU) * std::size_t{4};
  const std::size_t total = load_be16(&ip[2]);
  if (load_u8(&ip[0]) >> 4 != 4 || header < kIp4Header || total < header) {
    return std::unexpected(FrameRefusal::bad_ip_header);
  }
  if (total > ip.size()) return std::unexpected(FrameRefusal::truncated);
  if (!header_adds_up(ip.first(header))) return std::unexpected(FrameRefusal::bad_ip_checksum);
  if ((load_be16(&ip[6]) & (kMoreFragments | kFragmentOffset)) != 0) {
    return std::unexpected(FrameRefusal::fragment);
  }
  if (load_u8(&ip[9]) != kProtocolUdp) return std::unexpected(FrameRefusal::not_udp);
  if (!may_be_source({load_be32(&ip[12])})) return std::unexpected(FrameRefusal::bad_source);
  return ip.subspan(header, total - header);
}

bool checksum_holds(const Datagram& parsed, Bytes transport, ChecksumState state) {
  const std::uint16_t said = load_be16(&transport[6]);
  if (said == 0) return true;  // RFC 768: the sender made none
  const auto length = static_cast<std::uint16_t>(transport.size());
  const std::uint64_t sum = pseudo_header_sum(parsed.source, parsed.destination, length);
  if (internet_checksum(checksum_add(sum, transport)) == 0) return true;
  // Who leaves the rest to a network card puts the pseudo header's sum there.
  return state == ChecksumState::unsaid && said == (0xffff ^ internet_checksum(sum));
}

constexpr std::uint32_t to_network_order(std::uint32_t word) {
  return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}

void write_ip4_header(MutableBytes header, std::size_t total, const UdpEndpoints& endpoints) {
  // Version 4, five words, best effort; no identification; RFC 1071: words of any size may be
  // added.
  std::array<std::uint32_t, 5> words{
      0x45000000U | static_cast<std::uint16_t>(total),
      kDontFragment,
      std::uint32_t{kTimeToLive} << 24 | std::uint32_t{kProtocolUdp} << 16,
      endpoints.source.value,
      endpoints.destination.value,
  };
  std::uint64_t sum = 0;
  for (std::uint32_t& word : words) {
    sum += word;
    word = to_network_order(word);
  }
  copy_bytes(header, std::as_bytes(std::span(words)));
  store_be16(&header[10], internet_checksum(sum));
}

void write_udp_header(MutableBytes datagram, const UdpEndpoints& endpoints) {
  const auto length = static_cast<std::uint16_t>(datagram.size());
  store_be16(&datagram[0], endpoints.source_port);
  store_be16(&datagram[2], endpoints.destination_port);
  store_be16(&datagram[4], length);
  store_be16(&datagram[6], 0);
  const std::uint64_t sum = pseudo_header_sum(endpoints.source, endpoints.destination, length);
  const std::uint16_t checksum = internet_checksum(checksum_add(sum, datagram));
  // RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
  store_be16(&datagram[6], checksum == 0 ? std::uint16_t{0xffff} : checksum);
}

}  // namespace

std::string_view name(FrameRefusal refusal) { return kNames[static_cast<std::size_t>(refusal)]; }

std::expected<Datagram, FrameRefusal> parse_frame(Bytes frame, ChecksumState checksum,
                                                  std::uint16_t port) {
  const auto ip = find_ip4(frame);
  if (!ip) return std::unexpected(ip.error());
  const auto transport = find_udp(*ip);
  if (!transport) return std::unexpected(transport.error());
  Datagram parsed{.source = {load_be32(&(*ip)[12])},
                  .destination = {load_be32(&(*ip)[16])},
                  .framed = true,
                  .source_mac = load_mac(&frame[6]),
                  .destination_mac = load_mac(&frame[0])};
  if (is_group(parsed.source_mac)) return std::unexpected(FrameRefusal::bad_source);
  if (transport->size() < kUdpHeader) return std::unexpected(FrameRefusal::bad_udp_length);
  const std::size_t length = load_be16(&(*transport)[4]);
  if (length < kUdpHeader || length > transport->size()) {
    return std::unexpected(FrameRefusal::bad_udp_length);
  }
  const Bytes datagram = transport->first(length);
  parsed.source_port = load_be16(&datagram[0]);
  parsed.destination_port = load_be16(&datagram[2]);
  parsed.payload = datagram.subspan(kUdpHeader);
  if (parsed.destination_port != port) return std::unexpected(FrameRefusal::other_port);
  const bool look = checksum == ChecksumState::verify || checksum == ChecksumState::unsaid;
  if (look && !checksum_holds(parsed, datagram, checksum)) {
    return std::unexpected(FrameRefusal::bad_udp_checksum);
  }
  return parsed;
}

std::uint16_t ether_type(Bytes frame) {
  if (frame.size() < kEthernetHeader) return 0;
  const std::uint16_t type = load_be16(&frame[12]);
  if (type != kEtherTypeVlan || frame.size() < kEthernetHeader + kVlanTag) return type;
  return names_vlan(load_be16(&frame[14])) ? type : load_be16(&frame[16]);
}

MutableBytes write_udp_frame(MutableBytes slot, std::size_t headroom, std::size_t payload_size,
                             const UdpEndpoints& endpoints) {
  CHECK(headroom >= kFrameHeaders && headroom + payload_size <= slot.size());
  CHECK(payload_size <= 0xffff - kIp4Header - kUdpHeader);
  const MutableBytes frame = slot.subspan(headroom - kFrameHeaders, kFrameHeaders + payload_size);
  copy_bytes(frame, endpoints.destination_mac.octets);
  copy_bytes(frame.subspan(6), endpoints.source_mac.octets);
  store_be16(&frame[12], kEtherTypeIp4);
  const MutableBytes ip = frame.subspan(kEthernetHeader);
  write_ip4_header(ip.first(kIp4Header), ip.size(), endpoints);
  write_udp_header(ip.subspan(kIp4Header), endpoints);
  return frame;
}

}  // namespace lessor::net
