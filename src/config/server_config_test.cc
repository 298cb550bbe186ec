#include "config/server_config.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lessor::config {
namespace {

net::Ip4 ip(std::string_view text) { return net::parse_ip4(text).value(); }

Subnet subnet_of(std::uint32_t id, std::string_view prefix) {
  Subnet subnet;
  subnet.id = id;
  subnet.prefix = net::parse_prefix4(prefix).value();
  return subnet;
}

Reservation reservation_of(IdentifierType type, std::string_view hex, std::string_view address) {
  Reservation r;
  r.identifier_type = type;
  r.identifier = from_hex(hex).value();
  if (!address.empty()) r.address = ip(address);
  return r;
}

TEST(OptionSet, SortsByCodeAndKeepsTheFirstOfTwo) {
  const OptionSet options(
      {{6, false, {std::byte{1}}}, {3, true, {std::byte{2}}}, {6, true, {std::byte{3}}}});
  ASSERT_EQ(options.all().size(), 2U);
  EXPECT_EQ(options.all()[0].code, 3);
  ASSERT_NE(options.find(6), nullptr);
  EXPECT_EQ(options.find(6)->value[0], std::byte{1});
  EXPECT_TRUE(options.find(3)->always_send);
  EXPECT_EQ(options.find(5), nullptr);
  EXPECT_EQ(options.find(255), nullptr);
}

TEST(FindPool, AnswersAtTheEdgesOfEveryRange) {
  Subnet subnet = subnet_of(1, "192.0.2.0/24");
  subnet.pools.push_back({{ip("192.0.2.100"), ip("192.0.2.109")}});
  subnet.pools.push_back({{ip("192.0.2.10"), ip("192.0.2.19")}});
  subnet.build_indexes();
  struct Row {
    const char* address;
    int pool;  // -1 = none
  };
  constexpr Row kRows[] = {{"192.0.2.9", -1},  {"192.0.2.10", 0},   {"192.0.2.19", 0},
                           {"192.0.2.20", -1}, {"192.0.2.99", -1},  {"192.0.2.100", 1},
                           {"192.0.2.109", 1}, {"192.0.2.110", -1}, {"0.0.0.0", -1}};
  for (const Row& row : kRows) {
    const Pool* expected = row.pool < 0 ? nullptr : &subnet.pools[static_cast<size_t>(row.pool)];
    EXPECT_EQ(subnet.find_pool(ip(row.address)), expected) << row.address;
  }
}

TEST(FindReservation, TellsIdentifierTypesApart) {
  Subnet subnet = subnet_of(1, "192.0.2.0/24");
  subnet.reservations = {
      reservation_of(IdentifierType::hw_address, "010203040506", "192.0.2.5"),
      reservation_of(IdentifierType::client_id, "010203040506", "192.0.2.6"),
      reservation_of(IdentifierType::client_id, "01", ""),
  };
  subnet.build_indexes();
  const auto id = from_hex("010203040506").value();
  EXPECT_EQ(subnet.hosts().find(subnet.reservations, IdentifierType::hw_address, id),
            &subnet.reservations[0]);
  EXPECT_EQ(subnet.hosts().find(subnet.reservations, IdentifierType::client_id, id),
            &subnet.reservations[1]);
  EXPECT_EQ(
      subnet.hosts().find(subnet.reservations, IdentifierType::client_id, from_hex("0102").value()),
      nullptr);
  EXPECT_EQ(subnet.find_reservation(ip("192.0.2.6")), &subnet.reservations[1]);
  EXPECT_EQ(subnet.find_reservation(ip("0.0.0.0")), nullptr);
}

TEST(FindReservation, EmptySubnetHasNone) {
  Subnet subnet = subnet_of(1, "192.0.2.0/24");
  subnet.build_indexes();
  EXPECT_EQ(subnet.hosts().find(subnet.reservations, IdentifierType::hw_address, {}), nullptr);
  EXPECT_EQ(subnet.find_reservation(ip("192.0.2.1")), nullptr);
}

TEST(FindSubnet, LongestPrefixWins) {
  ServerConfig config;
  config.subnets = {subnet_of(1, "10.0.0.0/8"),       subnet_of(2, "10.0.0.0/24"),
                    subnet_of(3, "10.0.0.128/25"),    subnet_of(4, "10.255.255.0/24"),
                    subnet_of(5, "255.255.255.0/24"), subnet_of(6, "192.0.2.0/24"),
                    subnet_of(7, "192.0.3.0/24")};
  config.build_indexes();
  struct Row {
    const char* address;
    std::uint32_t id;  // 0 = none
  };
  constexpr Row kRows[] = {
      {"10.0.0.0", 2},  {"10.0.0.127", 2},      {"10.0.0.128", 3},      {"10.0.0.255", 3},
      {"10.0.1.0", 1},  {"10.255.254.255", 1},  {"10.255.255.0", 4},    {"10.255.255.255", 4},
      {"11.0.0.0", 0},  {"9.255.255.255", 0},   {"192.0.2.255", 6},     {"192.0.3.0", 7},
      {"192.0.4.0", 0}, {"255.255.255.255", 5}, {"255.255.254.255", 0}, {"0.0.0.0", 0},
  };
  for (const Row& row : kRows) {
    const Subnet* found = config.find_subnet(ip(row.address));
    EXPECT_EQ(found == nullptr ? 0 : found->id, row.id) << row.address;
  }
}

TEST(FindSubnet, EmptyConfigurationHasNone) {
  ServerConfig config;
  config.build_indexes();
  EXPECT_EQ(config.find_subnet(ip("192.0.2.1")), nullptr);
  EXPECT_EQ(config.find_subnet_by_relay(ip("192.0.2.1")), nullptr);
  EXPECT_EQ(config.find_subnet_by_interface("eth0"), nullptr);
}

TEST(FindSubnet, EverythingPrefixCoversWhatNoOtherDoes) {
  ServerConfig config;
  config.subnets = {subnet_of(1, "0.0.0.0/0"), subnet_of(2, "192.0.2.1/32")};
  config.build_indexes();
  EXPECT_EQ(config.find_subnet(ip("192.0.2.0"))->id, 1U);
  EXPECT_EQ(config.find_subnet(ip("192.0.2.1"))->id, 2U);
  EXPECT_EQ(config.find_subnet(ip("192.0.2.2"))->id, 1U);
  EXPECT_EQ(config.find_subnet(ip("255.255.255.255"))->id, 1U);
}

TEST(FindSubnetByRelayAndInterface, LowestIdAnswersForSeveral) {
  ServerConfig config;
  config.subnets = {subnet_of(9, "192.0.2.0/24"), subnet_of(4, "198.51.100.0/24"),
                    subnet_of(5, "203.0.113.0/24")};
  config.subnets[0].relays = {ip("10.0.0.1")};
  config.subnets[1].relays = {ip("10.0.0.2"), ip("10.0.0.1")};
  config.subnets[0].interface = "eth1";
  config.subnets[2].interface = "eth1";
  config.build_indexes();
  EXPECT_EQ(config.find_subnet_by_relay(ip("10.0.0.1"))->id, 4U);
  EXPECT_EQ(config.find_subnet_by_relay(ip("10.0.0.3")), nullptr);
  EXPECT_EQ(config.find_subnet_by_interface("eth1")->id, 5U);
  EXPECT_EQ(config.find_subnet_by_interface(""), nullptr);
}

TEST(BuildIndexes, NumbersPoolsAcrossSubnetsAndSurvivesCopies) {
  ServerConfig config;
  config.subnets = {subnet_of(2, "198.51.100.0/24"), subnet_of(1, "192.0.2.0/24")};
  config.subnets[0].pools.push_back({{ip("198.51.100.1"), ip("198.51.100.9")}});
  config.subnets[1].pools.push_back({{ip("192.0.2.20"), ip("192.0.2.29")}});
  config.subnets[1].pools.push_back({{ip("192.0.2.10"), ip("192.0.2.19")}});
  config.build_indexes();
  const ServerConfig copy = config;
  EXPECT_EQ(copy.pool_count, 3U);
  EXPECT_EQ(copy.find_subnet(ip("192.0.2.1"))->find_pool(ip("192.0.2.10"))->ordinal, 0U);
  EXPECT_EQ(copy.find_subnet(ip("192.0.2.1"))->find_pool(ip("192.0.2.20"))->ordinal, 1U);
  EXPECT_EQ(copy.find_subnet(ip("198.51.100.1"))->find_pool(ip("198.51.100.1"))->ordinal, 2U);
  EXPECT_EQ(copy.find_subnet(ip("192.0.2.1")), &copy.subnets[0]);
}

}  // namespace
}  // namespace lessor::config
