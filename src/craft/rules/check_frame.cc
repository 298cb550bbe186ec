#include "base/text.h"
#include "craft/rules/checks.h"
#include "net/checksum.h"
#include "net/frame.h"

#include <algorithm>

namespace lessor::craft {
namespace {

/// The shortest frame that Ethernet carries, without and with its checksum: shorter ones are
/// filled up.
constexpr std::size_t kEthernetMin = 60;
constexpr std::size_t kEthernetMinWithChecksum = 64;

bool is_multicast(net::Ip4 address) { return address.value >> 28 == 0xe; }

std::string hex16(std::uint16_t value) {
  std::byte octets[2];
  store_be16(octets, value);
  return "0x" + to_hex(octets);
}

void check_ethernet(const LayerSpan& span, const Dissection& d, FaultList& faults) {
  if (net::is_group(d.ethernet->source)) {
    faults.field(Severity::violation, span, "src", "a frame cannot come from a group address",
                 "IEEE 802.3");
  }
  const bool to_all = d.ethernet->destination == net::kMacBroadcast;
  if (!d.ip || !to_all) return;
  const net::Ip4 to = d.ip->destination;
  // A directed broadcast looks like any address: its last octet is all that tells.
  if (to == net::kIp4Broadcast || is_multicast(to) || (to.value & 0xff) == 0xff) return;
  faults.field(Severity::note, span, "dst",
               "the frame goes to everybody, the datagram in it only to " + net::to_string(to),
               "RFC 1122 3.3.6");
}

void check_ip(Bytes frame, const LayerSpan& span, const Ip4Layer& ip, FaultList& faults) {
  const Bytes header = frame.subspan(span.offset, span.size);
  if (ip.checksum == ChecksumVerdict::wrong) {
    std::vector<std::byte> fixed(header.begin(), header.end());
    store_be16(&fixed[10], 0);
    const std::uint16_t right = net::internet_checksum(net::checksum_add(0, fixed));
    faults.field(Severity::malformed, span, "checksum",
                 "the IPv4 header checksum is wrong: it should be " + hex16(right), "RFC 791 3.1");
  }
  if ((load_u8(&header[6]) & 0x80U) != 0) {
    faults.field(Severity::violation, span, "reserved", "a reserved bit is set", "RFC 791 3.1");
  }
  if (ip.is_fragment()) {
    faults.field(Severity::note, span, "offset",
                 "a fragment of a datagram: what it carries is not looked at", "RFC 791 3.2");
  }
  if (ip.ttl == 0) {
    faults.field(Severity::violation, span, "ttl", "a time to live of 0 is never sent",
                 "RFC 1122 3.2.1.7");
  }
  if (ip.source == net::kIp4Broadcast || is_multicast(ip.source)) {
    faults.field(Severity::violation, span, "src",
                 "a datagram cannot come from " + net::to_string(ip.source), "RFC 1122 3.2.1.3");
  }
}

/// Octets behind the datagram that are no filling up to Ethernet's shortest frame.
void check_trailer(Bytes frame, const LayerSpan& ip, const Dissection& d, FaultList& faults) {
  const std::size_t end = ip.offset + d.ip->length;
  if (end >= frame.size()) return;
  const std::size_t behind = frame.size() - end;
  const bool filled_up =
      frame.size() <= kEthernetMin || frame.size() == std::max(end, kEthernetMin) + 4;
  if (filled_up || frame.size() <= kEthernetMinWithChecksum) return;
  faults.place(Severity::note, std::nullopt, end,
               std::to_string(behind) + (behind == 1 ? " octet lies" : " octets lie") +
                   " behind the IPv4 datagram",
               "");
}

void check_udp(const LayerSpan& span, const UdpLayer& udp, FaultList& faults) {
  switch (udp.checksum) {
    case ChecksumVerdict::wrong:
      return faults.field(Severity::malformed, span, "checksum", "the UDP checksum is wrong",
                          "RFC 768");
    case ChecksumVerdict::absent:
      return faults.field(Severity::note, span, "checksum", "no UDP checksum was computed",
                          "RFC 768");
    case ChecksumVerdict::offloaded:
      return faults.field(Severity::note, span, "checksum",
                          "the UDP checksum was left to the sender's hardware", "");
    case ChecksumVerdict::correct:
    case ChecksumVerdict::unchecked:
      return;
  }
}

/// A UDP length that leaves octets of the datagram over.
void check_udp_length(const LayerSpan& ip, const LayerSpan& span, const Dissection& d,
                      FaultList& faults) {
  const std::size_t carried = ip.offset + d.ip->length - span.offset;
  if (!d.trouble.empty() || d.ip->is_fragment() || d.udp->length >= carried) return;
  faults.field(Severity::note, span, "length",
               "UDP says " + std::to_string(d.udp->length) + " octets, IPv4 carries " +
                   std::to_string(carried),
               "RFC 768");
}

void check_icmp(Bytes frame, const LayerSpan& span, const Dissection& d, FaultList& faults) {
  const Bytes whole = frame.subspan(span.offset, span.size + d.payload.size());
  if (!d.trouble.empty() || d.ip->is_fragment()) return;
  if (net::internet_checksum(net::checksum_add(0, whole)) == 0) return;
  faults.field(Severity::malformed, span, "checksum", "the ICMP checksum is wrong", "RFC 792");
}

/// What kept the dissection from going on, at the first octet that it did not understand.
void check_trouble(const Dissection& d, FaultList& faults) {
  if (d.trouble.empty()) return;
  const auto spans = d.layers();
  if (spans.empty()) return faults.place(Severity::malformed, std::nullopt, 0, d.trouble, "");
  const LayerSpan& last = spans.back();
  // A length that lies stands in the header that tells it.
  for (const LayerSpan& span : spans) {
    const bool of_ip = span.layer == Layer::ip && d.trouble.starts_with("IPv4 says");
    const bool of_udp = span.layer == Layer::udp && d.trouble.starts_with("UDP says");
    if (!of_ip && !of_udp) continue;
    return faults.field(Severity::malformed, span, "length", d.trouble,
                        of_ip ? "RFC 791 3.1" : "RFC 768");
  }
  faults.place(Severity::malformed, std::nullopt, last.offset + last.size, d.trouble, "");
}

}  // namespace

void check_frame(Bytes frame, const Dissection& dissection, FaultList& faults) {
  check_trouble(dissection, faults);
  const LayerSpan* ip = nullptr;
  for (const LayerSpan& span : dissection.layers()) {
    if (span.layer == Layer::ethernet) check_ethernet(span, dissection, faults);
    if (span.layer == Layer::ip) {
      ip = &span;
      check_ip(frame, span, *dissection.ip, faults);
      check_trailer(frame, span, dissection, faults);
    }
    if (span.layer == Layer::udp) {
      check_udp(span, *dissection.udp, faults);
      check_udp_length(*ip, span, dissection, faults);
    }
    if (span.layer == Layer::icmp) check_icmp(frame, span, dissection, faults);
  }
}

}  // namespace lessor::craft
