// Which reservation is a client's, and what that means: every kind of identifier, global ones,
// early look-up, beginnings of hardware addresses, several for one address. As Kea 2.2 does where
// nothing else is said (test/e2e/hosts.py asks it).
#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

/// Option 224 with one octet, for every client.
std::string gives(int octet) {
  return R"("option-data": [{"code": 224, "csv-format": false, "always-send": true, "data": ")" +
         std::string(1, static_cast<char>('0' + octet)) + std::string(1, '0') + "\"}]";
}
std::string reserve(const std::string& identifier, const std::string& more) {
  return "{" + identifier + (more.empty() ? "" : ", " + more) + "}";
}
std::string at(const std::string& address) { return R"("ip-address": ")" + address + "\""; }
std::string hw(int number) {
  return R"("hw-address": "02:00:00:00:00:0)" + std::to_string(number) + "\"";
}
std::string list(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : ", ") + each;
  return R"("reservations": [)" + text + "]";
}
std::string subnet_with(const std::string& more) {
  return R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                         "pools": [{"pool": "192.0.2.10-192.0.2.19"}])" +
         (more.empty() ? "" : ", " + more) + "}]";
}

/// What a client is offered: the last octet of its address, then option 224 divided by 16 (0:
/// none).
struct Offered {
  int address;
  int option;
  friend bool operator==(const Offered&, const Offered&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Offered& each) {
    return out << each.address << "/" << each.option;
  }
};
constexpr Offered kSilence{-1, -1};

Offered offer_of(const config::ServerConfig& config, Say say) {
  Site site(config);
  const auto offer = site.hear(std::move(say));
  if (!offer) return kSilence;
  const auto value = offer->option(224);
  return {static_cast<int>(offer->view().yiaddr().value & 0xff),
          value ? static_cast<int>(value->front()) / 16 : 0};
}

const Octets kDuidClient = octets({255, 0, 0, 0, 1, 0, 1, 0xaa, 0xbb});
const Octets kPort = octets({1, 3, 'p', 'o', 'r', 2, 2, 0xaa, 0xbb});

/// RFC 4361 6.1: a client identifier of type 255 holds an IAID and a DUID.
TEST(Hosts, AreKnownByEveryKindOfIdentifierInOrder) {
  const std::string hosts = list(
      {reserve(R"("duid": "00:01:aa:bb")", at("192.0.2.21") + ", " + gives(1)),
       reserve(R"("circuit-id": "'por'")", at("192.0.2.22") + ", " + gives(2)),
       reserve(R"("client-id": "ff:00:00:00:01:00:01:aa:bb")", at("192.0.2.23") + ", " + gives(3)),
       reserve(hw(1), at("192.0.2.24") + ", " + gives(4)), reserve(R"("duid": "00")", gives(5))});
  const config::ServerConfig usual = load(subnet_with(hosts));
  const config::ServerConfig turned = load(
      R"("host-reservation-identifiers": ["circuit-id", "client-id", "duid", "hw-address"], )" +
      subnet_with(hosts));
  const auto say = [](int number, const Octets& id, const Octets& port) {
    Say made = discover(host_with_id(static_cast<std::uint32_t>(number), id));
    return port.empty() ? made : made.with(82, port);
  };
  EXPECT_EQ(offer_of(usual, say(1, kDuidClient, kPort)), (Offered{24, 4}));
  EXPECT_EQ(offer_of(usual, say(2, kDuidClient, kPort)), (Offered{21, 1}));
  EXPECT_EQ(offer_of(usual, say(2, {}, kPort)), (Offered{22, 2}));
  EXPECT_EQ(offer_of(usual, say(2, octets({255, 0, 0, 0, 1, 0}), {})), (Offered{10, 5}));
  EXPECT_EQ(offer_of(usual, say(2, octets({255, 0, 0, 0, 1}), {})), (Offered{10, 0}));
  EXPECT_EQ(offer_of(usual, say(2, octets({254, 0, 0, 0, 1, 0}), {})), (Offered{10, 0}));
  EXPECT_EQ(offer_of(turned, say(1, kDuidClient, kPort)), (Offered{22, 2}));
  EXPECT_EQ(offer_of(turned, say(1, kDuidClient, {})), (Offered{23, 3}));
  EXPECT_EQ(offer_of(turned, say(1, {}, {})), (Offered{24, 4}));
}

