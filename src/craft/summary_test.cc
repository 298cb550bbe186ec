#include "craft/summary.h"

#include "craft/test_frames.h"
#include "net/arp.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h

std::string arp_summary(const net::ArpPacket& packet) {
  Octets room(net::kArpFrame);
  return summary(dissect(net::write_arp_frame(room, net::kMacBroadcast, packet)));
}

TEST(Summary, TellsADhcpMessageInOneLine) {
  EXPECT_EQ(summary(dissect(udp_frame(from_server(), offer()))),
            "DHCPOFFER 192.168.56.100 -> 255.255.255.255, client c0:01:1b:69:00:00, xid "
            "0x00001aed, address 192.168.56.104 for 10m");
}

TEST(Summary, TellsWhereADhcpMessageIsBroken) {
  Octets cut = offer();
  cut.resize(245);
  EXPECT_EQ(summary(dissect(udp_frame(from_server(), cut))),
            "UDP 192.168.56.100:67 -> 255.255.255.255:68, DHCP that is broken at octet 243: an "
            "option's length runs past the end of its field");
}

TEST(Summary, TellsWhatArpIsFor) {
  const net::Mac mac = *net::parse_mac("c0:01:1b:69:00:00");
  const net::Ip4 a{0xc0a83868};
  const net::Ip4 b{0xc0a83864};
  EXPECT_EQ(arp_summary({.sender_mac = mac, .sender_address = a, .target_address = b}),
            "ARP: who has 192.168.56.100? asks 192.168.56.104");
  EXPECT_EQ(arp_summary({.operation = net::ArpOperation::reply,
                         .sender_mac = mac,
                         .sender_address = a,
                         .target_address = b}),
            "ARP: 192.168.56.104 is at c0:01:1b:69:00:00, to 192.168.56.100");
  EXPECT_EQ(arp_summary(net::arp_probe(mac, a)),
            "ARP: does anybody use 192.168.56.104? asks c0:01:1b:69:00:00");
  EXPECT_EQ(arp_summary({.sender_mac = mac, .sender_address = a, .target_address = a}),
            "ARP: 192.168.56.104 is mine, says c0:01:1b:69:00:00");
}

TEST(Summary, NamesEverythingElse) {
  EXPECT_EQ(summary(dissect(udp_frame({.source_port = 5353, .destination_port = 53}, {}))),
            "UDP 0.0.0.0:5353 -> 0.0.0.0:53, 0 octets");
  Octets frame(60);
  store_be16(&frame[12], 0x86dd);
  EXPECT_EQ(summary(dissect(frame)),
            "Ethernet 00:00:00:00:00:00 -> 00:00:00:00:00:00, type 0x86dd (IPv6)");
  EXPECT_EQ(summary(dissect(Bytes(frame).first(5))),
            "no Ethernet frame; too short for an Ethernet header (5 octets)");
}

}  // namespace
}  // namespace lessor::craft
