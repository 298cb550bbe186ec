// The words of `lessor client`: what they mean, and what is wrong with those that mean nothing.

#include "cli/client/words.h"

#include "cli/client/identity.h"
#include "wire/v4/option_text.h"

#include <gmock/gmock.h>

namespace lessor::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Words = std::vector<const char*>;

ClientWords read(const Words& words) {
  const auto read = read_client_words(words);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().text);
  return read.value_or(ClientWords());
}

std::string shown_id(const ClientWords& words) {
  return wire::print_option(wire::kOptionDhcpClientIdentifier, words.settings.client_id);
}

TEST(ClientWordsTest, an_interface_is_enough) {
  const ClientWords words = read({"eth0"});
  EXPECT_THAT(words.interfaces, ElementsAre("eth0"));
  EXPECT_EQ(words.order, ClientOrder::run);
  EXPECT_EQ(words.client_id, ClientIdKind::duid);
  EXPECT_FALSE(words.hostname.has_value()) << "the host's own";
  EXPECT_EQ(words.settings.request_list, client::v4::default_request_list());
  EXPECT_EQ(lease_file_name(words, "eth0"), "client-eth0.lease");
  EXPECT_EQ(words.state_folder, "/var/lib/lessor-client");
  EXPECT_EQ(socket_path(words, "eth0"), "/run/lessor/client-eth0.sock");
  EXPECT_TRUE(words.rules.address && words.rules.routes && words.rules.dns && words.rules.mtu);
  EXPECT_FALSE(words.rules.hostname);
}

TEST(ClientWordsTest, refuses_what_means_nothing_and_says_what_would) {
  struct Case {
    Words words;
    const char* expected;
  };
  for (const Case& c : {
           Case{{}, "on which interface?"},
           Case{{"eth0", "eth0"}, "named twice"},
           Case{{"eth0/1"}, "no interface's name"},
           Case{{"eth0", "--once", "--release"}, "--once and --release: one of them"},
           Case{{"eth0", "--daemon", "--once"}, "--daemon goes with no order"},
           Case{{"eth0", "--daemon", "--json"}, "nobody would read"},
           Case{{"eth0", "--relese"}, "did you mean '--release'?"},
           Case{{"eth0", "--timeout", "soon"}, "is not a duration"},
           Case{{"eth0", "-o", "host-nam=x"}, "did you mean host-name?"},
           Case{{"eth0", "-o", "routers"}, "has no '='"},
           Case{{"eth0", "-o", "routers=192.0.2"}, "write it like \"192.0.2.1"},
           Case{{"eth0", "-o", "dhcp-message-type=1"}, "is the client's own"},
           Case{{"eth0", "--request", "nonsense"}, "is no option"},
           Case{{"eth0", "--probe", "loud"}, "none of quick, full, no"},
           Case{{"eth0", "--defend", "loud"}, "none of once, always, never"},
           Case{{"eth0", "--offers", "best"}, "none of most-wanted, first"},
           Case{{"eth0", "--protect", "10.0.0.0"}, "write it like 10.0.0.0/8"},
           Case{{"eth0", "--max-message-size", "300"}, "from 576 to 65535"},
           Case{{"eth0", "--hostname", "a b"}, "is no name"},
           Case{{"eth0", "--resolver", "magic"}, "none of auto, file"},
           Case{{"eth0", "--anonymous", "--fqdn", "r1"}, "tells nothing of us"},
           Case{{"eth0", "--anonymous", "--test"}, "and --test touches nothing"},
           Case{{"eth0", "--lease-file", "a b"}, "is no file's name"},
           Case{{"eth0", "eth1", "--lease-file", "x"}, "goes with one interface"},
           Case{{"eth0", "--release-on-exit", "--keep-address-on-exit"}, "one of them"},
       }) {
    const auto read = read_client_words(c.words);
    ASSERT_FALSE(read.has_value()) << c.expected;
    EXPECT_EQ(read.error().code, ExitCode::usage) << c.expected;
    EXPECT_THAT(read.error().text, HasSubstr(c.expected));
  }
}

TEST(ClientWordsTest, reads_a_client_identifier_of_any_kind) {
  EXPECT_EQ(read({"eth0", "--client-id", "mac"}).client_id, ClientIdKind::mac);
  EXPECT_EQ(read({"eth0", "--client-id", "none"}).client_id, ClientIdKind::none);
  EXPECT_EQ(shown_id(read({"eth0", "--client-id", "01:c0:01:1b:69:00:00"})),
            "ethernet c0:01:1b:69:00:00");
  EXPECT_EQ(shown_id(read({"eth0", "--client-id", "0x01c0011b690000"})),
            "ethernet c0:01:1b:69:00:00");
  EXPECT_EQ(shown_id(read({"eth0", "--client-id", "ethernet c0:01:1b:69:00:00"})),
            "ethernet c0:01:1b:69:00:00");
  EXPECT_EQ(shown_id(read({"eth0", "--client-id", "printer-3"})), "text printer-3");
}

