#include "server/v4/no_address.h"

#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

std::string site_of(const std::string& global, const std::string& of_subnet) {
  return global + R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", )" + of_subnet +
         R"("pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";
}
constexpr const char* kOption =
    R"("option-data": [{"name": "v6-only-preferred", "data": "1800"}], )";

// ---- IPv6-only preferred (RFC 8925)

TEST(Ipv6Only, OffersNoAddressToWhoAsksForIt) {  // R8925-a
  for (const std::string& config : {site_of(kOption, ""), site_of("", kOption)}) {
    Site site(load(config));
    const auto offer = site.hear(discover(host(1)).wanting({1, 3, 108}));
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->type(), MessageType::offer);
    EXPECT_EQ(offer->yiaddr(), "0.0.0.0");
    EXPECT_EQ(offer->number(108), 1'800U);
    EXPECT_EQ(offer->number(51), 7'200U);
    EXPECT_EQ(offer->envelope().destination, net::kIp4Broadcast);
    const auto other = site.hear(discover(host(2)).wanting({1, 3}));
    ASSERT_TRUE(other);
    EXPECT_EQ(other->yiaddr(), "192.0.2.10");
    EXPECT_EQ(other->option(108), std::nullopt);
  }
  Site without(load(site_of("", "")));
  EXPECT_EQ(without.hear(discover(host(1)).wanting({108}))->yiaddr(), "192.0.2.10");
}

TEST(Ipv6Only, UsesUpNoPool) {
  Site site(load(site_of(kOption, "")));
  for (std::uint32_t i = 1; i < 50; ++i) {
    EXPECT_EQ(site.hear(discover(host(i)).wanting({108}))->yiaddr(), "0.0.0.0");
  }
  EXPECT_EQ(site.lease(host(60)), "192.0.2.10");
}

TEST(Ipv6Only, HeedsGuardsAndNeverSend) {
  const std::string guarded = R"("client-classes": [{"name": "a", "test": "option[12].hex == 'a'"}],
      "option-data": [{"name": "v6-only-preferred", "data": "1800", "client-classes": ["a"]}], )";
  Site site(load(site_of(guarded, "")));
  EXPECT_EQ(site.hear(discover(host(1)).with(12, text("a")).wanting({108}))->yiaddr(), "0.0.0.0");
  EXPECT_EQ(site.hear(discover(host(2)).wanting({108}))->yiaddr(), "192.0.2.10");
  Site never(load(site_of(kOption, R"("option-data": [{"code": 108, "never-send": true}], )")));
  EXPECT_EQ(never.hear(discover(host(1)).wanting({108}))->yiaddr(), "192.0.2.10");
}

/// RFC 8925 3.3: a DHCPREQUEST is for RFC 2131 to answer, with the option.
TEST(Ipv6Only, GrantsWhatIsRequestedAllTheSame) {
  Site site(load(site_of(kOption, "")));
  const auto ack = site.hear(selecting(host(1), "192.0.2.12").wanting({108}));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(ack->yiaddr(), "192.0.2.12");
  EXPECT_EQ(ack->number(108), 1'800U);
}

/// RFC 8925 3.3: "the server SHOULD NOT honor the Rapid Commit option if the server's response to
/// the client would contain the IPv6-Only Preferred option."
TEST(Ipv6Only, GoesBeforeRapidCommit) {
  Site site(load(site_of(kOption, R"("rapid-commit": true, )")));
  const auto offer = site.hear(discover(host(1)).with(80, {}).wanting({108}));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->type(), MessageType::offer);
  EXPECT_EQ(offer->option(80), std::nullopt);
}

// ---- rapid commit (RFC 4039)

TEST(RapidCommit, LeasesAtOnceToWhoAsks) {  // R4039-a
  Site site(load(site_of(R"("rapid-commit": true, )", "")));
  const auto ack = site.hear(discover(host(1)).with(80, {}));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(ack->option(80), Octets());
  EXPECT_EQ(ack->yiaddr(), "192.0.2.10");
  EXPECT_EQ(ack->number(51), 7'200U);
  ASSERT_TRUE(site.record("192.0.2.10"));
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active);
  // Others are offered, and no ACK but that of a DISCOVER says 80.
  EXPECT_EQ(site.hear(discover(host(2)))->type(), MessageType::offer);
  const auto renewed = site.hear(renewing(host(1), "192.0.2.10").with(80, {}));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->option(80), std::nullopt);
  EXPECT_EQ(site.hear(discover(host(1)).with(80, {}))->option(80), Octets());
}

TEST(RapidCommit, IsForThoseWhoConfigureIt) {
  Site site(load(site_of("", "")));
  const auto offer = site.hear(discover(host(1)).with(80, {}));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->type(), MessageType::offer);
  EXPECT_EQ(offer->option(80), std::nullopt);
}

TEST(RapidCommit, WaitsForTheDisk) {
  Site site(load(site_of(R"("rapid-commit": true, )", "")));
  site.hold_disk();
  EXPECT_FALSE(site.hear(discover(host(1)).with(80, {})));
  EXPECT_FALSE(site.hear(discover(host(1)).with(80, {})));  // sent again: answered once
  EXPECT_EQ(site.why(), Reason::duplicate);
  site.flush();
  const auto ack = site.next_reply();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_FALSE(site.next_reply());
}

}  // namespace
}  // namespace lessor::server::v4::testing
