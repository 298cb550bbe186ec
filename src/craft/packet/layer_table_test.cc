#include "craft/packet/layer_table.h"

#include "base/random.h"
#include "base/text.h"
#include "craft/test_frames.h"

#include <gtest/gtest.h>

#include <set>

namespace lessor::craft {
namespace {

TEST(LayerTable, EveryNameMeansOneField) {
  std::set<std::string> seen;
  for (const LayerRow& layer : layer_table()) {
    for (const FieldRow& field : layer.fields) {
      const std::string path = field_path(field);
      EXPECT_EQ(find_field(path), &field) << path;
      EXPECT_EQ(find_field(std::string(layer.name) + "." + std::string(field.name)), &field);
      EXPECT_TRUE(seen.insert(path).second) << path;
      for (const std::string_view alias : split(field.aliases, ' ')) {
        EXPECT_EQ(find_field(alias), &field) << alias;
        EXPECT_TRUE(seen.insert(std::string(alias)).second) << alias;
      }
    }
  }
}

TEST(LayerTable, FieldsOfALayerCoverItsHeaderWithoutGap) {
  for (const LayerRow& layer : layer_table()) {
    std::vector<bool> taken(layer.size * 8);
    for (const FieldRow& field : layer.fields) {
      for (std::size_t bit = field.bit; bit < std::size_t{field.bit} + field.bits; ++bit) {
        EXPECT_FALSE(taken[bit]) << field_path(field);
        taken[bit] = true;
      }
    }
    EXPECT_EQ(std::count(taken.begin(), taken.end(), false), 0) << layer.name;
  }
}

TEST(LayerTable, KnowsOtherToolsNames) {
  struct Case {
    const char* name;
    const char* path;
  };
  const Case cases[] = {{"dhcp.ip.your", "yiaddr"},   {"bootp.ip.your", "yiaddr"},
                        {"bootp.xid", "xid"},         {"dhcp.chaddr", "chaddr"},
                        {"udp.sport", "udp.srcport"}, {"IP.TTL", "ip.ttl"},
                        {"arp.opcode", "arp.op"},     {"ethernet.dst", "eth.dst"}};
  for (const Case& c : cases) {
    const FieldRow* field = find_field(c.name);
    ASSERT_NE(field, nullptr) << c.name;
    EXPECT_EQ(field_path(*field), c.path);
  }
  EXPECT_EQ(find_field("yiadr"), nullptr);
  EXPECT_EQ(suggest_field("yiadr"), "yiaddr");
  EXPECT_EQ(suggest_field("entirely"), std::nullopt);
  EXPECT_EQ(find_layer("802.1Q")->layer, Layer::vlan);
}

TEST(LayerTable, WhatIsPrintedIsRead) {
  Random random(768);
  for (int round = 0; round < 200; ++round) {
    for (const LayerRow& layer : layer_table()) {
      testing::Octets header(layer.size);
      for (std::byte& octet : header) {
        octet = static_cast<std::byte>(random.one_in(3) ? 0 : random.u32());
      }
      testing::Octets again(layer.size);
      for (const FieldRow& field : layer.fields) {
        const auto content = parse_field(field, print_field(field, header));
        ASSERT_TRUE(content) << content.error();
        put_field(field, again, *content);
      }
      EXPECT_EQ(to_hex(again), to_hex(header)) << layer.name;
    }
  }
}

TEST(LayerTable, NamesOfValuesAreRead) {
  const auto read = [](const char* path, const char* text) {
    return to_hex(*parse_field(*find_field(path), text));
  };
  EXPECT_EQ(read("op", "bootreply"), "02");
  EXPECT_EQ(read("flags", "broadcast"), "8000");
  EXPECT_EQ(read("eth.type", "arp"), "0806");
  EXPECT_EQ(read("icmp.type", "echo-reply"), "00");
  EXPECT_EQ(read("udp.dstport", "dhcp server"), "0043");
  EXPECT_EQ(read("xid", "0x1aed"), "00001aed");
  EXPECT_EQ(read("chaddr", "c0:01:1b:69:00:00"), "c0011b69000000000000000000000000");
}

TEST(LayerTable, SaysWhatIsWrongWithAValue) {
  struct Case {
    const char* path;
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"ip.ttl", "300", "ip.ttl: \"300\" is not a number from 0 to 255"},
      {"op", "5x", "op: \"5x\" is not a number from 0 to 255, nor one of: BOOTREQUEST"},
      {"eth.dst", "ff:ff", "eth.dst: \"ff:ff\" is not a MAC address"},
      {"yiaddr", "192.0.2", "yiaddr: \"192.0.2\" is not an IPv4 address"},
      {"chaddr", "0x0102030405060708091011121314151617", "17 octets long, the field has 16"},
      {"chaddr", "zz", "chaddr: \"zz\" is not hexadecimal"},
      {"vlan.id", "4096", "vlan.id: \"4096\" is not a number from 0 to 4095"}};
  for (const Case& c : cases) {
    const auto content = parse_field(*find_field(c.path), c.text);
    ASSERT_FALSE(content) << c.text;
    EXPECT_NE(content.error().find(c.error), std::string::npos) << content.error();
  }
}

TEST(LayerTable, ExplainsValues) {
  const auto offer = testing::offer();
  EXPECT_EQ(field_note(*find_field("op"), offer), "BOOTREPLY");
  EXPECT_EQ(field_note(*find_field("flags"), offer), "broadcast");
  EXPECT_EQ(field_note(*find_field("hops"), offer), "");
}

}  // namespace
}  // namespace lessor::craft
