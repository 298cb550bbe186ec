#include "craft/summary.h"

#include "craft/story/dhcp_event.h"
#include "wire/v4/message_view.h"

#include <algorithm>
#include <cstdio>

namespace lessor::craft {
namespace {

std::string arp_summary(const net::ArpPacket& arp) {
  const std::string sender = net::to_string(arp.sender_address);
  const std::string target = net::to_string(arp.target_address);
  if (arp.sender_address == arp.target_address) {
    return "ARP: " + sender + " is mine, says " + net::to_string(arp.sender_mac);
  }
  if (arp.operation == net::ArpOperation::reply) {
    return "ARP: " + sender + " is at " + net::to_string(arp.sender_mac) + ", to " + target;
  }
  // RFC 5227 1.1: a probe comes from nobody.
  if (arp.sender_address.is_zero()) {
    return "ARP: does anybody use " + target + "? asks " + net::to_string(arp.sender_mac);
  }
  return "ARP: who has " + target + "? asks " + sender;
}

std::string event_summary(const DhcpEvent& event) {
  std::string text(wire::to_string(event.type));
  text += " " + net::to_string(event.source) + " -> " + net::to_string(event.destination);
  text += ", client " + net::to_string(event.client) + ", xid " + hex(event.xid, 8);
  const bool reply = event.op == wire::Op::reply;
  const net::Ip4 given = reply ? event.yiaddr : event.ciaddr;
  const net::Ip4 address = given.is_zero() ? event.requested_address.value_or(given) : given;
  if (!address.is_zero()) text += ", address " + net::to_string(address);
  if (event.lease_time) text += " for " + to_string(*event.lease_time);
  return text;
}

std::string broken_dhcp(Bytes payload) {
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(payload, scratch);
  if (message) return "";
  return "DHCP that is broken at octet " + std::to_string(message.error().offset) + ": " +
         std::string(wire::to_string(message.error().code));
}

std::string udp_summary(const Dissection& frame) {
  if (const auto event = read_event(frame, {})) return event_summary(*event);
  const std::string text = "UDP " + net::to_string(frame.ip->source) + ":" +
                           std::to_string(frame.udp->source_port) + " -> " +
                           net::to_string(frame.ip->destination) + ":" +
                           std::to_string(frame.udp->destination_port);
  if (frame.ip->is_fragment()) return text + ", first part of a fragmented datagram";
  if (frame.is_dhcp()) return text + ", " + broken_dhcp(frame.payload);
  return text + ", " + std::to_string(frame.payload.size()) + " octets";
}

std::string layer_summary(const Dissection& frame) {
  if (frame.arp) return arp_summary(*frame.arp);
  if (frame.udp) return udp_summary(frame);
  if (frame.ip) {
    return "IPv4 " + net::to_string(frame.ip->source) + " -> " +
           net::to_string(frame.ip->destination) + ", protocol " +
           std::to_string(frame.ip->protocol) + ", " + std::to_string(frame.payload.size()) +
           " octets" + (frame.ip->fragment_offset > 0 ? ", a later part of a datagram" : "");
  }
  if (!frame.ethernet) return "no Ethernet frame";
  return "Ethernet " + net::to_string(frame.ethernet->source) + " -> " +
         net::to_string(frame.ethernet->destination) + ", type " +
         ether_type_text(frame.ethernet->type);
}

}  // namespace

std::string hex(std::uint64_t value, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

std::string ether_type_text(std::uint16_t type) {
  struct Name {
    std::uint16_t type;
    const char* name;
  };
  constexpr Name kNames[] = {{0x0800, "IPv4"}, {0x0806, "ARP"},  {0x8100, "VLAN"},
                             {0x86dd, "IPv6"}, {0x88cc, "LLDP"}, {0x888e, "EAPOL"}};
  const auto* const found = std::find_if(std::begin(kNames), std::end(kNames),
                                         [&](const Name& n) { return n.type == type; });
  return found == std::end(kNames) ? hex(type, 4) : hex(type, 4) + " (" + found->name + ")";
}

std::string summary(const Dissection& frame) {
  const std::string text = layer_summary(frame);
  return frame.trouble.empty() ? text : text + "; " + frame.trouble;
}

}  // namespace lessor::craft
