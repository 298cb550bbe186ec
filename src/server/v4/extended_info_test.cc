// store-extended-info: what a lease keeps of the relay that its client is behind.
#include "lease/extras.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig keeping(bool stash = false) {
  auto made = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  made.stores_extended_info = true;
  auto config = config_of({made});
  config.stash_agent_options = stash;
  return config;
}

Octets info(std::string_view port) {
  Octets made = octets({1, static_cast<int>(port.size())});
  for (const std::byte octet : as_bytes(port)) made.push_back(octet);
  return made;
}

Octets kept(const Site& site, std::string_view address = "192.0.2.10") {
  const auto lease = site.record(address);
  const Bytes bytes = lease ? lease::relay_info_of(*lease) : Bytes();
  return {bytes.begin(), bytes.end()};
}

Say taking(const Host& h, std::string_view address, Octets relay_info) {
  return selecting(h, address).through("192.0.2.254", std::move(relay_info));
}

TEST(ExtendedInfo, ALeaseKeepsWhatItsRelaySaid) {
  Site site(keeping());
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port1"))));
  EXPECT_EQ(kept(site), info("port1"));
  // A renewal past the relay says nothing of it; one through another port does.
  ASSERT_TRUE(site.hear(renewing(host(1), "192.0.2.10")));
  EXPECT_EQ(kept(site), info("port1"));
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port2"))));
  EXPECT_EQ(kept(site), info("port2"));
}

TEST(ExtendedInfo, NothingIsKeptWhereTheConfigurationDoesNotSaySo) {
  Site site;
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port1"))));
  EXPECT_TRUE(kept(site).empty());
  site.reload(keeping());
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port1"))));
  EXPECT_EQ(kept(site), info("port1"));
}

TEST(ExtendedInfo, TheNextClientOfAnAddressHasNoneOfIt) {
  Site site(keeping());
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port1"))));
  (void)site.hear(release(host(1), "192.0.2.10"));
  ASSERT_TRUE(site.hear(selecting(host(2), "192.0.2.10")));
  EXPECT_TRUE(kept(site).empty());
}

// Nothing stale is left where the truth is too long.
TEST(ExtendedInfo, WhatIsTooLongIsNotKept) {
  Site site(keeping());
  const std::string most(lease::kMaxExtras - 4, 'p');
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info(most))));
  EXPECT_EQ(kept(site), info(most));
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info(most + "p"))));
  EXPECT_TRUE(kept(site).empty());
}

TEST(ExtendedInfo, AnOperatorsContextOutlivesRenewals) {
  Site site(keeping());
  ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.10")));
  lease::ExtrasWriter writer;
  ASSERT_TRUE(writer.set(lease::Extra::user_context, as_bytes("{}")));
  lease::Lease lease = *site.record("192.0.2.10");
  lease.extras = writer.bytes();
  ASSERT_TRUE(site.engine().set_lease(site.now(), lease));
  site.flush();
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port1"))));
  EXPECT_EQ(kept(site), info("port1"));
  EXPECT_EQ(as_text(lease::find_extra(*site.record("192.0.2.10"), lease::Extra::user_context)),
            "{}");
}

// ---- stash-agent-options

/// A reservation by circuit-id: its options are for who is behind port1.
config::ServerConfig with_port_reservation(bool stash) {
  auto config = keeping(stash);
  config::Reservation reserved{.identifier_type = config::IdentifierType::circuit_id,
                               .identifier = text("port1")};
  reserved.options = config::OptionSet({option(224, text("here"), true)});
  config.subnets[0].reservations.push_back(reserved);
  config.build_indexes();
  return config;
}

TEST(Stash, WhoRenewsPastItsRelayIsWhereItsLeaseSays) {
  for (const bool stash : {false, true}) {
    Site site(with_port_reservation(stash));
    const auto ack = site.hear(taking(host(1), "192.0.2.10", info("port1")));
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->option(224), text("here"));
    const auto renewed = site.hear(renewing(host(1), "192.0.2.10").wanting({1, 3}));
    ASSERT_TRUE(renewed);
    EXPECT_EQ(renewed->option(224).has_value(), stash);
    EXPECT_FALSE(renewed->option(82));  // it is not the client's to get
    EXPECT_EQ(renewed->envelope().destination, ip("192.0.2.10"));
    EXPECT_EQ(kept(site), info("port1"));
    EXPECT_EQ(site.record("192.0.2.10")->place.relay, ip("192.0.2.254"));
  }
}

TEST(Stash, AnothersLeaseTellsNothing) {
  Site site(with_port_reservation(true));
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port1"))));
  const auto nak = site.hear(renewing(host(2), "192.0.2.10"));
  EXPECT_FALSE(nak && nak->option(224));
  site.pass_seconds(3'600);  // over, but in its grace
  const auto late = site.hear(renewing(host(1), "192.0.2.10"));
  EXPECT_FALSE(late && late->option(224));
}

TEST(Stash, AMessageThatSaysWhereItComesFromIsTakenByItsWord) {
  Site site(with_port_reservation(true));
  ASSERT_TRUE(site.hear(taking(host(1), "192.0.2.10", info("port1"))));
  const auto moved = site.hear(renewing(host(1), "192.0.2.10").with(82, info("port9")));
  ASSERT_TRUE(moved);
  EXPECT_FALSE(moved->option(224));
  EXPECT_EQ(moved->option(82), info("port9"));
  EXPECT_EQ(kept(site), info("port9"));
}

}  // namespace
}  // namespace lessor::server::v4::testing
