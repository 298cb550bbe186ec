#include "craft/packet/notation.h"

#include "base/text.h"
#include "craft/test_frames.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

/// The packet of lines, in the exact basis.
Packet exact(std::initializer_list<const char*> lines) {
  Recipe recipe = *start_recipe("packet");
  for (const char* line : lines) {
    const auto added = add_line(recipe, line);
    EXPECT_TRUE(added) << added.error();
  }
  const auto packet = build(recipe, {});
  EXPECT_TRUE(packet) << packet.error();
  return packet.value_or(Packet());
}

/// What the body of the BOOTP message is, behind the header.
std::string body(const Packet& packet) {
  return to_hex(Bytes(packet.bytes).subspan(14 + 20 + 8 + 236));
}

TEST(Notation, PrintsAnOfferLineByLine) {
  const auto frame = testing::udp_frame(testing::from_server(), testing::offer());
  const std::string text = packet_text(
      {.bytes = frame, .time = Duration::nanoseconds(1'764'078'335'123'456'789)}, "2  DHCPOFFER");
  EXPECT_EQ(text, R"(# 2  DHCPOFFER
packet {
  time = 2025-11-25T13:45:35.123456789Z
  eth.dst = ff:ff:ff:ff:ff:ff
  eth.src = 08:00:27:9b:11:3d
  ip.df = 1
  ip.src = 192.168.56.100
  ip.dst = 255.255.255.255
  udp.srcport = 67  # DHCP server
  udp.dstport = 68  # DHCP client
  op = 2  # BOOTREPLY
  htype = 1  # Ethernet
  hlen = 6
  hops = 0
  xid = 0x00001aed
  secs = 0
  flags = 0x8000  # broadcast
  ciaddr = 0.0.0.0
  yiaddr = 192.168.56.104
  siaddr = 192.168.56.100
  giaddr = 0.0.0.0
  chaddr = c0:01:1b:69:00:00
  cookie = 0x63825363
  option.dhcp-message-type = DHCPOFFER
  option.dhcp-server-identifier = 192.168.56.100
  option.dhcp-lease-time = 600  # 10m
  option.domain-name = routingloops.co.uk
  end
  pad = 24
}
)");
}

