#include "craft/dissect.h"

#include "net/checksum.h"
#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kTagSize = 4;
constexpr std::uint16_t kEtherTypeMin = 0x0600;  // below: an IEEE 802.3 length

bool is_tag(std::uint16_t type) {
  return type == net::kEtherTypeVlan || type == net::kEtherTypeServiceVlan;
}

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

/// Notes that `size` octets of `layer` stand at the front of the payload.
void note_layer(Dissection& out, Layer layer, Bytes frame, std::size_t size) {
  if (out.span_count == kMaxLayers) return;
  const auto offset = static_cast<std::size_t>(out.payload.data() - frame.data());
  out.spans[out.span_count++] = {.layer = layer, .offset = offset, .size = size};
}

/// Takes 802.1Q tags off the payload; `type` becomes that of what follows.
void read_tags(Bytes frame, std::uint16_t& type, Dissection& out) {
  for (std::size_t i = 0; i < kMaxTags && is_tag(type); ++i) {
    ByteReader in(out.payload);
    const std::uint16_t tag = in.be16();
    const std::uint16_t inner = in.be16();
    if (!in.ok()) {
      out.trouble = "a VLAN tag, cut short";
      return;
    }
    note_layer(out, Layer::vlan, frame, kTagSize);
    if (out.ethernet && !out.ethernet->tag) out.ethernet->tag = tag;
    type = inner;
    out.payload = in.rest();
  }
  if (is_tag(type)) out.trouble = "more VLAN tags than two";
}

/// The EtherType of what follows; nothing when the frame ends before, or is of another kind.
std::optional<std::uint16_t> read_ethernet(Bytes frame, Dissection& out) {
  ByteReader in(frame);
  EthernetLayer layer{.destination = read_mac(in), .source = read_mac(in), .type = in.be16()};
  if (!in.ok()) {
    out.trouble = "too short for an Ethernet header (" + std::to_string(frame.size()) + " octets)";
    return std::nullopt;
  }
  note_layer(out, Layer::ethernet, frame, net::kEthernetHeader);
  out.ethernet = layer;
  out.payload = in.rest();
  read_tags(frame, layer.type, out);
  out.ethernet->type = layer.type;
  if (layer.type < kEtherTypeMin) out.trouble = "an IEEE 802.3 frame, not Ethernet II";
  return out.trouble.empty() ? std::optional(layer.type) : std::nullopt;
}

std::optional<std::uint16_t> read_cooked(Bytes frame, Layer which, Dissection& out) {
  const LayerRow& row = layer_row(which);
  if (frame.size() < row.size) {
    out.trouble = "too short for a cooked header (" + std::to_string(frame.size()) + " octets)";
    return std::nullopt;
  }
  note_layer(out, which, frame, row.size);
  std::uint16_t type = load_be16(&frame[which == Layer::cooked ? 14 : 0]);
  out.payload = frame.subspan(row.size);
  read_tags(frame, type, out);
  return out.trouble.empty() ? std::optional(type) : std::nullopt;
}

std::optional<std::uint16_t> read_link(Bytes frame, Dissection& out) {
  switch (out.link) {
    case LinkType::ethernet:
      return read_ethernet(frame, out);
    case LinkType::cooked:
      return read_cooked(frame, Layer::cooked, out);
    case LinkType::cooked2:
      return read_cooked(frame, Layer::cooked2, out);
    case LinkType::raw_ip:
      return net::kEtherTypeIp4;
  }
  return std::nullopt;
}

void read_arp(Bytes frame, Dissection& out) {
  const Bytes all = out.payload;
  const auto arp = net::parse_arp(all);
  if (!arp) {
    out.trouble = "ARP that is broken, or not for IPv4 over Ethernet";
    return;
  }
  const std::size_t size = layer_row(Layer::arp).size;
  note_layer(out, Layer::arp, frame, size);
  out.arp = *arp;
  out.payload = {};
}

bool read_ip(Bytes frame, Dissection& out) {
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
  note_layer(out, Layer::ip, frame, header);
  // What lies behind the total length is padding to Ethernet's minimum.
  const std::size_t there = std::min<std::size_t>(ip.length, all.size());
  out.payload = all.subspan(header, there - header);
  if (there < ip.length) {
    out.trouble = "IPv4 says " + std::to_string(ip.length) + " octets, the capture holds " +
                  std::to_string(there);
  }
  return true;
}

void read_udp(Bytes frame, Dissection& out) {
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
  note_layer(out, Layer::udp, frame, net::kUdpHeader);
  const bool whole = out.trouble.empty() && !out.ip->is_fragment();
  if (whole) udp.checksum = check_udp(all.first(udp.length), *out.ip, udp.checksum_value);
  out.payload = all.subspan(net::kUdpHeader,
                            whole ? udp.length - net::kUdpHeader : all.size() - net::kUdpHeader);
  out.udp = udp;
  if (out.is_dhcp() && out.payload.size() >= wire::kHeaderSize) {
    note_layer(out, Layer::bootp, frame, wire::kHeaderSize);
  }
}

void read_icmp(Bytes frame, Dissection& out) {
  const std::size_t size = layer_row(Layer::icmp).size;
  if (out.payload.size() < size) {
    out.trouble = "ICMP, cut short inside its header";
    return;
  }
  note_layer(out, Layer::icmp, frame, size);
  out.payload = out.payload.subspan(size);
}

void read_tcp(Bytes frame, Dissection& out) {
  const Bytes all = out.payload;
  const std::size_t least = layer_row(Layer::tcp).size;
  const std::size_t size = all.size() < least ? 0 : std::size_t{load_u8(&all[12])} / 16 * 4;
  if (size < least || size > all.size()) {
    out.trouble = "TCP, cut short inside its header, or with a header that contradicts itself";
    return;
  }
  note_layer(out, Layer::tcp, frame, size);
  out.payload = all.subspan(size);
}

/// What IPv4 carries. A later piece of a datagram has no header of it.
void read_transport(Bytes frame, Dissection& out) {
  if (out.ip->fragment_offset > 0) return;
  if (out.ip->protocol == kProtocolUdp) read_udp(frame, out);
  if (out.ip->protocol == kProtocolIcmp) read_icmp(frame, out);
  if (out.ip->protocol == kProtocolTcp) read_tcp(frame, out);
}

constexpr std::pair<LinkType, std::string_view> kLinkNames[] = {{LinkType::ethernet, "ethernet"},
                                                                {LinkType::raw_ip, "raw"},
                                                                {LinkType::cooked, "cooked"},
                                                                {LinkType::cooked2, "cooked2"}};

}  // namespace

std::string_view to_string(LinkType link) {
  return kLinkNames[static_cast<std::size_t>(link)].second;
}

std::optional<LinkType> find_link_type(std::string_view name) {
  for (const auto& [link, its_name] : kLinkNames) {
    if (name == its_name) return link;
  }
  return std::nullopt;
}

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

Dissection dissect(Bytes frame, LinkType link) {
  Dissection out;  // an initialiser would first clear all of it, what is not there too
  out.link = link;
  out.frame = out.payload = frame;
  const auto type = read_link(frame, out);
  if (!type) return out;
  if (*type == net::kEtherTypeArp) {
    read_arp(frame, out);
  } else if (*type == net::kEtherTypeIp4 && read_ip(frame, out)) {
    read_transport(frame, out);
  }
  return out;
}

}  // namespace lessor::craft
