#include "client/v4/host_plan.h"

#include "base/text.h"
#include "client/v4/test_leases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lessor::client::v4 {
namespace {

using testing::addresses;
using ::testing::ElementsAre;
using testing::ip;
using ::testing::IsEmpty;
using testing::lease;
using testing::prefix;
using testing::text;
using wire::testing::octets;
using wire::testing::Octets;

Now at(std::int64_t seconds) {
  return {.mono = Instant() + Duration::seconds(seconds), .wall = {}};
}

HostPlan plan(Options options, const HostRules& rules = {}) {
  return plan_host(lease(std::move(options)), rules, at(0));
}

std::vector<std::string> told(const HostPlan& plan) {
  std::vector<std::string> out;
  for (const Refusal& refusal : plan.refusals) {
    out.push_back(std::to_string(refusal.option) + ": " + refusal.what);
  }
  return out;
}

TEST(PlanHost, PutsTheAddressWithItsSubnetOnTheInterface) {
  const HostPlan made = plan({});
  EXPECT_EQ(made.settings.address, prefix("192.0.2.50/24"));
  EXPECT_THAT(made.refusals, IsEmpty());
  EXPECT_EQ(plan_host(lease({}, "192.0.2.50/32"), {}, at(0)).settings.address,
            prefix("192.0.2.50/32"));
}

// C2-01
TEST(PlanHost, GoesByTheClassWithoutAUsableMask) {
  for (const Octets& mask :
       {octets({}), octets({255}), octets({255, 255, 255}), octets({255, 255, 255, 0, 0}),
        octets({255, 0, 255, 0}), octets({0, 0, 0, 0}), Octets(255, std::byte{0xff})}) {
    const HostPlan made = plan({{1, mask}});
    EXPECT_EQ(made.settings.address, prefix("192.0.2.50/24"));
    EXPECT_THAT(told(made), ElementsAre("1: the subnet mask is malformed"));
  }
}

// C3-06: a subnet of half of all addresses is a default route that nobody asked for.
TEST(PlanHost, TakesNoSubnetLargerThanANetwork) {
  const HostPlan made = plan({{1, octets({128, 0, 0, 0})}});
  EXPECT_EQ(made.settings.address, prefix("192.0.2.50/24"));
  EXPECT_THAT(told(made), ElementsAre("1: subnet mask /1: larger than any network"));
}

// R2131-4.4.1-e
TEST(PlanHost, CountsWhatIsLeftOfTheLease) {
  EXPECT_EQ(plan_host(lease(), {}, at(600)).settings.lifetime, Duration::seconds(3000));
  EXPECT_EQ(plan_host(lease(), {}, at(3600)).settings.lifetime, Duration());
  EXPECT_EQ(plan_host(lease(), {}, at(9999)).settings.lifetime, Duration());
  Lease endless = lease();
  endless.lease_time = Duration::infinite();
  EXPECT_TRUE(plan_host(endless, {}, at(600)).settings.lifetime.is_infinite());
}

TEST(PlanHost, PassesMetricAndTableOn) {
  const HostPlan made = plan({}, {.metric = 100, .table = 7});
  EXPECT_EQ(made.settings.metric, 100U);
  EXPECT_EQ(made.settings.table, 7U);
}

TEST(PlanHost, TakesABroadcastAddressOfTheSubnetOnly) {
  EXPECT_EQ(plan({{28, addresses({"192.0.2.255"})}}).settings.broadcast, net::kIp4Any)
      << "as the prefix says";
  EXPECT_EQ(plan({{28, addresses({"192.0.2.0"})}}).settings.broadcast, ip("192.0.2.0"));
  for (const char* const wrong :
       {"198.51.100.255", "255.255.255.255", "0.0.0.0", "127.255.255.255", "192.0.2.50"}) {
    const HostPlan made = plan({{28, addresses({wrong})}});
    EXPECT_EQ(made.settings.broadcast, net::kIp4Any) << wrong;
    EXPECT_EQ(made.refusals.size(), 1U) << wrong;
  }
  EXPECT_EQ(plan({{28, octets({192, 0, 2})}}).refusals.size(), 1U);
}

TEST(PlanHost, TakesAnMtuBetween576AndTheLinks) {
  struct Case {
    Octets value;
    std::optional<std::uint32_t> mtu;
    std::vector<std::string> told;
  };
  const Case cases[] = {
      {octets({0x05, 0xdc}), 1500, {}},
      {octets({0x05, 0xb4}), 1460, {}},
      {octets({0x02, 0x40}), 576, {}},
      {octets({0x02, 0x3f}), {}, {"26: MTU 575: less than 576"}},
      {octets({0, 68}), {}, {"26: MTU 68: less than 576"}},
      {octets({0, 0}), {}, {"26: MTU 0: less than 576"}},
      {octets({0x05, 0xdd}), {}, {"26: MTU 1501: more than the link's"}},
      {octets({0xff, 0xff}), {}, {"26: MTU 65535: more than the link's"}},
      {octets({}), {}, {"26: MTU 0: less than 576"}},
      {octets({0, 0, 0x05, 0xdc}), {}, {"26: MTU 0: less than 576"}},
  };
  for (const Case& c : cases) {
    const HostPlan made = plan({{26, c.value}}, {.link_mtu = 1500});
    EXPECT_EQ(made.settings.mtu, c.mtu);
    EXPECT_EQ(told(made), c.told);
  }
  EXPECT_EQ(plan({{26, octets({0x23, 0x28})}}).settings.mtu, 9000U) << "a link that nobody knows";
  EXPECT_EQ(plan({{26, octets({0x05, 0xb4})}}, {.mtu = false}).settings.mtu, std::nullopt);
}

// R2132-3-b
TEST(PlanHost, TakesNameServersThatAreHosts) {
  const HostPlan made = plan({{6, addresses({"192.0.2.53", "127.0.0.53", "0.0.0.0", "224.0.0.1",
                                             "255.255.255.255", "192.0.2.53", "198.51.100.53"})}});
  EXPECT_THAT(made.settings.name_servers, ElementsAre(ip("192.0.2.53"), ip("198.51.100.53")));
  EXPECT_THAT(told(made), ElementsAre("6: name server 127.0.0.53: no host's address",
                                      "6: name server 0.0.0.0: no host's address",
                                      "6: name server 224.0.0.1: no host's address",
                                      "6: name server 255.255.255.255: no host's address",
                                      "6: name server 192.0.2.53: named twice"));
  for (const Octets& wrong : {octets({}), octets({192, 0, 2}), octets({192, 0, 2, 53, 1})}) {
    EXPECT_THAT(told(plan({{6, wrong}})), ElementsAre("6: the list of name servers is malformed"));
  }
}

TEST(PlanHost, TakesSixteenNameServers) {
  std::vector<std::byte> list;
  for (std::uint32_t i = 1; i <= 100; ++i) wire::append_be(list, ip("192.0.2.0").value + i, 4);
  const HostPlan made = plan({{6, list}});
  EXPECT_EQ(made.settings.name_servers.size(), net::kMaxNameServers);
  EXPECT_EQ(made.refusals.size(), kMaxRefusals);
}

/// RFC 1035 names, one behind the other.
Octets names(std::initializer_list<std::string_view> list) {
  Octets out;
  for (const std::string_view name : list) {
    for (const std::string_view label : split(name, '.')) {
      out = out + octets({static_cast<int>(label.size())}) + wire::testing::copy(as_bytes(label));
    }
    out.push_back(std::byte{0});
  }
  return out;
}

TEST(PlanHost, SearchesByOption119ElseByTheDomain) {
  const auto domain = text("example.org");
  HostPlan made = plan({{15, domain}, {119, names({"eng.example.org", "example.com"})}});
  EXPECT_EQ(made.settings.domain, "example.org");
  EXPECT_THAT(made.settings.search, ElementsAre("eng.example.org", "example.com"));
  EXPECT_THAT(plan({{15, domain}}).settings.search, ElementsAre("example.org"));

  made = plan({{15, domain}, {119, octets({3, 'e', 'n'})}});
  EXPECT_THAT(made.settings.search, ElementsAre("example.org")) << "malformed counts as absent";
  EXPECT_THAT(told(made), ElementsAre("119: the search list is malformed"));
  EXPECT_THAT(told(plan({{119, {}}})), ElementsAre("119: the search list is malformed"));
  EXPECT_THAT(told(plan({{119, octets({0xc0, 0})}})),
              ElementsAre("119: the search list is malformed"))
      << "a pointer to itself";
}

// C2-06
TEST(PlanHost, CleansTheSearchListNameByName) {
  const HostPlan made =
      plan({{119, names({"good.example", "a b", "$(reboot)", "good.example"}) + octets({0})}});
  EXPECT_THAT(made.settings.search, ElementsAre("good.example"));
  EXPECT_THAT(told(made),
              ElementsAre("119: search name \"a\\x5c032b\": no name",
                          "119: search name \"\\x5c036\\x5c040reboot\\x5c041\": no name",
                          "119: search name \"good.example\": named twice",
                          "119: search name \".\": no name"));
}

// C2-08
TEST(PlanHost, TakesNoDomainThatIsNoName) {
  const HostPlan made = plan({{15, text("example.org\nnameserver 203.0.113.66")}});
  EXPECT_EQ(made.settings.domain, "");
  EXPECT_THAT(made.settings.search, IsEmpty());
  EXPECT_THAT(told(made),
              ElementsAre("15: domain \"example.org\\x0anameserver 203.0.113.66\": no name"));
}

// C2-08
TEST(PlanHost, TakesAHostNameWhenAsked) {
  EXPECT_EQ(plan({{12, text("printer")}}).settings.hostname, "") << "not by default";
  const HostRules rules{.hostname = true};
  EXPECT_EQ(plan({{12, text("printer")}}, rules).settings.hostname, "printer");
  const HostPlan made = plan({{12, text("x;reboot")}}, rules);
  EXPECT_EQ(made.settings.hostname, "");
  EXPECT_THAT(told(made), ElementsAre("12: host name \"x;reboot\": no host's name"));
}

TEST(PlanHost, TakesNamesAloneWhenTheInterfaceIsLeftAlone) {
  const HostPlan made = plan({{3, addresses({"192.0.2.1"})},
                              {6, addresses({"192.0.2.53"})},
                              {26, octets({0x05, 0xb4})},
                              {28, addresses({"192.0.2.0"})}},
                             {.address = false});
  EXPECT_EQ(made.settings.address, net::Prefix4{});
  EXPECT_EQ(made.settings.broadcast, net::kIp4Any);
  EXPECT_EQ(made.settings.mtu, std::nullopt);
  EXPECT_THAT(made.settings.routes, IsEmpty());
  EXPECT_THAT(made.settings.name_servers, ElementsAre(ip("192.0.2.53")));
  EXPECT_THAT(plan({{6, addresses({"192.0.2.53"})}, {15, text("example.org")}}, {.dns = false})
                  .settings.name_servers,
              IsEmpty());
}

}  // namespace
}  // namespace lessor::client::v4
