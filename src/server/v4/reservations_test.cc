// Reservations, and what happens when a new one meets a lease.
#include "server/v4/claims.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig with(std::vector<config::Reservation> reservations) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  for (config::Reservation& r : reservations) add_reservation(one, std::move(r));
  return config_of({one});
}

TEST(Reservation, ByHardwareAddressInAndOutOfThePools) {
  Site site(with({reserve_hw(host(1).mac, "192.0.2.10"), reserve_hw(host(2).mac, "192.0.2.77")}));
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(site.lease(host(2)), "192.0.2.77");
  EXPECT_EQ(site.lease(host(3)), "192.0.2.11");  // the pool leaves reserved addresses out
}

TEST(Reservation, ByClientIdentifier) {
  const Octets id = octets({0, 'r', 'o', 'u', 't', 'e', 'r'});
  Site site(with({reserve_id(id, "192.0.2.77")}));
  EXPECT_EQ(site.lease(host_with_id(5, id)), "192.0.2.77");
  EXPECT_EQ(site.lease(host_with_id(5, octets({1, 2}))), "192.0.2.10");
}

TEST(Reservation, TheFirstIdentifierInOrderCounts) {
  const Octets id = octets({1, 2, 3});
  config::ServerConfig config =
      with({reserve_hw(host(1).mac, "192.0.2.70"), reserve_id(id, "192.0.2.71")});
  EXPECT_EQ(Site(config).lease(host_with_id(1, id)), "192.0.2.70");
  config.identifier_order = {config::IdentifierType::client_id, config::IdentifierType::hw_address};
  EXPECT_EQ(Site(config).lease(host_with_id(1, id)), "192.0.2.71");
}

TEST(Reservation, SwitchedOffIsNone) {
  config::ServerConfig config = with({reserve_hw(host(1).mac, "192.0.2.77")});
  config.subnets[0].reservations_in_subnet = false;
  EXPECT_EQ(Site(config).lease(host(1)), "192.0.2.10");
}

TEST(Reservation, HasItsOwnOptionsAndNames) {
  config::Reservation r = reserve_hw(host(1).mac, "192.0.2.77");
  r.hostname = "printer";
  r.options = config::OptionSet({option(6, octets({9, 9, 9, 9}))});
  r.boot = {.next_server = ip("192.0.2.5"), .server_hostname = "boot", .boot_file_name = "image"};
  Site site(with({r}));
  const auto offer = site.hear(discover(host(1)).wanting({3, 6, 12}));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->option(6), octets({9, 9, 9, 9}));
  EXPECT_EQ(offer->option(12), text("printer"));
  EXPECT_EQ(offer->option(3), octets({192, 0, 2, 1}));  // the subnet's
  EXPECT_EQ(offer->view().siaddr(), ip("192.0.2.5"));
  EXPECT_EQ(as_text(offer->view().sname()), "boot");
  EXPECT_EQ(as_text(offer->view().file()), "image");
  ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.77")));
  EXPECT_EQ(as_text(site.record("192.0.2.77")->hostname), "printer");
}

TEST(Reservation, TheNameIsToldWithTheAddressOrWhenAskedFor) {
  config::Reservation r = reserve_hw(host(1).mac, "");
  r.hostname = "printer";
  Site site(with({r}));
  EXPECT_EQ(site.hear(discover(host(1)).wanting({3}))->option(12), text("printer"));
  EXPECT_EQ(site.hear(inform(host(1), "192.0.2.77").wanting({3}))->option(12), std::nullopt);
  EXPECT_EQ(site.hear(inform(host(1), "192.0.2.77").wanting({12}))->option(12), text("printer"));
  EXPECT_EQ(site.hear(discover(host(2)).wanting({3}))->option(12), std::nullopt);
}

TEST(Reservation, WithoutAddressGetsOneOfThePool) {
  config::Reservation r = reserve_hw(host(1).mac, "");
  r.options = config::OptionSet({option(6, octets({9, 9, 9, 9}))});
  Site site(with({r}));
  const auto offer = site.hear(discover(host(1)));
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  EXPECT_EQ(offer->option(6), octets({9, 9, 9, 9}));
}

