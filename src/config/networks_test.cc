#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

constexpr const char* kRouter = R"("options": {"routers": "192.0.2.1"})";

std::string subnet(int number, const std::string& members = "") {
  const std::string net = "192.0." + std::to_string(number) + ".";
  return R"({"id": )" + std::to_string(number) + R"(, "subnet": ")" + net + R"(0/24", )" +
         R"("pools": [{"pool": ")" + net + "10-" + net + R"(20"}])" +
         (members.empty() ? "" : ", ") + members + "}";
}

std::string network(const std::string& members, const std::string& subnets) {
  return "{" + members + R"(, "subnet4": [)" + subnets + "]}";
}

std::expected<Loaded, std::vector<Problem>> load(const std::string& networks,
                                                 const std::string& global) {
  return load_text(R"({"Dhcp4": {)" + global + R"("shared-networks": [)" + networks + "]}}", "f",
                   {});
}

ServerConfig loaded(const std::string& networks, const std::string& global = "") {
  auto made = load(networks, global);
  if (!made) {
    ADD_FAILURE() << to_string(made.error()[0]);
    return {};
  }
  return std::move(made->config);
}

/// The problems, or the notes, a line each.
std::string told(const std::string& networks, const std::string& global = "") {
  const auto made = load(networks, global);
  std::string lines;
  for (const Problem& problem : made ? made->notes : made.error()) {
    lines += (lines.empty() ? "" : "\n") + problem.path + ": " + problem.message;
  }
  return lines;
}

TEST(Networks, ASubnetTakesItsNetworksParametersBeforeTheGlobalOnes) {
  const ServerConfig config = loaded(
      network(R"("name": "n", "valid-lifetime": 800, "renew-timer": 100, "interface": "eth7",
                 "relay": {"ip-addresses": ["10.0.0.1"]}, "next-server": "10.0.0.9",
                 "match-client-id": false, "authoritative": true,
                 "reservations-in-subnet": false)",
              subnet(2) + "," +
                  subnet(3, R"("valid-lifetime": 900, "relay": {"ip-addresses": ["10.0.0.2"]},
                               "boot-file-name": "third")")),
      R"("valid-lifetime": 700, "rebind-timer": 300, "boot-file-name": "all", )");
  ASSERT_EQ(config.subnets.size(), 2U);
  const Subnet& second = config.subnets[0];
  const Subnet& third = config.subnets[1];
  EXPECT_EQ(second.lifetimes.valid, Duration::seconds(800));
  EXPECT_EQ(third.lifetimes.valid, Duration::seconds(900));
  EXPECT_EQ(second.timers.renew, Duration::seconds(100));
  EXPECT_EQ(second.timers.rebind, Duration::seconds(300));
  EXPECT_EQ(second.interface, "eth7");
  EXPECT_EQ(second.relays, std::vector{net::parse_ip4("10.0.0.1").value()});
  EXPECT_EQ(third.relays, std::vector{net::parse_ip4("10.0.0.2").value()});
  EXPECT_EQ(second.boot.boot_file_name, "all");
  EXPECT_EQ(third.boot.boot_file_name, "third");
  EXPECT_EQ(third.boot.next_server, net::parse_ip4("10.0.0.9").value());
  EXPECT_FALSE(second.match_client_id);
  EXPECT_TRUE(third.authoritative);
  EXPECT_FALSE(third.reservations_in_subnet);
  ASSERT_EQ(config.networks.size(), 1U);
  EXPECT_EQ(config.network_of(third), &config.networks[0]);
  EXPECT_EQ(config.networks[0].subnets, (std::vector<std::uint32_t>{0, 1}));
}

TEST(Networks, WhatCannotBeIsRefused) {
  EXPECT_EQ(told(network(R"("comment": "c")", subnet(2))).substr(0, 63),
            "Dhcp4.shared-networks[0]: a shared network needs a name: \"name\"");
  EXPECT_EQ(told(network(R"("name": "n")", subnet(2)) + "," + network(R"("name": "n")", subnet(3))),
            "Dhcp4.shared-networks[1].name: the shared network 'n' stands twice; the other is at "
            "f:1:41");
  EXPECT_EQ(told(network(R"("name": "n")", subnet(2, R"("interface": "eth0")") + "," +
                                               subnet(3, R"("interface": "eth1")"))),
            "Dhcp4.shared-networks[0].subnet4[1].interface: another subnet of this shared network "
            "is on the interface 'eth0': a network's subnets share one link");
  EXPECT_EQ(told(network(R"("name": "n", "authoritative": true)",
                         subnet(2) + "," + subnet(3, R"("authoritative": false)"))),
            "Dhcp4.shared-networks[0].subnet4[1].authoritative: its shared network is "
            "authoritative: that goes for the whole link, say it there");
  EXPECT_NE(told(network(R"("name": "n")", subnet(2)), R"("subnet4": [)" + subnet(2) + "], "), "");
  EXPECT_NE(told(network(R"("name": "n", "pools": [])", subnet(2))), "");
  EXPECT_NE(told(network(R"("name": "n", "reservations": [])", subnet(2))), "");
}

TEST(Networks, OneLinkForItsSubnetsIsWorthNoWord) {
  const std::string in = R"("interface": "eth0", )" + std::string(kRouter);
  EXPECT_EQ(told(network(R"("name": "n")", subnet(2, in) + "," + subnet(3, in))), "");
  EXPECT_EQ(told(network(
                R"("name": "n", "relay": {"ip-addresses": ["10.0.0.1"]}, )" + std::string(kRouter),
                subnet(2) + "," + subnet(3))),
            "");
  EXPECT_EQ(told(network(R"("name": "n", "interface": "eth0")", subnet(2, kRouter)),
                 R"("subnet4": [)" + subnet(3, in) + "], "),
            "Dhcp4.shared-networks[0].subnet4[0].subnet: the interface eth0 is named by the subnet "
            "at f:1:44 too: the one with the lower id serves its clients; subnets of one link "
            "belong into a shared network");
}

TEST(Networks, WhatWillSurpriseIsNoted) {
  EXPECT_EQ(told(network(R"("name": "n")", "")),
            "Dhcp4.shared-networks[0]: this shared network has no subnets: it serves nobody");
  EXPECT_EQ(told(network(R"("name": "n")",
                         subnet(2, kRouter) + "," +
                             subnet(3, std::string(kRouter) + R"(, "match-client-id": false)"))),
            "Dhcp4.shared-networks[0].subnet4[1].match-client-id: the subnets of this shared "
            "network differ in it: that of the subnet by which the network was found counts for "
            "all; say it there");
  EXPECT_EQ(told(network(R"("name": "n", "interface": "eth5", )" + std::string(kRouter), subnet(2)),
                 R"("interfaces-config": {"interfaces": ["eth0"]}, )"),
            "Dhcp4.shared-networks[0].interface: 'eth5' is not in interfaces-config: no client on "
            "it is served");
}

}  // namespace
}  // namespace lessor::config