TEST(ClientWordsTest, a_request_list_is_a_list_or_a_change) {
  EXPECT_THAT(read({"eth0", "--request", "routers,6"}).settings.request_list, ElementsAre(3, 6));
  const auto more = read({"eth0", "--request", "+tftp-server-name,-interface-mtu"}).settings;
  EXPECT_EQ(more.request_list.back(), wire::kOptionTftpServerName);
  EXPECT_EQ(std::ranges::count(more.request_list, wire::kOptionInterfaceMtu), 0);
  EXPECT_EQ(more.request_list.size(), client::v4::default_request_list().size());
}

TEST(ClientWordsTest, asks_for_option_108_when_it_may_do_without_ipv4) {
  const auto settings = read({"eth0", "--ipv6-only"}).settings;
  EXPECT_TRUE(settings.v6_only);
  EXPECT_EQ(settings.request_list.back(), wire::kOptionV6OnlyPreferred);
}

TEST(ClientWordsTest, a_name_for_the_dns_takes_the_place_of_the_hosts_name) {  // RFC 4702 3.1
  // R4702-a: the server is asked for the update (S), names are in wire format (E), and N is not
  // set.
  const ClientWords words = read({"eth0", "--fqdn", "r1.example.org"});
  EXPECT_EQ(wire::print_option(wire::kOptionFqdn, words.settings.fqdn),
            "SE, 0, 0, r1.example.org.");
  EXPECT_EQ(words.hostname, "");
}

TEST(ClientWordsTest, user_classes_are_counted) {
  const auto settings = read({"eth0", "--user-class", "blue", "--user-class", "red"}).settings;
  EXPECT_EQ(wire::print_option(wire::kOptionUserClass, settings.user_class), "'blue', 'red'");
}

TEST(ClientWordsTest, keeps_a_lease_where_it_is_told) {
  const ClientWords words = read({"eth0", "--lease-file", "/srv/leases/r1.lease"});
  EXPECT_EQ(words.state_folder, "/srv/leases");
  EXPECT_EQ(lease_file_name(words, "eth0"), "r1.lease");
}

TEST(ClientWordsTest, an_anonymous_client_tells_its_momentary_address_alone) {  // R7844-a
  const ClientWords words = read({"eth0", "--anonymous"});
  const net::Interface eth0{
      .index = 2, .name = "eth0", .mac = *net::parse_mac("02:00:00:00:00:01")};
  const auto settings = settings_for(words, eth0, {.hostname = "r1", .duid = {std::byte{1}}});
  EXPECT_EQ(settings.client_id, client::v4::client_id_of_mac(eth0.mac));
  EXPECT_EQ(settings.hostname, "");
  EXPECT_EQ(settings.request_list, client::v4::anonymous_request_list());
}

TEST(ClientIdentityTest, is_the_hosts_duid_and_the_interface) {  // R4361-a
  const net::Interface eth0{
      .index = 2, .name = "eth0", .mac = *net::parse_mac("c0:01:1b:69:00:07")};
  const std::vector<std::byte> duid{std::byte{0}, std::byte{3}, std::byte{0}, std::byte{1},
                                    std::byte{2}};
  const ClientWords words = read({"eth0"});
  const auto settings = settings_for(words, eth0, {.hostname = "r1", .duid = duid});
  EXPECT_EQ(settings.client_id, client::v4::client_id_of_duid(0x1b690007, duid));
  EXPECT_EQ(settings.hostname, "r1");
  EXPECT_NE(settings.hmac_md5, nullptr);
  EXPECT_EQ(settings_for(words, eth0, {}).client_id, client::v4::client_id_of_mac(eth0.mac))
      << "without a DUID";
  EXPECT_EQ(rules_for(words, eth0).metric, 1'002U) << "several interfaces have routes apart";
}

TEST(ClientIdentityTest, tells_no_name_that_says_nothing) {
  EXPECT_EQ(name_to_tell("r1.example.org"), "r1");
  EXPECT_EQ(name_to_tell("localhost"), "");
  EXPECT_EQ(name_to_tell("(none)"), "");
}

}  // namespace
}  // namespace lessor::cli