std::string global_site(const std::string& switches) {
  const std::string global =
      list({reserve(hw(1), gives(1) + R"(, "hostname": "global")"),
            reserve(hw(2), at("192.0.2.15") + ", " + gives(2)),
            reserve(hw(3), at("198.51.100.7") + ", " + gives(3)), reserve(hw(4), at("192.0.2.77")),
            reserve(hw(5), at("192.0.2.78") + ", " + gives(5))});
  const std::string own = list({reserve(hw(1), at("192.0.2.30")), reserve(hw(5), gives(6))});
  return switches + global + ", " + subnet_with(own);
}

TEST(Hosts, GlobalOnesCountWhereTheSubnetSaysSoAndHasNoneForTheClient) {
  struct Row {
    std::string switches;
    std::vector<Offered> offered;  // to clients 1 to 6
  };
  const std::vector<Row> rows = {
      {"", {{30, 0}, {10, 0}, {10, 0}, {10, 0}, {10, 6}, {10, 0}}},
      {R"("reservations-global": true, )", {{30, 0}, {15, 2}, {10, 3}, {77, 0}, {10, 6}, {10, 0}}},
      {R"("reservations-global": true, "reservations-in-subnet": false, )",
       {{10, 1}, {15, 2}, {10, 3}, {77, 0}, {78, 5}, {10, 0}}},
      {R"("reservation-mode": "global", )", {{10, 1}, {15, 2}, {10, 3}, {77, 0}, {78, 5}, {10, 0}}},
      {R"("reservation-mode": "disabled", )",
       {{10, 0}, {10, 0}, {10, 0}, {10, 0}, {10, 0}, {10, 0}}},
  };
  for (const Row& row : rows) {
    const config::ServerConfig config = load(global_site(row.switches));
    for (std::uint32_t n = 1; n <= row.offered.size(); ++n) {
      EXPECT_EQ(offer_of(config, discover(host(n))), row.offered[n - 1])
          << row.switches << " client " << n;
    }
  }
}

/// Kea gives an address that is reserved globally to whoever asks for it first; here it is set
/// aside in every subnet that looks global reservations up.
TEST(Hosts, GloballyReservedAddressesAreNobodyElses) {
  const config::ServerConfig set_aside = load(global_site(R"("reservations-global": true, )"));
  EXPECT_EQ(offer_of(set_aside, discover(host(9)).asking("192.0.2.15")), (Offered{10, 0}));
  EXPECT_EQ(offer_of(load(global_site("")), discover(host(9)).asking("192.0.2.15")),
            (Offered{15, 0}));
  Site site(set_aside);
  for (std::uint32_t n = 20; n < 29; ++n) EXPECT_NE(site.lease(host(n)), "192.0.2.15");
  EXPECT_EQ(site.lease(host(29)), "");
  EXPECT_EQ(site.lease(host(2)), "192.0.2.15");
}

std::string early_site(bool early, bool counts, const std::string& guard) {
  const std::string switches = std::string(R"("early-global-reservations-lookup": )") +
                               (early ? "true" : "false") + R"(, "reservations-global": )" +
                               (counts ? "true, " : "false, ");
  return switches + R"x("client-classes": [{"name": "given"},
      {"name": "asks", "test": "known"}, {"name": "not", "test": "not member('given')"},
      {"name": "strange", "test": "unknown"}], )x" +
         list({reserve(hw(1), gives(1) + R"x(, "client-classes": ["given"])x")}) +
         R"x(, "subnet4": [{"id": 1, "subnet": "192.0.2.0/25", "interface": "eth0",
                           "client-classes": [")x" +
         guard + R"("], "pools": [{"pool": "192.0.2.10-192.0.2.19"}]},
         {"id": 2, "subnet": "192.0.2.128/25", "interface": "eth0",
          "pools": [{"pool": "192.0.2.210-192.0.2.219"}]}])";
}

