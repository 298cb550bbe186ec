// BOOTP clients (the bootp hook), and the class REJECT.
#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kHook =
    R"("hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_bootp.so"}], )";
constexpr std::string_view kSubnet =
    R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
        "calculate-tee-times": true, "option-data": [{"name": "routers", "data": "192.0.2.1"}],
        "reservations": [{"hw-address": "02:00:00:00:00:02", "ip-address": "192.0.2.77",
                          "boot-file-name": "image", "hostname": "old"}]}])";

config::ServerConfig usual() { return load(std::string(kHook) + std::string(kSubnet)); }
Say bootp(const Host& h) { return {MessageType::none, h}; }

TEST(Bootp, IsNotAnsweredWithoutItsHook) {
  Site site(load(std::string(kSubnet)));
  EXPECT_FALSE(site.hear(bootp(host(1))));
  EXPECT_EQ(site.why(), Reason::bootp);
}

/// RFC 951 3, RFC 1534 2: an address for good, and no option of DHCP's own; 300 octets at least.
TEST(Bootp, LeasesForEverAtOnce) {
  Site site(usual());
  const auto reply = site.hear(bootp(host(1)));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->yiaddr(), "192.0.2.10");
  EXPECT_EQ(reply->type(), MessageType::none);
  EXPECT_EQ(reply->codes(), (std::vector<int>{1, 3, 255}));
  EXPECT_GE(reply->bytes().size(), 300U);
  EXPECT_TRUE(site.record("192.0.2.10")->lifetime.is_infinite());
  EXPECT_EQ(site.engine().counters().sent[index_of(MessageType::none)], 1U);
  EXPECT_EQ(site.engine().counters().sent[index_of(MessageType::ack)], 0U);
  site.pass(Duration::seconds(100'000'000));
  EXPECT_EQ(site.hear(bootp(host(1)).xid(7))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.lease(host(3)), "192.0.2.11");
}

TEST(Bootp, WaitsForTheDiskAndIsAnsweredOnce) {
  Site site(usual());
  site.hold_disk();
  EXPECT_FALSE(site.hear(bootp(host(1))));
  EXPECT_FALSE(site.hear(bootp(host(1))));
  EXPECT_EQ(site.why(), Reason::duplicate);
  site.flush();
  EXPECT_EQ(site.next_reply()->yiaddr(), "192.0.2.10");
  EXPECT_FALSE(site.next_reply());
}

TEST(Bootp, HasReservationsAndWishes) {
  Site site(usual());
  const auto reserved = site.hear(bootp(host(2)).wanting({12}));
  ASSERT_TRUE(reserved);
  EXPECT_EQ(reserved->yiaddr(), "192.0.2.77");
  EXPECT_EQ(as_text(reserved->view().file()), "image");
  EXPECT_EQ(reserved->option(12), text("old"));
  const auto knows = site.hear(bootp(host(3)).having("192.0.2.15"));
  ASSERT_TRUE(knows);
  EXPECT_EQ(knows->yiaddr(), "192.0.2.15");
  EXPECT_EQ(net::to_string(knows->view().ciaddr()), "192.0.2.15");
}

/// R6842-3-a is about DHCP; R3046-2.2-a is about relays, which BOOTP has, too.
TEST(Bootp, EchoesTheRelayAndNotTheClient) {
  Site site(usual());
  const auto reply = site.hear(
      bootp(host_with_id(1, octets({1, 2, 3}))).through("192.0.2.2", octets({1, 1, 'p'})));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->option(61), std::nullopt);
  EXPECT_EQ(reply->option(82), octets({1, 1, 'p'}));
  EXPECT_EQ(net::to_string(reply->envelope().destination), "192.0.2.2");
}

TEST(Bootp, IsAClassThatGuardsAndGives) {
  const std::string classes = R"x("client-classes": [
      {"name": "BOOTP", "valid-lifetime": 77, "boot-file-name": "tftp"},
      {"name": "dhcp", "test": "not member('BOOTP')"}], )x";
  const std::string subnet = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [
      {"pool": "192.0.2.10-192.0.2.10", "client-classes": ["BOOTP"]},
      {"pool": "192.0.2.20-192.0.2.29", "client-classes": ["dhcp"]}]}])";
  Site site(load(std::string(kHook) + classes + subnet));
  const auto reply = site.hear(bootp(host(1)));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->yiaddr(), "192.0.2.10");
  EXPECT_EQ(as_text(reply->view().file()), "tftp");
  EXPECT_EQ(site.record("192.0.2.10")->lifetime, Duration::seconds(77));
  EXPECT_EQ(site.lease(host(2)), "192.0.2.20");
  EXPECT_FALSE(site.hear(bootp(host(3))));
  EXPECT_EQ(site.why(), Reason::pool_exhausted);
}

constexpr std::string_view kRejects =
    R"("client-classes": [{"name": "REJECT", "test": "unknown"}], )";

TEST(ClassReject, RefusesRequestsAndIsSilentElse) {
  Site site(load(std::string(kRejects) + std::string(kSubnet)));
  EXPECT_FALSE(site.hear(discover(host(1))));
  EXPECT_EQ(site.why(), Reason::class_reject);
  for (const Say& say : {rebooting(host(1), "192.0.2.10"), renewing(host(1), "192.0.2.10"),
                         selecting(host(1), "192.0.2.10")}) {
    const auto reply = site.hear(say);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->type(), MessageType::nak);
  }
  EXPECT_EQ(site.engine().counters().refused[static_cast<std::size_t>(Reason::class_reject)], 3U);
  EXPECT_FALSE(site.hear(selecting(host(1), "192.0.2.10", "192.0.2.99")));  // another server's
  EXPECT_FALSE(site.hear(inform(host(1), "192.0.2.10")));
  EXPECT_EQ(site.lease(host(2)), "192.0.2.77");
}

TEST(ClassReject, LetsClientsGiveAddressesBack) {
  Site site(load(std::string(kSubnet)));
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  site.reload(load(std::string(kRejects) + std::string(kSubnet)));
  (void)site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::released);
}

}  // namespace
}  // namespace lessor::server::v4::testing
