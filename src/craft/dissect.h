#pragma once
// A captured frame taken apart for people: net/frame.h accepts or refuses, this goes on as far as
// it can and says what is odd. Must not know: sockets, what DHCP means.

#include "craft/packet/layer_table.h"
#include "net/arp.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace lessor::craft {

/// What a captured frame begins with.
enum class LinkType : std::uint8_t {
  ethernet,
  raw_ip,   ///< an IPv4 datagram without a link layer (tun, LINKTYPE_RAW)
  cooked,   ///< Linux cooked capture (LINKTYPE_LINUX_SLL)
  cooked2,  ///< its version 2 (LINKTYPE_LINUX_SLL2)
};
/// "ethernet", "raw", "cooked", "cooked2".
[[nodiscard]] std::string_view to_string(LinkType link);
[[nodiscard]] std::optional<LinkType> find_link_type(std::string_view name);

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

/// Ethernet II. Of several 802.1Q tags, the first.
struct EthernetLayer {
  net::Mac destination;
  net::Mac source;
  std::uint16_t type = 0;            ///< of what follows, behind the tags
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

inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;

/// Where a layer's header lies in the frame.
struct LayerSpan {
  Layer layer = Layer::ethernet;
  std::size_t offset = 0;
  std::size_t size = 0;
};
/// Link, two tags, IPv4, UDP, BOOTP. What lies behind more tags is not looked at.
inline constexpr std::size_t kMaxLayers = 6;
inline constexpr std::size_t kMaxTags = 2;

/// The layers that were there, outermost first. `payload` is what the innermost of them carries,
/// borrowed from the frame; of DHCP the whole message, its header too. `trouble` says why the next
/// layer could not be read; empty when all is well.
struct Dissection {
  LinkType link = LinkType::ethernet;
  Bytes frame;  ///< all of it, borrowed
  std::array<LayerSpan, kMaxLayers> spans{};
  std::size_t span_count = 0;
  std::optional<EthernetLayer> ethernet;
  std::optional<net::ArpPacket> arp;
  std::optional<Ip4Layer> ip;
  std::optional<UdpLayer> udp;
  Bytes payload;
  std::string trouble;

  /// Whether the ports are those of DHCP and the datagram is not a fragment.
  [[nodiscard]] bool is_dhcp() const;
  /// The headers that were read whole, outermost first; BOOTP's when is_dhcp() and it is whole.
  [[nodiscard]] std::span<const LayerSpan> layers() const& { return {spans.data(), span_count}; }
  void layers() const&& = delete;  // the spans would be gone
  /// A layer's header. Precondition: `span` is one of layers().
  [[nodiscard]] Bytes header(const LayerSpan& span) const {
    return frame.subspan(span.offset, span.size);
  }
};

/// Takes `frame` apart. Never reads outside of it; any bytes are welcome.
[[nodiscard]] Dissection dissect(Bytes frame, LinkType link = LinkType::ethernet);

}  // namespace lessor::craft
