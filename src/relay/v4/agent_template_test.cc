#include "relay/v4/agent_template.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace lessor::relay::v4 {
namespace {

TemplateValues values() {
  TemplateValues made{.interface = "eth1.7",
                      .mac = net::parse_mac("02:00:00:00:00:0a").value(),
                      .hostname = "relay1",
                      .vlan = 7,
                      .outer_vlan = 4'094,
                      .giaddr = net::parse_ip4("192.0.2.1").value(),
                      .address = net::parse_ip4("10.0.0.255").value(),
                      .client = {.type = 1, .size = 6}};
  made.client.octets[5] = std::byte{0xff};
  return made;
}

std::string written(std::string_view text) {
  const auto made = AgentTemplate::read(text);
  if (!made) return std::to_string(made.error().offset) + ": " + made.error().message;
  std::array<std::byte, 255> room{};
  ByteWriter out(room);
  made->write(values(), out);
  return sanitise(out.written());
}

struct Case {
  std::string_view text;
  std::string_view expected;
};

TEST(AgentTemplateTest, WritesWhatItSays) {
  const Case cases[] = {
      {"plain", "plain"},
      {"{interface}", "eth1.7"},
      {"{mac}", "02:00:00:00:00:0a"},
      {"{mac.raw}", "\\x02\\x00\\x00\\x00\\x00\\x0a"},
      {"{hostname}:{interface}/{vlan}.{outer-vlan}", "relay1:eth1.7/7.4094"},
      {"{vlan.raw}{outer-vlan.raw}", "\\x00\\x07\\x0f\\xfe"},
      {"{giaddr} {address}", "192.0.2.1 10.0.0.255"},
      {"{giaddr.raw}", "\\xc0\\x00\\x02\\x01"},
      {"{client-mac}", "00:00:00:00:00:ff"},
      {"{{x}}", "{x}"},
      {"0x00fF", "\\x00\\xff"},
  };
  for (const Case& one : cases) EXPECT_EQ(written(one.text), one.expected) << one.text;
}

TEST(AgentTemplateTest, PointsAtWhatIsWrong) {
  const Case cases[] = {
      {"", "0: an empty template says nothing: leave it out"},
      {"ab{mac", "2: '{' without '}': write '{{' for a brace"},
      {"ab}c", "2: '}' without '{': write '}}' for a brace"},
      {"x{interfce}", "2: unknown placeholder 'interfce' (did you mean 'interface'?)"},
      {"{hostname.raw}", "0: this placeholder is text: leave out .raw"},
      {"0x", "2: no digits follow 0x"},
      {"0x0g", "3: no hexadecimal digit, though the text begins 0x"},
      {"0x012", "4: half an octet: write two digits each"},
  };
  for (const Case& one : cases) EXPECT_EQ(written(one.text), one.expected) << one.text;
}

TEST(AgentTemplateTest, TooMuchIsRefused) {
  EXPECT_FALSE(AgentTemplate::read(std::string(2'000, 'x')));
  std::string many;
  for (int i = 0; i < 40; ++i) many += "{mac}{vlan}";
  EXPECT_FALSE(AgentTemplate::read(many));
}

}  // namespace
}  // namespace lessor::relay::v4
