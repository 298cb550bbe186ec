#include "cli/bench/relays.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

net::InterfaceTable host(std::initializer_list<const char*> addresses) {
  net::Interface interface{.index = 2, .name = "eth0"};
  for (const char* address : addresses) interface.addresses.push_back(*net::parse_prefix4(address));
  return net::InterfaceTable({interface});
}

std::vector<RelaySpan> spans(std::initializer_list<const char*> words) {
  std::vector<RelaySpan> all;
  for (const char* word : words) all.push_back(parse_relay_span(word).value_or(RelaySpan{}));
  return all;
}

std::string chosen(std::initializer_list<const char*> words, const net::InterfaceTable& table) {
  const auto relays = choose_relays(spans(words), table);
  if (!relays) return relays.error();
  std::string text = relays->own ? "own" : "played";
  for (const net::Ip4 address : relays->addresses) text += " " + net::to_string(address);
  return text;
}

TEST(RelaySpan, IsAnAddressAPrefixARangeOrOneInEachOfManySubnets) {
  EXPECT_EQ(parse_relay_span("10.0.0.1")->count(), 1U);
  EXPECT_EQ(parse_relay_span("10.0.0.0/24")->count(), 256U);
  EXPECT_EQ(parse_relay_span("10.0.0.3-10.0.0.5")->count(), 3U);
  const auto many = parse_relay_span("10.192.0.1/22x1000");
  ASSERT_TRUE(many);
  EXPECT_EQ(many->count(), 1'000U);
  EXPECT_EQ(net::to_string(many->range.first), "10.192.0.1");
  EXPECT_EQ(net::to_string(many->range.last), "10.207.156.1");
  EXPECT_TRUE(many->contains(*net::parse_ip4("10.192.4.1")));
  EXPECT_FALSE(many->contains(*net::parse_ip4("10.192.4.2")));
  for (const char* wrong : {"", "10.0.0", "10.0.0.1x3", "10.0.0.1/22x", "10.0.0.1/22x0",
                            "10.0.0.1/22x4097", "255.255.0.1/16x2", "10.0.0.1/0x2"}) {
    EXPECT_FALSE(parse_relay_span(wrong)) << wrong;
  }
}

TEST(Relays, AreThisHostsAddressesWhereItHasAny) {
  const auto table = host({"10.0.0.9/8", "10.0.0.2/8", "10.0.1.1/8", "192.0.2.1/24"});
  EXPECT_EQ(chosen({"10.0.0.0/24"}, table), "own 10.0.0.2 10.0.0.9");
  EXPECT_EQ(chosen({"10.0.0.0/24", "10.0.0.9", "10.0.1.1"}, table),
            "own 10.0.0.2 10.0.0.9 10.0.1.1");
  EXPECT_EQ(chosen({"10.0.0.9/24x2"}, table), "own 10.0.0.9");
}

TEST(Relays, ArePlayedWhereItHasNone) {
  const auto table = host({"192.0.2.1/24"});
  EXPECT_EQ(chosen({"10.0.0.1/16x2", "10.0.0.1"}, table), "played 10.0.0.1 10.1.0.1");
}

TEST(Relays, AreAllItsOwnOrNone) {
  const auto table = host({"10.0.0.2/8"});
  for (const auto& words : {std::initializer_list<const char*>{"10.0.0.2", "10.9.0.1"},
                            std::initializer_list<const char*>{"10.9.0.1", "10.0.0.2"}}) {
    EXPECT_TRUE(chosen(words, table).starts_with("--giaddr 10.9.0.1: this host has no such"));
  }
  EXPECT_EQ(chosen({"10.16.0.0/12"}, table), "--giaddr: 1048576 relays are more than 4096");
}

}  // namespace
}  // namespace lessor::cli
