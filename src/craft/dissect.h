#pragma once
// A captured Ethernet frame taken apart for people: net/frame.h accepts or refuses,
// this goes on as far as it can and says what is odd. Must not know: sockets, what DHCP means.

#include "net/arp.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lessor::craft {

/// What a checksum turned out to be.
enum class ChecksumVerdict : std::uint8_t {
  correct,
  wrong,
  absent,     ///< UDP only: zero, the sender did not compute one (RFC 768)
  offloaded,  ///< only the pseudo-header is summed: the sending host left the rest to its hardware
  unchecked,  ///< the datagram is not whole
};
/// "correct", "wrong", "absent", "left to the hardware", "not checked".
[[nodiscard]] std::string_view to_string(ChecksumVerdict state);

/// Ethernet II, with at most one 802.1Q tag.
struct EthernetLayer {
  net::Mac destination;
  net::Mac source;
  std::uint16_t type = 0;            ///< of what follows, behind the tag
  std::optional<std::uint16_t> tag;  ///< priority and VLAN
};

/// IPv4 (RFC 791). `length` is the total length as the header says.
struct Ip4Layer {
  net::Ip4 source;
  net::Ip4 destination;
  std::uint16_t length = 0;
  std::uint16_t id = 0;
  std::uint8_t ttl = 0;
  std::uint8_t protocol = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  std::uint32_t fragment_offset = 0;  ///< in octets; above 0, a later piece of a datagram
  ChecksumVerdict checksum = ChecksumVerdict::unchecked;

  [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset > 0; }
};

/// UDP (RFC 768). `length` counts the header too, as it says itself.
struct UdpLayer {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint16_t length = 0;
  std::uint16_t checksum_value = 0;
  ChecksumVerdict checksum = ChecksumVerdict::unchecked;
};

inline constexpr std::uint8_t kProtocolUdp = 17;

/// The layers that were there, outermost first. `payload` is what the innermost of them carries,
/// borrowed from the frame. `trouble` says why the next layer could not be read; empty when all is
/// well.
struct Dissection {
  std::optional<EthernetLayer> ethernet;
  std::optional<net::ArpPacket> arp;
  std::optional<Ip4Layer> ip;
  std::optional<UdpLayer> udp;
  Bytes payload;
  std::string trouble;

  /// Whether the ports are those of DHCP and the datagram is not a fragment.
  [[nodiscard]] bool is_dhcp() const;
};

/// Takes `frame` apart. Never reads outside of it; any bytes are welcome.
[[nodiscard]] Dissection dissect(Bytes frame);

}  // namespace lessor::craft