TEST(Notation, ReadsEveryKindOfLine) {
  struct Case {
    const char* line;
    const char* body;
  };
  const Case cases[] = {
      {"cookie = 99.130.83.99", "63825363"},
      {"option.routers = 192.0.2.1", "0304c0000201"},
      {"option.3 = 192.0.2.1", "0304c0000201"},
      {"routers = 192.0.2.1", "0304c0000201"},
      {"dhcp.option.router = 192.0.2.1", "0304c0000201"},
      {"bootp.option.hostname = R1", "0c025231"},
      {"option.option-200 = 0x0102", "c8020102"},
      {"option.rapid-commit", "5000"},
      {"option.host-name (length 20) = R1", "0c145231"},
      {"option.host-name (no length)", "0c"},
      {"option.relay-agent-information.circuit-id = 'eth0'", "5206010465746830"},
      {"option.vivso-suboptions.4491.1 = 0x02", "7d080000118b03010102"},
      {"end", "ff"},
      {"pad = 3", "000000"},
      {"bytes = 0x0102", "0102"},
      {"bytes = 0xaa * 4", "aaaaaaaa"},
      {"option.dhcp-parameter-request-list = routers, 6", "37020306"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(body(exact({"op = 1", c.line})), c.body) << c.line;
  }
}

TEST(Notation, SubOptionsOfOneOptionAddUp) {
  const Packet packet = exact({"option.82.circuit-id = 'a'", "option.routers = 192.0.2.1",
                               "option.relay-agent-information.remote-id = 0x02"});
  EXPECT_EQ(body(packet), "52060101610201020304c0000201");
}

TEST(Notation, OptionsGoIntoFileAndSname) {
  const Packet packet = exact({"option.52 = 3", "file.option.host-name = R1", "file.end",
                               "sname.option.routers = 192.0.2.1"});
  const Bytes message = Bytes(packet.bytes).subspan(42);
  EXPECT_EQ(to_hex(message.subspan(108, 6)), "0c025231ff00");
  EXPECT_EQ(to_hex(message.subspan(44, 7)), "0304c000020100");
}

TEST(Notation, AValueThatBeginsACommentIsHexadecimal) {
  Recipe recipe = *start_recipe("packet");
  recipe.items.emplace_back(make_option(wire::kOptionHostName, as_bytes("a #b")));
  recipe.items.emplace_back(make_option(wire::kOptionDomainName, as_bytes("$x")));
  EXPECT_EQ(print_recipe(recipe),
            "packet {\n  option.host-name = 0x61202362\n  option.domain-name = 0x2478\n}\n");
  EXPECT_EQ(without_comment("  xid = 1  # one"), "xid = 1");
  EXPECT_EQ(without_comment("# all"), "");
  EXPECT_EQ(without_comment("file = a#b"), "file = a#b");
}

TEST(Notation, ReadsSeveralPacketsAndOneLineBlocks) {
  const auto recipes =
      read_recipes("# two\ndiscover { xid = 7; hops = 2 }\n\npacket {\n  eth.type = 0x88cc\n}\n");
  ASSERT_TRUE(recipes) << recipes.error();
  ASSERT_EQ(recipes->size(), 2U);
  EXPECT_EQ((*recipes)[0].type, 1);
  EXPECT_EQ(given_field((*recipes)[0], "hops"), 2U);
  EXPECT_EQ(to_hex(build((*recipes)[1], {})->bytes), "ffffffffffff00000000000088cc");
}

TEST(Notation, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"", "there is no packet"},
      {"accept {\n}", "line 1: accept: did you mean ack?"},
      {"packet {\n  xid = 1\n", "the last packet has no closing }"},
      {"packet {\n  xidd = 1\n}", "line 2: \"xidd\" is no field and no option; did you mean xid?"},
      {"packet {\n\n  ip.ttl = 300\n}", "line 3: ip.ttl: \"300\" is not a number from 0 to 255"},
      {"packet {\n option.host-nam = x\n}", "\"host-nam\" is no option; did you mean host-name?"},
      {"packet {\n option.routers = 192.0.2\n}", "line 2: option.routers: "},
      {"packet {\n option.routers.1 = 2\n}", "routers has no sub-options"},
      {"packet {\n xid\n}", "line 2: \"xid\" has no value; write NAME = VALUE"},
      {"packet {\n bytes = 0x1\n}", "\"0x1\" is no octets"},
      {"packet {\n malform = truncat\n}", "did you mean truncate?"},
      {"packet {\n option.relay-agent-information.\x1b[2J = x\n}",
       R"(option.relay-agent-information.\x1b[2J: )"},
      {"packet {\n malform = no-end 3\n}", "malform no-end: it takes no number"},
      {"packet {\n option.12 (size 3) = x\n}", "is neither (length N)"},
      {"packet {\n time = yesterday\n}", "\"yesterday\" is no time"},
      {"packet {\n link = token-ring\n}", "is none of ethernet, raw, cooked, cooked2"},
      {"packet {\n option.end = 1\n}", "write pad = N, or end, on its own line"},
      {"discover\n", "line 1: \"discover\" begins no packet"},
      {"discover { xid = 1\n}", "what stands behind { on its line must end with } there"},
  };
  for (const Case& c : cases) {
    const auto recipes = read_recipes(c.text);
    ASSERT_FALSE(recipes) << c.text;
    EXPECT_NE(recipes.error().find(c.error), std::string::npos) << recipes.error();
  }
}

TEST(Notation, LayersThatExcludeEachOtherAreRefused) {
  struct Case {
    std::vector<const char*> lines;
    const char* error;
  };
  const Case cases[] = {
      {{"arp.op = 1", "ip.ttl = 1"}, "no fields of both arp and ip"},
      {{"icmp.type = 8", "xid = 1"}, "no fields of both icmp and udp"},
      {{"udp.data = 0x01", "xid = 1"}, "udp.data: it carries bootp already"},
      {{"link = raw", "eth.src = 00:00:5e:00:53:01"}, "a raw IP packet has no ethernet layer"},
  };
  for (const Case& c : cases) {
    Recipe recipe = *start_recipe("packet");
    for (const char* line : c.lines) ASSERT_TRUE(add_line(recipe, line));
    const auto packet = build(recipe, {});
    ASSERT_FALSE(packet);
    EXPECT_NE(packet.error().find(c.error), std::string::npos) << packet.error();
  }
}

TEST(Notation, TypesGoByManyNames) {
  EXPECT_EQ(start_recipe("DHCPACK")->type, 5);
  EXPECT_EQ(start_recipe("13")->type, 13);
  EXPECT_EQ(start_recipe("renew")->purpose, Purpose::renew);
  EXPECT_EQ(start_recipe("accept").error(), "accept: did you mean ack?");
  EXPECT_EQ(start_recipe("discovr").error(), "discovr: did you mean discover?");
  EXPECT_NE(start_recipe("xyzzy").error().find("is no message type; they are packet bootp"),
            std::string::npos);
}

}  // namespace
}  // namespace lessor::craft