// A file of leases may give one client two: which of them it uses only the client knows.
TEST(Reservation, ItsHolderRenewsItWhateverElseItHas) {
  for (const bool reserved_first : {false, true}) {
    Site site(with({reserve_hw(host(1).mac, "192.0.2.77")}));
    const auto load = [&](std::string_view address) {
      site.engine().load({.address = ip(address),
                          .hardware = host(1).hardware(),
                          .started = site.now().wall,
                          .lifetime = Duration::seconds(3'600),
                          .expires_at = site.now().mono + Duration::seconds(3'600),
                          .subnet_id = 1});
    };
    load(reserved_first ? "192.0.2.77" : "192.0.2.13");
    load(reserved_first ? "192.0.2.13" : "192.0.2.77");
    site.reload(with({reserve_hw(host(1).mac, "192.0.2.77")}));  // counts them
    EXPECT_EQ(site.hear(renewing(host(1), "192.0.2.77"))->type(), MessageType::ack);
    EXPECT_EQ(site.record("192.0.2.13")->state, lease::LeaseState::released);
  }
}

// ---- a new reservation whose address is free

class NewReservation : public ::testing::Test {
 protected:
  NewReservation() { EXPECT_EQ(site_.lease(host(1)), "192.0.2.10"); }
  Site site_;
};

TEST_F(NewReservation, OfAFreeAddressTakesEffectAtTheNextRenewal) {
  site_.reload(with({reserve_hw(host(1).mac, "192.0.2.77")}));
  (void)site_.take_events();
  EXPECT_EQ(site_.hear(renewing(host(1), "192.0.2.10"))->type(), MessageType::nak);
  EXPECT_EQ(site_.why(), Reason::reservation_due);
  // The NAK may be lost: the address stays the client's until it has the other one.
  EXPECT_EQ(site_.record("192.0.2.10")->state, lease::LeaseState::active);
  EXPECT_EQ(site_.lease(host(1)), "192.0.2.77");
  EXPECT_EQ(site_.record("192.0.2.10")->state, lease::LeaseState::released);
  EXPECT_TRUE(site_.told(EventKind::reservation_taken));
}

TEST_F(NewReservation, OfAFreeAddressTakesEffectAtTheNextReboot) {
  site_.reload(with({reserve_hw(host(1).mac, "192.0.2.77")}));
  EXPECT_EQ(site_.hear(rebooting(host(1), "192.0.2.10"))->type(), MessageType::nak);
  EXPECT_EQ(site_.hear(discover(host(1)))->yiaddr(), "192.0.2.77");
}

TEST_F(NewReservation, AnOfferThatIsOutIsKept) {  // R2131-3.1-c
  ASSERT_EQ(site_.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.77")}));
  const auto ack = site_.hear(selecting(host(2), "192.0.2.11"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
}

// ---- a new reservation whose address another client holds

TEST_F(NewReservation, OfAHeldAddressWaits) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  (void)site_.take_events();
  EXPECT_EQ(site_.hear(discover(host(2)))->yiaddr(), "192.0.2.11");  // a dynamic one meanwhile
  const auto events = site_.take_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, EventKind::reservation_waiting);
  EXPECT_EQ(events[0].address, ip("192.0.2.10"));
  EXPECT_EQ(site_.engine().counters().reservation_conflicts, 1U);
  EXPECT_EQ(site_.record("192.0.2.10")->hardware, host(1).hardware());  // no lease touched
}

TEST_F(NewReservation, AReservedClientKeepsItsDynamicAddressWhileItWaits) {
  ASSERT_EQ(site_.lease(host(2)), "192.0.2.11");
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  EXPECT_EQ(site_.hear(renewing(host(2), "192.0.2.11"))->type(), MessageType::ack);
}

TEST_F(NewReservation, TheHolderIsRefusedAtItsOwnRenewalAndTheAddressGivenWhenItAsksAfresh) {
  ASSERT_EQ(site_.lease(host(2)), "192.0.2.11");
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  (void)site_.take_events();
  EXPECT_EQ(site_.hear(renewing(host(1), "192.0.2.10"))->type(), MessageType::nak);
  EXPECT_EQ(site_.why(), Reason::reserved_for_another);
  EXPECT_EQ(site_.lease(host(1)), "192.0.2.12");
  // Now the reserved client is moved at its own renewal.
  EXPECT_EQ(site_.hear(renewing(host(2), "192.0.2.11"))->type(), MessageType::nak);
  EXPECT_EQ(site_.lease(host(2)), "192.0.2.10");
}

TEST_F(NewReservation, TheHolderIsRefusedAtItsOwnReboot) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  EXPECT_EQ(site_.hear(rebooting(host(1), "192.0.2.10"))->type(), MessageType::nak);
  EXPECT_EQ(site_.lease(host(1)), "192.0.2.11");
  EXPECT_EQ(site_.lease(host(2)), "192.0.2.10");
}

/// The DHCPNAK is lost, or answered a copy of the holder's message that somebody replayed: the
/// holder goes on using the address.
TEST_F(NewReservation, ARefusedHolderKeepsItsLeaseUntilItAsksAfresh) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  for (const Say& say : {renewing(host(1), "192.0.2.10"), rebinding(host(1), "192.0.2.10"),
                         rebooting(host(1), "192.0.2.10")}) {
    EXPECT_EQ(site_.hear(say)->type(), MessageType::nak);
    EXPECT_EQ(site_.record("192.0.2.10")->state, lease::LeaseState::active);
    EXPECT_EQ(site_.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
  }
}

TEST_F(NewReservation, TheHolderThatAsksAfreshIsMovedAndTheAddressGiven) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  EXPECT_EQ(site_.lease(host(1)), "192.0.2.11");
  EXPECT_EQ(site_.lease(host(2)), "192.0.2.10");
}

TEST_F(NewReservation, TheAddressIsGivenWhenTheHolderReleasesIt) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  site_.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site_.lease(host(2)), "192.0.2.10");
}

