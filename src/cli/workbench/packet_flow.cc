#include "cli/workbench/packet_flow.h"

#include "wire/v4/protocol.h"

namespace lessor::cli {
namespace {

using craft::Dissection;

bool of_dhcp(std::uint16_t port) { return port == wire::kServerPort || port == wire::kClientPort; }

/// DHCP, ARP and ICMP, and what is too broken to tell.
bool is_relevant(const Dissection& d) {
  if (d.arp) return true;
  if (d.udp) return of_dhcp(d.udp->source_port) || of_dhcp(d.udp->destination_port);
  if (d.ip) {
    const bool broken = d.ip->protocol == craft::kProtocolUdp && d.ip->fragment_offset == 0;
    return d.ip->protocol == craft::kProtocolIcmp || broken;
  }
  if (d.ethernet) {
    return d.ethernet->type == net::kEtherTypeArp || d.ethernet->type == net::kEtherTypeIp4;
  }
  return !d.trouble.empty();
}

}  // namespace

bool PacketFlow::passes(const craft::CapturedFrame& frame, const Dissection& d) {
  if (narrow_) hosts_.learn(d, frame.since_1970);
  if (client_) client_->learn(d, frame.since_1970);
  if (!words_.everything && !is_relevant(d)) return false;
  if (narrow_ && !words_.everything && !d.udp && !hosts_.concerns(d, frame.since_1970))
    return false;
  if (client_ && !client_->concerns(d, frame.since_1970)) return false;
  return words_.filter.matches(d);
}

std::expected<void, std::string> PacketFlow::begin(craft::LinkType link) {
  if (words_.write.empty()) return {};
  auto writer = craft::CaptureWriter::open(words_.write, link, words_.rotation);
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::move(*writer);
  return {};
}

std::expected<void, std::string> PacketFlow::take(const craft::CapturedFrame& frame) {
  ++taken_;
  const Dissection d = craft::dissect(frame.bytes, frame.link);
  if (!passes(frame, d)) return {};
  ++shown_;
  std::span<const craft::Fault> faults;
  if (sink_.wants_faults()) faults = finder_.find(frame.bytes, d);
  sink_.packet({.frame = frame, .dissection = d, .faults = faults});
  if (!writer_) return {};
  return writer_->write(frame.since_1970, frame.link, frame.bytes, frame.original_size);
}

}  // namespace lessor::cli
