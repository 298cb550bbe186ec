#pragma once
// UDP datagrams in IPv4 in Ethernet frames: built in place before a payload, parsed into views. Who
// takes frames from a packet socket bypasses the kernel's checks, so all of them are here. Must not
// know: DHCP, sockets.

#include "net/datagram.h"

#include <cstdint>
#include <expected>
#include <string_view>

namespace lessor::net {

inline constexpr std::size_t kEthernetHeader = 14;
inline constexpr std::size_t kIp4Header = 20;  ///< without options
inline constexpr std::size_t kUdpHeader = 8;
inline constexpr std::size_t kFrameHeaders = kEthernetHeader + kIp4Header + kUdpHeader;

inline constexpr std::uint16_t kEtherTypeIp4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeVlan = 0x8100;
inline constexpr std::uint16_t kEtherTypeServiceVlan = 0x88a8;

/// Why a received frame or datagram was not taken. Each is counted; none is logged a packet.
enum class FrameRefusal : std::uint8_t {
  // Judged by the receiver, who knows the interface.
  other_host,  ///< the frame was addressed to another host's MAC (promiscuous interface)
  cut_short,   ///< longer than the receive slot
  not_for_us,  ///< its destination is neither an address of ours nor a broadcast: transit
  not_served,  ///< came by an interface that we do not serve
  // Judged by parse_frame(), in this order.
  truncated,         ///< ends within its Ethernet, IPv4 or UDP header, or before the IPv4 length
  vlan_tagged,       ///< belongs to a VLAN: that is another interface (priority tag 0 is allowed)
  not_ipv4,          ///< another protocol
  bad_ip_header,     ///< version, header length or total length make no sense
  bad_ip_checksum,   ///< the IPv4 header checksum is wrong
  fragment,          ///< a piece of a datagram; nothing here reassembles
  not_udp,           ///< another transport
  bad_source,        ///< a source that no host may have (RFC 1122 3.2.1.3), or a group MAC
  bad_udp_length,    ///< UDP length below 8 or beyond the IPv4 payload
  other_port,        ///< not the port asked for
  bad_udp_checksum,  ///< the UDP checksum is wrong
};
inline constexpr std::size_t kFrameRefusalCount = 15;

/// The refusal's name in counters and logs: "bad-udp-checksum".
[[nodiscard]] std::string_view name(FrameRefusal refusal);

/// What the kernel says of the UDP checksum.
enum class ChecksumState : std::uint8_t {
  verify,     ///< nothing: look ourselves
  valid,      ///< the kernel or the network card has verified it
  not_ready,  ///< sent on this machine; left for a network card to compute that it never met
  unsaid,  ///< nothing, perhaps of one that is not ready: look, and take what a sender leaves then
};

/// Checks everything that the kernel would have checked and returns the datagram, for destination
/// port `port`; its payload points into the frame, its interface is the caller's to fill in. Octets
/// after the IPv4 total length (Ethernet padding) are ignored; so are IPv4 options. Whether the
/// destination address is ours is the caller's question.
[[nodiscard]] std::expected<Datagram, FrameRefusal> parse_frame(Bytes frame, ChecksumState checksum,
                                                                std::uint16_t port);

/// The frame's EtherType, a priority tag skipped; 0 when the frame is too short.
[[nodiscard]] std::uint16_t ether_type(Bytes frame);

/// Whether an 802.1Q tag names a VLAN: VID 0 is a priority tag and names none.
[[nodiscard]] constexpr bool names_vlan(std::uint16_t tag_control) {
  return (tag_control & 0x0fffU) != 0;
}
/// Whether `mac` is a group address (broadcast or multicast): never a sender, never one host.
[[nodiscard]] constexpr bool is_group(const Mac& mac) {
  return (load_u8(mac.octets.data()) & 1U) != 0;
}

/// From and to for write_udp_frame().
struct UdpEndpoints {
  Mac source_mac;
  Mac destination_mac;
  Ip4 source;
  Ip4 destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
};

/// Writes Ethernet, IPv4 and UDP headers into the octets directly before a payload that stands at
/// `slot[headroom]`, `payload_size` octets long, and returns the whole frame, a part of `slot`.
/// DF is set, TTL 64, identification 0 (RFC 6864 4.1: atomic datagrams need none), real checksums.
/// Precondition: headroom >= kFrameHeaders and the payload lies within `slot`.
MutableBytes write_udp_frame(MutableBytes slot, std::size_t headroom, std::size_t payload_size,
                             const UdpEndpoints& endpoints);

}  // namespace lessor::net