TEST(Hosts, LookedUpEarlyTheirClassesCountForTheSubnet) {
  struct Row {
    bool early;
    bool counts;
    std::string guard;
    Offered known;  // client 1
    Offered other;
  };
  const std::vector<Row> rows = {
      {false, true, "KNOWN", {210, 1}, {210, 0}},  {false, true, "given", {210, 1}, {210, 0}},
      {false, true, "asks", {210, 1}, {210, 0}},   {true, true, "KNOWN", {10, 1}, {210, 0}},
      {true, true, "given", {10, 1}, {210, 0}},    {true, true, "asks", {10, 1}, {210, 0}},
      {true, true, "not", {210, 1}, {10, 0}},      {true, true, "UNKNOWN", {210, 1}, {210, 0}},
      {true, true, "strange", {210, 1}, {210, 0}}, {true, false, "KNOWN", {10, 0}, {210, 0}},
      {true, false, "given", {10, 0}, {210, 0}},
  };
  for (const Row& row : rows) {
    const config::ServerConfig config = load(early_site(row.early, row.counts, row.guard));
    EXPECT_EQ(offer_of(config, discover(host(1))), row.known) << row.guard << row.early;
    EXPECT_EQ(offer_of(config, discover(host(2))), row.other) << row.guard << row.early;
  }
}

TEST(Hosts, GlobalOnesMakeClientsKnown) {
  const std::string classes = R"("client-classes": [{"name": "KNOWN", )" + gives(1) +
                              R"(}, {"name": "UNKNOWN", )" + gives(2) + "}], ";
  const auto site = [&](const std::string& switches) {
    return load(switches + classes + list({reserve(hw(1), "")}) + ", " +
                subnet_with(list({reserve(hw(2), "")})));
  };
  const config::ServerConfig off = site("");
  const config::ServerConfig on = site(R"("reservations-global": true, )");
  const config::ServerConfig early = site(R"("early-global-reservations-lookup": true, )");
  EXPECT_EQ(offer_of(off, discover(host(1))), (Offered{10, 2}));
  EXPECT_EQ(offer_of(off, discover(host(2))), (Offered{10, 1}));
  EXPECT_EQ(offer_of(on, discover(host(1))), (Offered{10, 1}));
  EXPECT_EQ(offer_of(on, discover(host(2))), (Offered{10, 1}));
  EXPECT_EQ(offer_of(on, discover(host(3))), (Offered{10, 2}));
  EXPECT_EQ(offer_of(early, discover(host(1))), (Offered{10, 1}));
}

/// Exact first, then the longest beginning; the subnet's before the global ones.
TEST(Hosts, BeginningsOfHardwareAddressesCountAfterWholeIdentifiers) {
  const std::string hosts =
      list({reserve(R"("hw-address": "02:00:*")", gives(1)),
            reserve(R"("hw-address": "02:00:00:00:00:*")", gives(2) + R"(, "hostname": "lab")"),
            reserve(hw(3), at("192.0.2.77")), reserve(R"("circuit-id": "'por'")", gives(4))});
  const config::ServerConfig config =
      load(R"("reservations-global": true, )" +
           list({reserve(hw(5), gives(5)), reserve(R"("hw-address": "04:*")", gives(6))}) + ", " +
           subnet_with(hosts));
  Host elsewhere = host(1);
  elsewhere.mac.octets[0] = std::byte{4};
  EXPECT_EQ(offer_of(config, discover(host(1))), (Offered{10, 2}));
  EXPECT_EQ(offer_of(config, discover(host(0x100))), (Offered{10, 1}));
  EXPECT_EQ(offer_of(config, discover(host(3))), (Offered{77, 0}));
  EXPECT_EQ(offer_of(config, discover(host(1)).with(82, kPort)), (Offered{10, 4}));
  EXPECT_EQ(offer_of(config, discover(host(5))), (Offered{10, 2}));
  EXPECT_EQ(offer_of(config, discover(elsewhere)), (Offered{10, 6}));
  Site site(config);
  EXPECT_EQ(site.hear(discover(host(1)).wanting({12}))->option(12), text("lab"));
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(site.lease(host(2)), "192.0.2.11");  // each has an address of its own
}

