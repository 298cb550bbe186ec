#pragma once
// ARP for IPv4 over Ethernet (RFC 826) as address conflict detection uses it (RFC 5227). Must not
// know: who asks, and what an answer means.

#include "net/frame.h"

namespace lessor::net {

enum class ArpOperation : std::uint16_t { request = 1, reply = 2 };

/// One ARP packet in RFC 826's fields.
struct ArpPacket {
  ArpOperation operation = ArpOperation::request;
  Mac sender_mac;
  Ip4 sender_address;
  Mac target_mac;
  Ip4 target_address;
  friend bool operator==(const ArpPacket&, const ArpPacket&) = default;
};

/// An ARP frame without padding; the network card pads it to 60 octets.
inline constexpr std::size_t kArpFrame = kEthernetHeader + 28;

/// RFC 5227 1.1: an ARP Probe, "an ARP Request packet ... with an all-zero 'sender IP address'";
/// the target hardware address SHOULD be zero.
[[nodiscard]] constexpr ArpPacket arp_probe(const Mac& sender, Ip4 address) {
  return {.sender_mac = sender, .target_address = address};
}

/// The request for `address` by `mac` from `sender`: a probe from 0.0.0.0, an announcement (RFC
/// 5227 1.1) from `address` itself.
[[nodiscard]] constexpr ArpPacket arp_question(const Mac& mac, Ip4 sender, Ip4 address) {
  return {.sender_mac = mac, .sender_address = sender, .target_address = address};
}

/// Writes `packet` in an Ethernet frame for `destination` from the packet's sender, into the front
/// of `room`, and returns the frame. Precondition: room.size() >= kArpFrame.
MutableBytes write_arp_frame(MutableBytes room, const Mac& destination, const ArpPacket& packet);

/// Reads what an ARP frame carries. Refused: truncated, not_ipv4 (not IPv4 over Ethernet, or
/// neither request nor reply) and bad_source (group MAC).
[[nodiscard]] std::expected<ArpPacket, FrameRefusal> parse_arp(Bytes payload);
/// Reads an ARP frame (a priority tag is allowed). Refused: as parse_arp(), also vlan_tagged,
/// and not_ipv4 when it is not ARP.
[[nodiscard]] std::expected<ArpPacket, FrameRefusal> parse_arp_frame(Bytes frame);

}  // namespace lessor::net
