#include "config/interface_config.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "wire/v4/option_text.h"

namespace lessor::config {
namespace {

net::Ip4 ip(std::string_view text) { return net::parse_ip4(text).value(); }

Environment host_of(std::vector<net::Interface> interfaces) {
  return {net::InterfaceTable(std::move(interfaces)), {}};
}

net::Interface interface_of(std::string name, std::initializer_list<std::string_view> addresses) {
  net::Interface interface;
  interface.name = std::move(name);
  for (const std::string_view text : addresses) {
    interface.addresses.push_back(net::parse_prefix4(text).value());
  }
  return interface;
}

/// eth0 as at home; eth1 beside it with a link-local address before the real one.
Environment home() {
  Environment host = host_of({interface_of("lo", {"127.0.0.1/8"}),
                              interface_of("eth0", {"192.0.2.10/24", "192.0.2.11/24"}),
                              interface_of("eth1", {"169.254.7.7/16", "198.51.100.1/28"}),
                              interface_of("bare", {}), interface_of("ptp", {"10.0.0.1/32"})});
  host.gateways = {ip("192.0.2.1")};
  return host;
}

std::expected<ServerConfig, std::vector<Problem>> make(const InterfaceWords& words,
                                                       const Environment& host = home()) {
  const auto wishes = read_interface_words(words);
  if (!wishes) return std::unexpected(wishes.error());
  return make_interface_config(*wishes, host);
}

/// Pools as text, excluded addresses in brackets; or the problems.
std::string show(const InterfaceWords& words, const Environment& host = home()) {
  const auto config = make(words, host);
  std::string text;
  if (!config) {
    for (const Problem& problem : config.error()) {
      text += (text.empty() ? "" : "\n") + to_string(problem);
    }
    return text;
  }
  for (const Pool& pool : config->subnets.at(0).pools) {
    text += (text.empty() ? "" : "; ") + to_string(pool.range);
    for (const net::Ip4 address : pool.excluded) text += " [" + to_string(address) + "]";
  }
  return text;
}

TEST(InterfaceConfig, LeasesTheSubnetOfTheInterfaceLessWhatIsTaken) {
  struct Row {
    InterfaceWords words;
    const char* expected;
  };
  const Row rows[] = {
      {{.interface = "eth0"}, "192.0.2.2 - 192.0.2.254 [192.0.2.10] [192.0.2.11]"},
      {{.interface = "eth1"}, "198.51.100.2 - 198.51.100.14"},
      {{.interface = "eth0", .pool = "192.0.2.9-192.0.2.20"},
       "192.0.2.9 - 192.0.2.20 [192.0.2.10] [192.0.2.11]"},
      {{.interface = "eth0", .pool = "192.0.2.240/28"}, "192.0.2.240 - 192.0.2.255 [192.0.2.255]"},
      {{.interface = "eth0", .router = "192.0.2.254", .dns = "192.0.2.3, 203.0.113.5"},
       "192.0.2.2 - 192.0.2.253 [192.0.2.3] [192.0.2.10] [192.0.2.11]"},
      {{.interface = "eth1", .exclude = {"198.51.100.4-198.51.100.6", "198.51.100.14"}},
       "198.51.100.2 - 198.51.100.3; 198.51.100.7 - 198.51.100.13"},
      {{.interface = "eth1", .exclude = {"198.51.100.0/29", "198.51.100.6-198.51.100.9"}},
       "198.51.100.10 - 198.51.100.14"},
      {{.interface = "eth0", .pool = "192.0.2.20-192.0.2.29", .exclude = {"192.0.2.40"}},
       "192.0.2.20 - 192.0.2.29"},
      {{.interface = "eth0", .pool = "192.0.2.20-192.0.2.29", .exclude = {"192.0.2.0-192.0.2.24"}},
       "192.0.2.25 - 192.0.2.29"},
  };
  for (const Row& row : rows) EXPECT_EQ(show(row.words), row.expected);
}

TEST(InterfaceConfig, SaysWhatIsWrongWithEachWord) {
  struct Row {
    InterfaceWords words;
    const char* expected;
  };
  const Row rows[] = {
      {{.interface = "eth9"},
       "command line: --interface: there is no interface 'eth9'; this host has lo, eth0, eth1, "
       "bare, ptp (did you mean 'eth0'?)"},
      {{.interface = "bare"},
       "command line: --interface: bare has no IPv4 address, so there is no subnet to lease from: "
       "give it one with ip address add 192.0.2.1/24 dev bare"},
      {{.interface = "ptp"},
       "command line: --interface: ptp has only 10.0.0.1/32: no subnet with addresses to lease "
       "(it needs /30 or shorter, neither loopback nor link-local)"},
      {{.interface = "lo"},
       "command line: --interface: lo has only 127.0.0.1/8: no subnet with addresses to lease "
       "(it needs /30 or shorter, neither loopback nor link-local)"},
      {{.interface = "eth0", .pool = "192.0.2.9-192.0.2.2"},
       "command line: --pool: '192.0.2.9-192.0.2.2' is no range of addresses: write "
       "192.0.2.10-192.0.2.99, the lower one first"},
      {{.interface = "eth0", .pool = "192.0.2.9-192.0.3.2"},
       "command line: --pool: 192.0.2.9 - 192.0.3.2 is in no subnet of eth0, which has "
       "192.0.2.10/24, 192.0.2.11/24"},
      {{.interface = "eth0", .pool = "a", .exclude = {"x"}, .lease_time = "0s"},
       "command line: --pool: 'a' is no range of addresses: write 192.0.2.10-192.0.2.99, the lower "
       "one first\n"
       "command line: --lease-time: '0s' is no time for a lease: from 1s to 49710d, or infinite\n"
       "command line: --exclude: 'x' is no address and no range: write 192.0.2.10 or "
       "192.0.2.10-192.0.2.20"},
      {{.interface = "eth0", .exclude = {"192.0.3.1"}, .router = "192.0.3.1"},
       "command line: --router: 192.0.3.1 is not in 192.0.2.0/24: clients could not reach it\n"
       "command line: --exclude: 192.0.3.1 - 192.0.3.1 is not in 192.0.2.0/24"},
      {{.interface = "eth0", .exclude = {"192.0.2.0/24"}},
       "command line: --exclude: no address is left to lease in 192.0.2.2 - 192.0.2.254"},
      {{.interface = "eth0", .pool = "192.0.2.10-192.0.2.11"},
       "command line: --pool: no address is left to lease in 192.0.2.10 - 192.0.2.11"},
      {{.interface = "eth0", .router = "203.0.113.1"},
       "command line: --router: 203.0.113.1 is not in 192.0.2.0/24: clients could not reach it"},
      {{.interface = "eth0", .dns = "8.8.8"},
       "command line: --dns: '8.8.8' is not an IPv4 address: write 192.0.2.1"},
      {{.interface = "eth0", .lease_time = "soon"},
       "command line: --lease-time: 'soon' is not a duration: write 30s, 10m, 1h, 7d, 250ms or "
       "infinite"},
      {{.interface = "eth0", .lease_time = "0"},
       "command line: --lease-time: '0' is no time for a lease: from 1s to 49710d, or infinite"},
  };
  for (const Row& row : rows) EXPECT_EQ(show(row.words), row.expected);
}

TEST(InterfaceConfig, TooManyAddressesAreRefused) {
  const Environment host = host_of({interface_of("big", {"10.0.0.1/2"})});
  EXPECT_EQ(show({.interface = "big"}, host),
            "command line: --pool: 1073741822 addresses are too many to lease: at most 67108864; "
            "name a smaller range");
}

TEST(InterfaceConfig, SendsNothingThatWasNotAskedFor) {
  const auto config = make({.interface = "eth0"}, home());
  ASSERT_TRUE(config.has_value());
  const Subnet& subnet = config->subnets.at(0);
  EXPECT_TRUE(subnet.options.empty());
  EXPECT_TRUE(config->options.empty());
  EXPECT_TRUE(subnet.probe_new_addresses);
  EXPECT_FALSE(subnet.authoritative);
  EXPECT_EQ(subnet.interface, "eth0");
  EXPECT_EQ(config->interfaces.mode, InterfacePolicy::Mode::listed);
  EXPECT_EQ(config->interfaces.listed.at(0).name, "eth0");
  EXPECT_EQ(config->lease_database.folder, "/var/lib/lessor");
  EXPECT_EQ(subnet.lifetimes.valid, Duration::seconds(3'600));  // as the help says
}

TEST(InterfaceConfig, GivenOptionsAndTimesAreSent) {
  const auto config = make({.interface = "eth0",
                            .router = "192.0.2.1",
                            .dns = "8.4.4.4,192.0.2.53",
                            .domain = "example.org",
                            .lease_time = "1h"},
                           home());
  ASSERT_TRUE(config.has_value());
  const Subnet& subnet = config->subnets.at(0);
  EXPECT_EQ(to_hex(subnet.options.find(wire::kOptionRouters)->value), "c0000201");
  EXPECT_EQ(to_hex(subnet.options.find(wire::kOptionDomainNameServers)->value), "08040404c0000235");
  EXPECT_EQ(as_text(subnet.options.find(wire::kOptionDomainName)->value), "example.org");
  EXPECT_EQ(subnet.lifetimes.valid, Duration::seconds(3'600));
  EXPECT_EQ(subnet.lifetimes.min_valid, Duration::seconds(3'600));
  EXPECT_EQ(subnet.lifetimes.max_valid, Duration::seconds(3'600));
}

TEST(InterfaceConfig, InfiniteLeasesAreAsked) {
  const auto config = make({.interface = "eth0", .lease_time = "infinite"});
  ASSERT_TRUE(config.has_value());
  EXPECT_TRUE(config->subnets.at(0).lifetimes.max_valid.is_infinite());
}

TEST(InterfaceConfig, ItsTextIsTheFileThatSaysTheSame) {
  const InterfaceWords words{.interface = "eth0",
                             .exclude = {"192.0.2.50-192.0.2.59"},
                             .router = "192.0.2.1",
                             .dns = "8.4.4.4",
                             .domain = "0x12,\x01,b",
                             .lease_time = "1h"};
  const auto config = make(words);
  ASSERT_TRUE(config.has_value());
  const auto again = load_text(config->text, "again.json", home());
  ASSERT_TRUE(again.has_value()) << to_string(again.error().at(0));
  const Subnet& one = config->subnets.at(0);
  const Subnet& two = again->config.subnets.at(0);
  ASSERT_EQ(one.pools.size(), two.pools.size());
  for (std::size_t i = 0; i < one.pools.size(); ++i) {
    EXPECT_EQ(one.pools[i].range, two.pools[i].range);
    EXPECT_EQ(one.pools[i].excluded, two.pools[i].excluded);
  }
  ASSERT_EQ(one.options.all().size(), two.options.all().size());
  for (const ConfiguredOption& option : one.options.all()) {
    EXPECT_TRUE(equal_bytes(option.value, two.options.find(option.code)->value));
  }
  EXPECT_EQ(one.lifetimes.valid, two.lifetimes.valid);
  EXPECT_EQ(again->config.interfaces.listed.at(0).name, "eth0");
}

}  // namespace
}  // namespace lessor::config
