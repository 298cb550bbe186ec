#include "craft/exchange/neighbours.h"

#include "wire/v4/message_view.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kMaxEntries = 1'024;  // a file of packets has no more clients at a time
constexpr std::size_t kTypeOffset = 12;     // behind the two hardware addresses

}  // namespace

void Neighbours::remember(std::vector<Entry>& table, Entry entry) {
  const auto known = std::ranges::find(table, entry.address, &Entry::address);
  if (known != table.end()) {
    known->mac = entry.mac;
    return;
  }
  if (table.size() == kMaxEntries) table.erase(table.begin());
  table.push_back(entry);
}

void Neighbours::claim(Bytes sent) {
  const Dissection parts = dissect(sent);
  if (!parts.ethernet || !parts.ip || net::is_group(parts.ethernet->source)) return;
  std::vector<net::Ip4> addresses{parts.ip->source};
  if (parts.is_dhcp() && parts.payload.size() >= wire::kHeaderSize) {
    const wire::HeaderView header(parts.payload);
    addresses.push_back(header.ciaddr());
    addresses.push_back(header.giaddr());
  }
  for (const net::Ip4 address : addresses) {
    const bool own = std::ranges::find(own_, address) != own_.end();
    if (own || address.is_zero() || address == net::kIp4Broadcast) continue;
    remember(claimed_, {address, parts.ethernet->source});
  }
}

void Neighbours::learn(Bytes received) {
  const Dissection parts = dissect(received);
  if (parts.arp && !parts.arp->sender_address.is_zero()) {
    remember(heard_, {parts.arp->sender_address, parts.arp->sender_mac});
  }
  if (parts.is_dhcp() && parts.ethernet && !parts.ip->source.is_zero()) {
    remember(heard_, {parts.ip->source, parts.ethernet->source});
  }
}

std::optional<std::vector<std::byte>> Neighbours::answer(Bytes received) const {
  const Dissection parts = dissect(received);
  if (!parts.arp || parts.arp->operation != net::ArpOperation::request) return std::nullopt;
  if (parts.arp->sender_address.is_zero()) return std::nullopt;
  const auto ours = std::ranges::find(claimed_, parts.arp->target_address, &Entry::address);
  if (ours == claimed_.end()) return std::nullopt;
  std::vector<std::byte> reply(net::kArpFrame);
  net::write_arp_frame(reply, parts.arp->sender_mac,
                       {.operation = net::ArpOperation::reply,
                        .sender_mac = ours->mac,
                        .sender_address = ours->address,
                        .target_mac = parts.arp->sender_mac,
                        .target_address = parts.arp->sender_address});
  for (const LayerSpan& span : parts.layers()) {  // in the VLAN that asked
    if (span.layer != Layer::arp || span.offset < net::kEthernetHeader) continue;
    const Bytes tags = received.subspan(kTypeOffset, span.offset - net::kEthernetHeader);
    reply.insert(reply.begin() + kTypeOffset, tags.begin(), tags.end());
  }
  return reply;
}

std::optional<net::Mac> Neighbours::find(net::Ip4 address) const {
  const auto known = std::ranges::find(heard_, address, &Entry::address);
  return known == heard_.end() ? std::nullopt : std::optional(known->mac);
}

std::vector<std::byte> arp_request(const net::Mac& mac, net::Ip4 from, net::Ip4 wanted) {
  std::vector<std::byte> frame(net::kArpFrame);
  net::write_arp_frame(frame, net::kMacBroadcast,
                       {.operation = net::ArpOperation::request,
                        .sender_mac = mac,
                        .sender_address = from,
                        .target_mac = {},
                        .target_address = wanted});
  return frame;
}

}  // namespace lessor::craft
