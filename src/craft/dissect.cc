#include "craft/dissect.h"

#include "net/checksum.h"
#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::uint16_t kEtherTypeMin = 0x0600;  // below: an IEEE 802.3 length

net::Mac read_mac(ByteReader& in) {
  net::Mac mac;
  const Bytes octets = in.bytes(mac.octets.size());
  copy_bytes(mac.octets, octets);
  return mac;
}

ChecksumVerdict check_udp(Bytes datagram, const Ip4Layer& ip, std::uint16_t value) {
  if (value == 0) return ChecksumVerdict::absent;
  std::byte pseudo[12];
  ByteWriter out(pseudo);
  out.be32(ip.source.value);
  out.be32(ip.destination.value);
  out.be16(ip.protocol);
  out.be16(static_cast<std::uint16_t>(datagram.size()));
  const std::uint64_t sum = net::checksum_add(0, pseudo);
  if (net::internet_checksum(net::checksum_add(sum, datagram)) == 0)
    return ChecksumVerdict::correct;
  // A sender that leaves the rest to its hardware stores the sum itself, not its complement.
  const auto stored = static_cast<std::uint16_t>(~net::internet_checksum(sum));
  return value == stored ? ChecksumVerdict::offloaded : ChecksumVerdict::wrong;
}

bool read_ethernet(Bytes frame, Dissection& out) {
  ByteReader in(frame);
  EthernetLayer layer{.destination = read_mac(in), .source = read_mac(in), .type = in.be16()};
  if (in.ok() && layer.type == net::kEtherTypeVlan) {
    layer.tag = in.be16();
    layer.type = in.be16();
  }
  out.payload = frame;
  if (!in.ok()) {
    out.trouble = "too short for an Ethernet header (" + std::to_string(frame.size()) + " octets)";
    return false;
  }
  out.ethernet = layer;
  out.payload = in.rest();
  if (layer.type < kEtherTypeMin) out.trouble = "an IEEE 802.3 frame, not Ethernet II";
  return out.trouble.empty();
}

void read_arp(Bytes frame, Dissection& out) {
  const auto arp = net::parse_arp_frame(frame);
  if (arp) {
    out.arp = *arp;
    out.payload = {};
  } else {
    out.trouble = "ARP that is broken, or not for IPv4 over Ethernet";
  }
}

bool read_ip(Dissection& out) {
  const Bytes all = out.payload;
  ByteReader in(all);
  const std::uint8_t version_and_length = in.u8();
  const std::size_t header = std::size_t{version_and_length & 0x0fU} * 4;
  (void)in.u8();  // type of service
  Ip4Layer ip{.length = in.be16(), .id = in.be16()};
  const std::uint16_t fragment = in.be16();
  ip.dont_fragment = (fragment & 0x4000U) != 0;
  ip.more_fragments = (fragment & 0x2000U) != 0;
  ip.fragment_offset = (fragment & 0x1fffU) * 8U;
  ip.ttl = in.u8();
  ip.protocol = in.u8();
  (void)in.be16();  // checksum: summed with the rest
  ip.source = {in.be32()};
  ip.destination = {in.be32()};
  if (!in.ok() || header > all.size()) {
    out.trouble = "IPv4, cut short inside its header";
  } else if (version_and_length >> 4 != 4 || header < net::kIp4Header || ip.length < header) {
    out.trouble = "an IPv4 header that contradicts itself";
  }
  if (!out.trouble.empty()) return false;
  const bool correct = net::internet_checksum(net::checksum_add(0, all.first(header))) == 0;
  ip.checksum = correct ? ChecksumVerdict::correct : ChecksumVerdict::wrong;
  out.ip = ip;
  // What lies behind the total length is padding to Ethernet's minimum.
  const std::size_t there = std::min<std::size_t>(ip.length, all.size());
  out.payload = all.subspan(header, there - header);
  if (there < ip.length) {
    out.trouble = "IPv4 says " + std::to_string(ip.length) + " octets, the capture holds " +
                  std::to_string(there);
  }
  return true;
}

void read_udp(Dissection& out) {
  const Bytes all = out.payload;
  ByteReader in(all);
  UdpLayer udp{.source_port = in.be16(),
               .destination_port = in.be16(),
               .length = in.be16(),
               .checksum_value = in.be16()};
  if (!in.ok()) {
    out.trouble = "UDP, cut short inside its header";
    return;
  }
  // A capture that is cut short was told of before; a first fragment holds less than it begins.
  const bool carries_less =
      udp.length > all.size() && out.trouble.empty() && !out.ip->more_fragments;
  if (udp.length < net::kUdpHeader || carries_less) {
    out.trouble = "UDP says " + std::to_string(udp.length) + " octets, IPv4 carries " +
                  std::to_string(all.size());
  }
  const bool whole = out.trouble.empty() && !out.ip->is_fragment();
  if (whole) udp.checksum = check_udp(all.first(udp.length), *out.ip, udp.checksum_value);
  out.payload = all.subspan(net::kUdpHeader,
                            whole ? udp.length - net::kUdpHeader : all.size() - net::kUdpHeader);
  out.udp = udp;
}

}  // namespace

std::string_view to_string(ChecksumVerdict state) {
  switch (state) {
    case ChecksumVerdict::correct:
      return "correct";
    case ChecksumVerdict::wrong:
      return "wrong";
    case ChecksumVerdict::absent:
      return "absent";
    case ChecksumVerdict::offloaded:
      return "left to the hardware";
    case ChecksumVerdict::unchecked:
      return "not checked";
  }
  return "";
}

bool Dissection::is_dhcp() const {
  const auto of_dhcp = [](std::uint16_t port) {
    return port == wire::kServerPort || port == wire::kClientPort;
  };
  return udp && !ip->is_fragment() && of_dhcp(udp->destination_port);
}

Dissection dissect(Bytes frame) {
  Dissection out;
  if (!read_ethernet(frame, out)) return out;
  if (out.ethernet->type == net::kEtherTypeArp) {
    read_arp(frame, out);
  } else if (out.ethernet->type == net::kEtherTypeIp4 && read_ip(out) &&
             out.ip->protocol == kProtocolUdp && out.ip->fragment_offset == 0) {
    read_udp(out);  // a later piece of a datagram has no UDP header
  }
  return out;
}

}  // namespace lessor::craft