TEST_F(NewReservation, TheAddressIsGivenWhenTheHoldersLeaseIsOver) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  site_.pass_seconds(3'600 + 73);
  EXPECT_EQ(site_.lease(host(2)), "192.0.2.10");
}

TEST_F(NewReservation, TheReservedClientThatAsksForAHeldAddressIsRefused) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  EXPECT_EQ(site_.hear(rebooting(host(2), "192.0.2.10"))->type(), MessageType::nak);
  EXPECT_TRUE(site_.told(EventKind::reservation_waiting));
}

// Its DHCPNAK is broadcast on our link, where it does not hear it, or goes through its relay: the
// address stays its own until it asks afresh.
TEST(RoutedHolder, KeepsItsLeaseUntilItAsksAfresh) {
  const auto behind_a_relay = [](std::vector<config::Reservation> reservations) {
    config::Subnet one = subnet(4, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.19")});
    for (config::Reservation& r : reservations) add_reservation(one, std::move(r));
    return config_of({one});
  };
  Site site(behind_a_relay({}));
  const auto relayed = [&](Say say) { return site.hear(say.through("10.4.0.254")); };
  ASSERT_EQ(relayed(selecting(host(1), "10.4.0.10"))->type(), MessageType::ack);
  site.reload(behind_a_relay({reserve_hw(host(2).mac, "10.4.0.10")}));

  EXPECT_EQ(site.hear(renewing(host(1), "10.4.0.10"))->type(), MessageType::nak);
  EXPECT_EQ(site.record("10.4.0.10")->state, lease::LeaseState::active);
  EXPECT_EQ(relayed(discover(host(2)))->yiaddr(), "10.4.0.11");

  EXPECT_EQ(relayed(rebinding(host(1), "10.4.0.10"))->type(), MessageType::nak);
  EXPECT_EQ(site.record("10.4.0.10")->state, lease::LeaseState::active);
  ASSERT_EQ(relayed(discover(host(1)))->yiaddr(), "10.4.0.12");
  ASSERT_EQ(relayed(selecting(host(1), "10.4.0.12"))->type(), MessageType::ack);
  EXPECT_EQ(site.record("10.4.0.10")->state, lease::LeaseState::released);
  EXPECT_EQ(relayed(discover(host(2)))->yiaddr(), "10.4.0.10");
}

// The whole procedure, for a client known by its identifier and an address outside the pools.
TEST(NewReservationById, TakesOverFromTheHolderStepByStep) {
  const Host reserved = host_with_id(2, octets({0, 'p', 'c'}));
  const config::ServerConfig before = with({reserve_hw(host(1).mac, "192.0.2.77")});
  const config::ServerConfig after = with({reserve_id(reserved.id, "192.0.2.77")});
  Site site(before);
  ASSERT_EQ(site.lease(host(1)), "192.0.2.77");
  ASSERT_EQ(site.lease(reserved), "192.0.2.10");
  site.reload(after);
  (void)site.take_events();
  EXPECT_EQ(site.hear(renewing(reserved, "192.0.2.10"))->type(), MessageType::ack);
  EXPECT_TRUE(site.told(EventKind::reservation_waiting));
  EXPECT_EQ(site.record("192.0.2.77")->state, lease::LeaseState::active);  // never before
  EXPECT_EQ(site.hear(rebinding(host(1), "192.0.2.77"))->type(), MessageType::nak);
  EXPECT_EQ(site.record("192.0.2.77")->state, lease::LeaseState::active);
  ASSERT_EQ(site.lease(host(1)), "192.0.2.11");
  EXPECT_TRUE(site.told(EventKind::lease_ended));
  EXPECT_EQ(site.hear(renewing(reserved, "192.0.2.10"))->type(), MessageType::nak);
  EXPECT_EQ(site.why(), Reason::reservation_due);
  EXPECT_EQ(site.lease(reserved), "192.0.2.77");
  EXPECT_TRUE(site.told(EventKind::reservation_taken));
}

TEST_F(NewReservation, EndsTheLeaseOfBeforeWhenItsOfferIsChosen) {
  const auto state = [&] { return site_.record("192.0.2.10")->state; };
  site_.reload(with({reserve_hw(host(1).mac, "192.0.2.77")}));
  const Say chosen = selecting(host(1), "192.0.2.77");
  EXPECT_EQ(site_.hear(chosen)->type(), MessageType::nak);  // an old one, sent again
  EXPECT_EQ(site_.why(), Reason::wrong_address);
  EXPECT_EQ(state(), lease::LeaseState::active);
  ASSERT_EQ(site_.hear(discover(host(1)))->yiaddr(), "192.0.2.77");
  EXPECT_EQ(site_.hear(chosen)->type(), MessageType::ack);
  EXPECT_EQ(state(), lease::LeaseState::released);
}

TEST_F(NewReservation, SaysWhyItWaits) {
  const auto why_waiting = [&] {
    for (const Event& event : site_.take_events()) {
      if (event.kind == EventKind::reservation_waiting) return event.reason;
    }
    return Reason::none;
  };
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.10")}));
  ASSERT_TRUE(site_.hear(discover(host(2))));
  EXPECT_EQ(why_waiting(), Reason::leased_to_another);
  site_.hear(decline(host(1), "192.0.2.10"));
  ASSERT_TRUE(site_.hear(discover(host(2))));
  EXPECT_EQ(why_waiting(), Reason::declined);
  EXPECT_EQ(site_.hear(rebooting(host(2), "192.0.2.10"))->type(), MessageType::nak);
  EXPECT_EQ(why_waiting(), Reason::declined);
  // An offer that is out is kept, and its client moves later: nothing stands in the way.
  ASSERT_EQ(site_.hear(discover(host(3)))->yiaddr(), "192.0.2.12");
  site_.reload(with({reserve_hw(host(3).mac, "192.0.2.77")}));
  EXPECT_EQ(site_.hear(selecting(host(3), "192.0.2.12"))->type(), MessageType::ack);
  EXPECT_EQ(why_waiting(), Reason::none);
}

TEST_F(NewReservation, OfAnAddressOnOfferToAnotherWaitsForThatOffer) {
  ASSERT_EQ(site_.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
  site_.reload(with({reserve_hw(host(3).mac, "192.0.2.11")}));
  EXPECT_EQ(site_.hear(discover(host(3)))->yiaddr(), "192.0.2.12");
  EXPECT_EQ(site_.hear(selecting(host(2), "192.0.2.11"))->type(), MessageType::nak);
  EXPECT_EQ(site_.why(), Reason::reserved_for_another);
  site_.pass_seconds(61);
  EXPECT_EQ(site_.hear(discover(host(3)))->yiaddr(), "192.0.2.11");
}

TEST_F(NewReservation, RemovedAgainTheAddressIsAnOrdinaryOne) {
  site_.reload(with({reserve_hw(host(2).mac, "192.0.2.12")}));
  ASSERT_EQ(site_.lease(host(2)), "192.0.2.12");
  site_.reload(one_subnet());
  EXPECT_EQ(site_.hear(renewing(host(2), "192.0.2.12"))->type(), MessageType::ack);
  EXPECT_EQ(site_.hear(discover(host(2)))->yiaddr(), "192.0.2.12");
}

// ---- who a client is

TEST(Identity, TheClientIdentifierAndNeverChaddr) {  // R2131-4.2-a, R4361-a
  Site site;
  const Octets a = octets({255, 0, 0, 0, 1, 0, 3, 0, 1, 1, 2, 3, 4, 5, 6});
  const Octets b = octets({255, 0, 0, 0, 2, 0, 3, 0, 1, 1, 2, 3, 4, 5, 6});
  EXPECT_EQ(site.lease(host_with_id(1, a)), "192.0.2.10");
  EXPECT_EQ(site.lease(host_with_id(1, b)), "192.0.2.11");  // same MAC, another client
  EXPECT_EQ(site.lease(host_with_id(2, a)), "192.0.2.10");  // another MAC, the same client
  EXPECT_EQ(site.lease(host(1)), "192.0.2.12");             // without identifier: by chaddr
}

TEST(Identity, IsOpaque) {  // R2132-9.14-a: also of the wrong shape, also of one octet
  Site site;
  EXPECT_EQ(site.lease(host_with_id(1, octets({0}))), "192.0.2.10");
  EXPECT_EQ(site.lease(host_with_id(1, octets({0, 0}))), "192.0.2.11");
  EXPECT_EQ(site.lease(host_with_id(1, octets({1}))), "192.0.2.12");
  EXPECT_EQ(site.lease(host_with_id(1, Octets(255, std::byte{7}))), "192.0.2.13");
}

TEST(Identity, ByChaddrAloneWhereTheOperatorSaysSo) {  // match-client-id false
  config::ServerConfig config = one_subnet();
  config.subnets[0].match_client_id = false;
  Site site(config);
  EXPECT_EQ(site.lease(host_with_id(1, octets({1, 2}))), "192.0.2.10");
  EXPECT_EQ(site.lease(host_with_id(1, octets({3, 4}))), "192.0.2.10");
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(site.lease(host_with_id(2, octets({1, 2}))), "192.0.2.11");
}

TEST(Identity, HardwareTypeIsPartOfIt) {  // RFC 2131 4.2: type and address
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  Say other = discover(host(1));
  other.header().htype = 6;
  EXPECT_EQ(site.hear(other)->yiaddr(), "192.0.2.11");
}

}  // namespace
}  // namespace lessor::server::v4::testing
