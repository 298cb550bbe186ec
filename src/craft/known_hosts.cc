#include "craft/known_hosts.h"

#include "craft/option_walk.h"
#include "wire/v4/message_view.h"

namespace lessor::craft {
namespace {

// More hosts than a link has; beyond, a flood of forged messages is met.
constexpr std::size_t kHostsMost = 100'000;
// Servers probe for a second at most, then they offer.
constexpr Duration kProbing = Duration::seconds(2);

net::Mac mac_of(Bytes chaddr) {
  net::Mac mac;
  copy_bytes(mac.octets, chaddr.first(mac.octets.size()));
  return mac;
}

}  // namespace

void KnownHosts::note(net::Ip4 address) {
  const bool host = !address.is_zero() && address != net::kIp4Broadcast;
  if (host && addresses_.size() < kHostsMost) addresses_.insert(address);
}

void KnownHosts::learn(const Dissection& d, Duration since_1970) {
  if (!d.is_dhcp() || d.payload.size() < wire::kHeaderSize) return;
  const wire::HeaderView header(d.payload);
  const net::Mac client = mac_of(header.chaddr_field());
  if (client_ && client != *client_) return;
  if (macs_.size() < kHostsMost) macs_.insert(client);
  note(header.ciaddr());
  note(header.yiaddr());
  if (!client_) {
    note(header.giaddr());
    note(d.ip->source);
    note(d.ip->destination);
  }
  if (!has_options(d.payload)) return;
  for_each_option(d.payload, [&](const OptionPlace& placed) {
    const Bytes value = placed.option.value;
    if (!placed.whole()) return;
    const bool requested = placed.option.code == wire::kOptionDhcpRequestedAddress;
    const bool server = placed.option.code == wire::kOptionDhcpServerIdentifier && !client_;
    if ((requested || server) && value.size() == 4) note({load_be32(value.data())});
    if (placed.option.code == wire::kOptionDhcpMessageType && value.size() == 1 &&
        load_u8(value.data()) == 1) {
      asked_at_ = since_1970;
    }
  });
}

bool KnownHosts::concerns(const Dissection& d, Duration since_1970) const {
  if (client_ && d.is_dhcp() && d.payload.size() >= wire::kHeaderSize) {
    return mac_of(wire::HeaderView(d.payload).chaddr_field()) == *client_;
  }
  if (d.ethernet && (is_known(d.ethernet->source) || is_known(d.ethernet->destination)))
    return true;
  const bool probing = !client_ && asked_at_ != Duration() && since_1970 - asked_at_ < kProbing;
  if (d.arp) {
    return is_known(d.arp->sender_address) || is_known(d.arp->target_address) ||
           is_known(d.arp->sender_mac) || is_known(d.arp->target_mac) || probing;
  }
  return d.ip && (is_known(d.ip->source) || is_known(d.ip->destination) || probing);
}

}  // namespace lessor::craft
