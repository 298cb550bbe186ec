#include "craft/exchange/follow_up.h"

#include "craft/exchange/test_link.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using ::testing::HasSubstr;

Packet built(const std::expected<Recipe, std::string>& recipe) {
  EXPECT_TRUE(recipe) << recipe.error();
  const auto packet = build(*recipe, {.mac = kClientMac, .peer = std::nullopt, .xid = 7});
  EXPECT_TRUE(packet) << packet.error();
  return *packet;
}
std::string option(const Packet& packet, wire::OptionCode code) {
  const auto value = heard(packet).option(code);
  return value ? to_hex(*value) : "-";
}
ClientLease lease_104() {
  const Heard request =
      heard(crafted("request",
                    {"option.host-name = R1", "option.dhcp-client-identifier = 0x00414243",
                     "flags = 0x8000", "option.dhcp-lease-time = 600"},
                    kClientMac));
  return lease_of(ack_104(), &request).value();
}

TEST(RequestFromOffer, NamesServerAndAddressAndRepeatsTheDiscover) {
  const Heard discover = heard(crafted("discover",
                                       {"option.host-name = R1", "flags = 0x8000", "secs = 3",
                                        "option.dhcp-requested-address = 192.168.56.9",
                                        "option.rapid-commit = ", "without dhcp-client-identifier"},
                                       kClientMac));
  const Packet packet = built(request_from_offer(offer_104(), &discover));
  EXPECT_EQ(said(packet, "xid"), "0x00001aed");
  EXPECT_EQ(said(packet, "secs"), "3");  // RFC 2131 4.4.1: the same as in the DISCOVER
  EXPECT_EQ(said(packet, "flags"), "0x8000");
  EXPECT_TRUE(said(packet, "chaddr").starts_with("c0:01:1b:69:00:00"));
  EXPECT_EQ(said(packet, "ip.dst"), "255.255.255.255");
  EXPECT_EQ(said(packet, "ciaddr"), "0.0.0.0");
  EXPECT_EQ(option(packet, wire::kOptionDhcpServerIdentifier), "c0a83864");
  EXPECT_EQ(option(packet, wire::kOptionDhcpRequestedAddress), "c0a83868");
  EXPECT_EQ(option(packet, wire::kOptionHostName), to_hex(as_bytes("R1")));
  EXPECT_EQ(option(packet, wire::kOptionRapidCommit), "-");
  EXPECT_EQ(option(packet, wire::kOptionDhcpClientIdentifier), "-");
}

TEST(RequestFromOffer, DoesWithTheOfferAlone) {
  const Heard offer = reply("offer", {"yiaddr = 192.168.56.104", "flags = 0x8000",
                                      "option.dhcp-client-identifier = 0x00414243"});
  const Packet packet = built(request_from_offer(offer));
  EXPECT_EQ(said(packet, "flags"), "0x8000");
  EXPECT_EQ(option(packet, wire::kOptionDhcpClientIdentifier), "00414243");  // RFC 6842 3
}

TEST(FollowUp, OfALeaseWithoutAClientIsTheSenders) {
  const auto lease = read_lease("address = 192.168.56.104\nserver = 192.168.56.100\n");
  const Packet packet = built(follow_up(FollowUp::renew, lease.value()));
  EXPECT_EQ(said(packet, "hlen"), "6");
  EXPECT_TRUE(said(packet, "chaddr").starts_with("c0:01:1b:69:00:00"));
}

TEST(RequestFromOffer, GoesTheWayOfARelayedDiscover) {
  const Heard discover = heard(
      crafted("discover", {"giaddr = 10.0.0.2", "ip.dst = 10.0.0.1", "eth.dst = 08:00:27:9b:11:3d"},
              kClientMac));
  const Heard offer = reply("offer", {"yiaddr = 192.168.56.104", "giaddr = 10.0.0.2"});
  const Packet packet = built(request_from_offer(offer, &discover));
  EXPECT_EQ(said(packet, "giaddr"), "10.0.0.2");
  EXPECT_EQ(said(packet, "hops"), "1");
  EXPECT_EQ(said(packet, "ip.dst"), "10.0.0.1");
  EXPECT_EQ(said(packet, "eth.dst"), "08:00:27:9b:11:3d");
  EXPECT_EQ(said(packet, "udp.srcport"), "67");
}