TEST(Hosts, SeveralMayHaveOneAddressAndWhoComesFirstHasIt) {
  Site site(load(R"("ip-reservations-unique": false, )" +
                 subnet_with(list({reserve(hw(1), at("192.0.2.15") + ", " + gives(1)),
                                   reserve(hw(2), at("192.0.2.15") + ", " + gives(2))}))));
  EXPECT_EQ(site.lease(host(3)), "192.0.2.10");
  EXPECT_EQ(site.lease(host(1)), "192.0.2.15");
  EXPECT_EQ(site.lease(host(2)), "192.0.2.11");
  (void)site.hear(release(host(1), "192.0.2.15"));
  EXPECT_EQ(site.lease(host(2)), "192.0.2.15");
  EXPECT_EQ(site.hear(discover(host(4)).asking("192.0.2.15"))->yiaddr(), "192.0.2.12");
}

/// An address in a pool breaks the promise of reservations-out-of-pool: it is anybody's.
TEST(Hosts, OutOfPoolAddressesInAPoolAreNotSetAside) {
  const config::ServerConfig config =
      load(R"("reservations-out-of-pool": true, )" +
           subnet_with(list({reserve(hw(1), at("192.0.2.15") + ", " + gives(1)),
                             reserve(hw(2), at("192.0.2.77"))})));
  EXPECT_EQ(offer_of(config, discover(host(1))), (Offered{10, 1}));
  EXPECT_EQ(offer_of(config, discover(host(2))), (Offered{77, 0}));
  EXPECT_EQ(offer_of(config, discover(host(3)).asking("192.0.2.15")), (Offered{15, 0}));
}

std::string flex_site(const std::string& expression, const std::string& more) {
  return R"("hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_flex_id.so",
             "parameters": {"identifier-expression": ")" +
         expression + "\"" + more + R"(}}],
      "host-reservation-identifiers": ["flex-id", "hw-address", "client-id"], )";
}

TEST(FlexId, FindsReservationsByAnExpression) {
  const std::string hosts =
      list({reserve(R"("flex-id": "'por/eth0'")", at("192.0.2.33") + ", " + gives(3)),
            reserve(hw(2), gives(2))});
  const config::ServerConfig config =
      load(flex_site("relay4[1].hex + '/' + pkt.iface", "") + subnet_with(hosts));
  EXPECT_EQ(offer_of(config, discover(host(1)).with(82, kPort)), (Offered{33, 3}));
  EXPECT_EQ(offer_of(config, discover(host(2)).with(82, kPort)), (Offered{33, 3}));
  EXPECT_EQ(offer_of(config, discover(host(2))), (Offered{10, 2}));
  EXPECT_EQ(offer_of(config, discover(host(3))), (Offered{10, 0}));
}

/// Whatever says the same is the same client: here whoever is behind a port.
TEST(FlexId, MayStandForTheClientIdentifier) {
  const config::ServerConfig config =
      load(flex_site("relay4[1].hex", R"(, "replace-client-id": true)") +
           subnet_with(list({reserve(R"("client-id": "00:70:6f:72")", gives(4))})));
  Site site(config);
  const Host one = host_with_id(1, octets({1, 2, 3}));
  const Host other = host_with_id(2, octets({4, 5, 6}));
  const auto offer = site.hear(discover(one).with(82, kPort));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->option(224), octets({0x40}));
  EXPECT_EQ(offer->option(61), octets({1, 2, 3}));  // R6842-3-a: as the client said it
  ASSERT_TRUE(site.hear(selecting(one, "192.0.2.10").with(82, kPort)));
  EXPECT_EQ(as_text(site.record("192.0.2.10")->client_id), std::string_view("\0por", 4));
  EXPECT_EQ(site.hear(discover(other).with(82, kPort))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.hear(discover(other))->yiaddr(), "192.0.2.11");
}

TEST(FlexId, TooLongForAnIdentifierIsNone) {
  const config::ServerConfig config =
      load(flex_site("concat(option[12].hex, option[12].hex)", R"(, "replace-client-id": true)") +
           subnet_with(""));
  Site site(config);
  const auto say = [](std::size_t size) {
    return discover(host(1)).with(12, Octets(size, std::byte{'x'}));
  };
  EXPECT_EQ(site.hear(say(127))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.hear(say(128))->yiaddr(), "192.0.2.11");  // known by its hardware address
}

}  // namespace
}  // namespace lessor::server::v4::testing
