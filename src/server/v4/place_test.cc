#include "server/v4/place.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

config::Subnet far() { return subnet(1, "10.4.0.0/24", {}); }

lease::Place place_in(const config::Subnet& where, Say say) {
  const net::Datagram in = say.said();
  wire::ParseScratch scratch;
  const auto view = wire::MessageView::parse(in.payload, scratch);
  return place_of(wire::read_request(view.value()).value(), where);
}
lease::Place place(Say say) { return place_in(far(), std::move(say)); }

// What is on disk means the same after a restart, and to the next version.
TEST(PlaceOf, NumbersAPortAlwaysTheSame) {
  const lease::Place made = place(discover(host(1)).through("10.4.0.1", octets({1, 2, 0, 7})));
  EXPECT_EQ(made.relay, ip("10.4.0.1"));
  EXPECT_EQ(made.port, 0xa7f4da19f8d50501U);
}

TEST(PlaceOf, TellsPortsAndRelaysApart) {
  const auto at = [](std::string_view relay, Octets info) {
    return place(discover(host(1)).through(relay, std::move(info)));
  };
  const lease::Place seven = at("10.4.0.1", octets({1, 2, 0, 7}));
  EXPECT_EQ(at("10.4.0.1", octets({1, 2, 0, 7, 2, 1, 9})), seven);  // the circuit-id is enough
  EXPECT_NE(at("10.4.0.1", octets({1, 2, 0, 8})).port, seven.port);
  EXPECT_NE(at("10.4.0.2", octets({1, 2, 0, 7})).port, seven.port);
  EXPECT_NE(at("10.4.0.1", octets({2, 2, 0, 7})).port, seven.port);  // a remote-id is no circuit-id
  EXPECT_NE(at("10.4.0.1", octets({2, 2, 0, 7})).port, 0U);
  EXPECT_EQ(at("10.4.0.1", {}), (lease::Place{.relay = ip("10.4.0.1")}));
}

TEST(PlaceOf, OnALinkIsAPortOfItsNetworkOrNothing) {
  EXPECT_EQ(place(discover(host(1))), lease::Place());
  const lease::Place here = place(discover(host(1)).with(82, octets({1, 2, 0, 7})));
  EXPECT_TRUE(here.relay.is_zero());
  EXPECT_NE(here.port, 0U);
  const config::Subnet other = subnet(2, "10.5.0.0/24", {});
  EXPECT_NE(place_in(other, discover(host(1)).with(82, octets({1, 2, 0, 7}))).port, here.port);
}

TEST(AccountOf, IsOfTheClientBehindItsPortOfThePortAndOfTheRelay) {
  constexpr HashKey kKey{1, 2};
  const lease::Place here{.relay = {1}, .port = 7};
  const auto of = [&](std::uint32_t n, const lease::Place& at) {
    return account_of(host(n).hardware(), at, 1, kKey).holders;
  };
  EXPECT_NE(of(1, here)[0], of(2, here)[0]);
  EXPECT_EQ(of(1, here)[1], of(2, here)[1]);
  EXPECT_EQ(of(1, here)[2], of(2, here)[2]);
  const lease::Place next{.relay = {1}, .port = 8};
  EXPECT_NE(of(1, here)[0], of(1, next)[0]);
  EXPECT_NE(of(1, here)[1], of(1, next)[1]);
  EXPECT_EQ(of(1, here)[2], of(1, next)[2]);
  EXPECT_EQ(of(1, {})[1], 0U);
  EXPECT_EQ(of(1, {})[2], 0U);
  EXPECT_NE(of(1, here)[1], account_of(host(1).hardware(), here, 1, {3, 4}).holders[1]);
}

}  // namespace
}  // namespace lessor::server::v4::testing
