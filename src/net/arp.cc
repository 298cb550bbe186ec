#include "net/arp.h"

#include "base/check.h"

namespace lessor::net {
namespace {

constexpr std::uint16_t kHardwareEthernet = 1;
constexpr std::size_t kVlanTag = 4;

Mac read_mac(ByteReader& reader) {
  Mac mac;
  const Bytes octets = reader.bytes(mac.octets.size());
  copy_bytes(mac.octets, octets);
  return mac;
}

}  // namespace

MutableBytes write_arp_frame(MutableBytes room, const Mac& destination, const ArpPacket& packet) {
  ByteWriter writer(room);
  writer.bytes(destination.octets);
  writer.bytes(packet.sender_mac.octets);
  writer.be16(kEtherTypeArp);
  writer.be16(kHardwareEthernet);
  writer.be16(kEtherTypeIp4);
  writer.u8(6);
  writer.u8(4);
  writer.be16(static_cast<std::uint16_t>(packet.operation));
  writer.bytes(packet.sender_mac.octets);
  writer.be32(packet.sender_address.value);
  writer.bytes(packet.target_mac.octets);
  writer.be32(packet.target_address.value);
  CHECK(writer.ok());
  return writer.written();
}

std::expected<ArpPacket, FrameRefusal> parse_arp(Bytes payload) {
  ByteReader reader(payload);
  const bool ethernet = reader.be16() == kHardwareEthernet;
  const bool ipv4 = reader.be16() == kEtherTypeIp4;
  const bool sizes = reader.be16() == 0x0604;
  const std::uint16_t operation = reader.be16();
  ArpPacket packet;
  packet.operation = static_cast<ArpOperation>(operation);
  packet.sender_mac = read_mac(reader);
  packet.sender_address.value = reader.be32();
  packet.target_mac = read_mac(reader);
  packet.target_address.value = reader.be32();
  if (!reader.ok()) return std::unexpected(FrameRefusal::truncated);
  if (!ethernet || !ipv4 || !sizes || operation < 1 || operation > 2) {
    return std::unexpected(FrameRefusal::not_ipv4);
  }
  if (is_group(packet.sender_mac)) return std::unexpected(FrameRefusal::bad_source);
  return packet;
}

std::expected<ArpPacket, FrameRefusal> parse_arp_frame(Bytes frame) {
  const std::uint16_t type = ether_type(frame);
  if (frame.size() < kEthernetHeader) return std::unexpected(FrameRefusal::truncated);
  if (type == kEtherTypeVlan) return std::unexpected(FrameRefusal::vlan_tagged);
  if (type != kEtherTypeArp) return std::unexpected(FrameRefusal::not_ipv4);
  const bool tagged = load_be16(&frame[12]) == kEtherTypeVlan;
  return parse_arp(frame.subspan(kEthernetHeader + (tagged ? kVlanTag : 0)));
}

}  // namespace lessor::net
