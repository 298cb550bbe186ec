#include "craft/packet/literals.h"

#include "craft/test_frames.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

TEST(Literals, AreOctetsForCAndPython) {
  const Packet packet{.bytes = testing::Octets(14, std::byte{0xab})};
  EXPECT_EQ(c_literal(packet),
            "static const unsigned char packet[14] = {\n"
            "    0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab,\n"
            "    0xab, 0xab,\n"
            "};\n");
  EXPECT_EQ(python_literal(packet),
            "packet = bytes.fromhex(\n    \"abababababababababababababab\"\n)\n");
  EXPECT_EQ(python_literal({}), "packet = bytes.fromhex(\n    \"\"\n)\n");
}

TEST(Literals, ScapysExpressionNamesLayersAndOptions) {
  const Packet packet{.bytes = testing::udp_frame(testing::from_server(), testing::offer())};
  const std::string text = scapy_expression(packet);
  for (const char* piece :
       {"Ether(dst=\"ff:ff:ff:ff:ff:ff\", src=\"08:00:27:9b:11:3d\") / IP(",
        "flags=2) / UDP(sport=67, dport=68) / BOOTP(", "yiaddr=\"192.168.56.104\"",
        "options=b\"c\\x82Sc\") / DHCP(options=[(\"message-type\", 2), (\"server_id\", "
        "\"192.168.56.100\"), (\"lease_time\", 600), (\"domain\", bytes.fromhex(",
        "\"end\", *[\"pad\"] * 24])\n"}) {
    EXPECT_NE(text.find(piece), std::string::npos) << piece << "\n" << text;
  }
}

TEST(Literals, WhatScapyHasNoWordForIsOctets) {
  EXPECT_EQ(scapy_expression({.bytes = testing::Octets(3, std::byte{1})}),
            "Raw(bytes.fromhex(\"010101\"))\n");
  EXPECT_EQ(scapy_expression({.link = LinkType::cooked, .bytes = testing::Octets(16)}),
            "Raw(bytes.fromhex(\"00000000000000000000000000000000\"))\n");
}

}  // namespace
}  // namespace lessor::craft
