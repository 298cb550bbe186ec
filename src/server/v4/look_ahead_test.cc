// What comes next is told ahead: nothing of it is in what is answered.
#include "server/v4/test_kit.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lessor::server::v4::testing {
namespace {

constexpr std::uint32_t kSubnets = 100;  // more than stay in a processor's cache

config::ServerConfig many_subnets() {
  HugeVector<config::Subnet> subnets;
  for (std::uint32_t n = 0; n < kSubnets; ++n) {
    const std::string start = "10.0." + std::to_string(n);
    subnets.push_back(subnet(n + 1, start + ".0/24", {pool(start + ".10-" + start + ".99")}));
    subnets.back().reservations.push_back(reserve_hw(host(n).mac, start + ".200"));
  }
  return config_of(std::move(subnets));
}

std::string relay_of(std::uint32_t n) { return "10.0." + std::to_string(n % kSubnets) + ".2"; }

/// The addresses that clients are offered one after the other, in another subnet each, while
/// `tell` has its say before each.
template <typename Tell>
std::vector<std::string> offers(Tell tell) {
  Site site(many_subnets());
  std::vector<std::string> all;
  for (std::uint32_t n = 0; n < 2 * kSubnets; ++n) {
    tell(site.engine(), n);
    const auto reply = site.hear(discover(host(n)).through(relay_of(n)));
    all.push_back(reply ? reply->yiaddr() : "none");
  }
  return all;
}

TEST(LookAhead, RepliesAreTheSameWhateverIsToldToComeNext) {
  const std::vector<std::string> expected = offers([](ServerEngine&, std::uint32_t) {});
  EXPECT_EQ(expected[5], "10.0.5.200");            // its reservation
  EXPECT_EQ(expected[kSubnets + 5], "10.0.5.10");  // a client without one

  EXPECT_EQ(offers([](ServerEngine& engine, std::uint32_t n) {
              engine.fetch_ahead(discover(host(n + 1)).through(relay_of(n + 1)).said().payload);
            }),
            expected);
  EXPECT_EQ(offers([](ServerEngine& engine, std::uint32_t n) {
              for (std::uint32_t coming = n == 0 ? 0 : n + 2; coming <= n + 2; ++coming) {
                engine.fetch_ahead(discover(host(coming)).through(relay_of(coming)).said().payload);
              }
            }),
            expected);
  EXPECT_EQ(offers([](ServerEngine& engine, std::uint32_t n) {
              engine.fetch_ahead(discover(host(n)).through("192.0.2.77").said().payload);
            }),
            expected);
}

TEST(LookAhead, WhatIsNoMessageDoesNoHarm) {
  const std::vector<std::string> expected = offers([](ServerEngine&, std::uint32_t) {});
  Random random(7);
  EXPECT_EQ(offers([&](ServerEngine& engine, std::uint32_t n) {
              Octets junk(n * 3);
              for (std::byte& each : junk) each = static_cast<std::byte>(random.below(256));
              engine.fetch_ahead(junk);
            }),
            expected);
}

TEST(LookAhead, BeforeTheFirstConfigurationThereIsNothingToFetch) {
  lease::ChangeLog changes(16);
  const ServerEngine engine(Site::small(), changes);
  engine.fetch_ahead(discover(host(1)).through("10.0.1.2").said().payload);
  EXPECT_EQ(engine.configuration(), nullptr);
}

}  // namespace
}  // namespace lessor::server::v4::testing