TEST(RequestFromOffer, SaysWhyAnOfferCannotBeTaken) {
  EXPECT_THAT(request_from_offer(ack_104()).error(), HasSubstr("this is DHCPACK"));
  EXPECT_THAT(request_from_offer(reply("offer", {"yiaddr = 0.0.0.0"})).error(),
              HasSubstr("yiaddr is 0"));
  const Heard nameless =
      heard(crafted("offer", {"yiaddr = 192.0.2.9", "without dhcp-server-identifier"}, kServerMac));
  EXPECT_THAT(request_from_offer(nameless).error(), HasSubstr("option 54"));
}

// RFC 2131 table 5 and 4.3.2: what each message has of ciaddr, options 50, 54 and 55, and where it
// goes.
TEST(FollowUp, SaysWhatTheRfcWants) {
  struct Row {
    FollowUp what;
    std::string ciaddr, requested, server, destination, wanted;
  };
  const std::string own = "192.168.56.104", to = "192.168.56.100", all = "255.255.255.255";
  const Row rows[] = {
      {FollowUp::renew, own, "-", "-", to, "yes"},
      {FollowUp::rebind, own, "-", "-", all, "yes"},
      {FollowUp::reboot, "0.0.0.0", "c0a83868", "-", all, "yes"},
      {FollowUp::release, own, "-", "c0a83864", to, "-"},
      {FollowUp::decline, "0.0.0.0", "c0a83868", "c0a83864", all, "-"},
      {FollowUp::inform, own, "-", "-", to, "yes"},
  };
  for (const Row& row : rows) {
    const Packet packet = built(follow_up(row.what, lease_104()));
    const int what = static_cast<int>(row.what);
    EXPECT_EQ(said(packet, "ciaddr"), row.ciaddr) << what;
    EXPECT_EQ(said(packet, "ip.src"), row.ciaddr) << what;
    EXPECT_EQ(said(packet, "ip.dst"), row.destination) << what;
    EXPECT_EQ(said(packet, "eth.dst"),
              row.destination == to ? "08:00:27:9b:11:3d" : "ff:ff:ff:ff:ff:ff")
        << what;
    EXPECT_EQ(said(packet, "xid"), "0x00000007") << what;
    EXPECT_TRUE(said(packet, "chaddr").starts_with("c0:01:1b:69:00:00")) << what;
    EXPECT_EQ(option(packet, wire::kOptionDhcpRequestedAddress), row.requested) << what;
    EXPECT_EQ(option(packet, wire::kOptionDhcpServerIdentifier), row.server) << what;
    EXPECT_EQ(option(packet, wire::kOptionDhcpParameterRequestList) == "-", row.wanted == "-")
        << what;
    EXPECT_EQ(option(packet, wire::kOptionHostName) == "-", row.wanted == "-") << what;
    EXPECT_EQ(option(packet, wire::kOptionDhcpClientIdentifier), "00414243") << what;
  }
}

TEST(FollowUp, InformDoesNotAskForALeaseTime) {
  const Packet packet = built(follow_up(FollowUp::inform, lease_104()));
  EXPECT_EQ(option(packet, wire::kOptionDhcpLeaseTime), "-");  // RFC 2131 table 5: MUST NOT
}

TEST(FollowUp, SaysThatTheLeaseDoesNotNameItsServer) {
  ClientLease lease = lease_104();
  lease.server.reset();
  EXPECT_THAT(follow_up(FollowUp::renew, lease).error(), HasSubstr("add 'server = ADDRESS'"));
  EXPECT_TRUE(follow_up(FollowUp::rebind, lease));
}

TEST(ReadFollowUp, KnowsTheSix) {
  EXPECT_EQ(read_follow_up("rebind"), FollowUp::rebind);
  EXPECT_FALSE(read_follow_up("discover"));
}

}  // namespace
}  // namespace lessor::craft
