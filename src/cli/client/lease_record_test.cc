// A client's lease between its engine and its file, and what both say of it.

#include "cli/client/lease_record.h"

#include "cli/client/json.h"
#include "cli/client/tell.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace lessor::cli {
namespace {

using testing::HasSubstr;

constexpr Duration kHour = Duration::seconds(3'600);
const net::Mac kMac = *net::parse_mac("c0:01:1b:69:00:00");

std::vector<std::byte> address_octets(net::Ip4 address) {
  std::vector<std::byte> value(4);
  store_be32(value.data(), address.value);
  return value;
}
net::Ip4 ip(std::string_view text) { return *net::parse_ip4(text); }

client::v4::Lease make_lease(Instant requested_at) {
  client::v4::Lease lease;
  lease.address = ip("192.0.2.10");
  lease.server = ip("192.0.2.1");
  lease.requested_at = requested_at;
  lease.lease_time = kHour;
  lease.t1 = kHour / 2;
  lease.t2 = kHour - kHour / 8;
  lease.xid = 0x1234;
  lease.options = {
      {wire::kOptionSubnetMask, address_octets(ip("255.255.255.0"))},
      {wire::kOptionRouters, address_octets(ip("192.0.2.1"))},
      {wire::kOptionDhcpLeaseTime, {std::byte{0}, std::byte{0}, std::byte{0x0e}, std::byte{0x10}}},
      {wire::kOptionDhcpServerIdentifier, address_octets(ip("192.0.2.1"))}};
  return lease;
}

Clocks at(std::int64_t mono, std::int64_t wall) {
  return {.mono = Instant() + Duration::seconds(mono), .wall = Duration::seconds(wall)};
}

TEST(LeaseRecordTest, comes_back_from_its_file_as_it_was) {
  const client::v4::Lease lease = make_lease(at(1'000, 0).mono);
  const std::string text = craft::print_lease(record_of(lease, kMac, at(1'600, 50'600)));
  EXPECT_THAT(text, HasSubstr("got-at = 1970-01-01T13:53:20")) << "50,000 s: when it was asked for";
  const auto record = craft::read_lease(text);
  ASSERT_TRUE(record.has_value()) << record.error();
  // Another boot: the clock that leases count by begins anew.
  const auto back = lease_of(*record, at(20, 50'900));
  ASSERT_TRUE(back.has_value()) << back.error();
  client::v4::Lease expected = lease;
  expected.requested_at = at(20, 0).mono - Duration::seconds(900);
  EXPECT_EQ(*back, expected);
}

TEST(LeaseRecordTest, a_clock_set_anyhow_neither_extends_a_lease_nor_ends_it_before_its_time) {
  const craft::ClientLease record =
      record_of(make_lease(at(1'000, 0).mono), kMac, at(1'000, 50'000));
  struct Case {
    std::int64_t wall;
    Duration age;
  };
  for (const Case& c : {Case{50'000, Duration()}, Case{40'000, Duration()},
                        Case{51'000, Duration::seconds(1'000)}, Case{90'000, kHour}}) {
    const auto lease = lease_of(record, at(5, c.wall));
    ASSERT_TRUE(lease.has_value());
    EXPECT_EQ(at(5, 0).mono - lease->requested_at, c.age) << c.wall;
  }
}

TEST(LeaseRecordTest, says_what_a_file_lacks) {
  const auto lacks = [](std::string_view text) {
    const auto record = craft::read_lease(text);
    if (!record) return record.error();
    const auto lease = lease_of(*record, at(0, 0));
    return lease ? std::string() : lease.error();
  };
  EXPECT_THAT(lacks("address = 192.0.2.10\n"), HasSubstr("lease-time"));
  EXPECT_THAT(lacks("address = 192.0.2.10\nlease-time = 1h\n"), HasSubstr("got-at"));
  EXPECT_THAT(lacks("address = 192.0.2.300\n"), HasSubstr("line 1"));
}

TEST(TellTest, says_a_binding_in_one_line) {
  const client::v4::Lease lease = make_lease(Instant());
  client::v4::Event event{.kind = client::v4::EventKind::entered,
                          .reason = client::v4::Reason::confirmed,
                          .state = client::v4::State::bound,
                          .before = client::v4::State::checking};
  EXPECT_EQ(tell_event(event, "eth0", &lease).text,
            "eth0: bound to 192.0.2.10/24 from 192.0.2.1 for 1h, renewing in 30m");
  event.before = client::v4::State::renewing;
  EXPECT_THAT(tell_event(event, "eth0", &lease).text, HasSubstr("eth0: renewed 192.0.2.10/24"));
  EXPECT_THAT(event_json(event, "eth0", &lease, Duration::seconds(1)),
              HasSubstr(R"("event":"entered","state":"BOUND","before":"RENEWING")"));
}

TEST(TellTest, cleans_a_servers_words) {
  client::v4::Event event{.kind = client::v4::EventKind::received,
                          .message = wire::MessageType::nak,
                          .server = ip("192.0.2.1")};
  (void)event.said.assign(as_bytes("go\x1b[2J\naway"));
  const ToldLine line = tell_event(event, "eth0", nullptr);
  EXPECT_EQ(line.severity, Severity::warning);
  EXPECT_THAT(line.text, HasSubstr("DHCPNAK from 192.0.2.1: \"go\\x1b[2J\\x0aaway\""));
}

TEST(StatusTest, shows_lease_and_timers_as_a_table) {
  client::v4::ClientEngine engine({}, 1);
  const Instant now = at(100, 0).mono;
  engine.remember(make_lease(at(40, 0).mono));
  const std::string json =
      status_json(engine, {.interface = "eth0", .pid = 7, .mac = kMac, .link_up = true}, now);
  EXPECT_THAT(json, HasSubstr(R"("expires-in":3540.0)"));
  const std::string table = status_table(json);
  EXPECT_THAT(table, HasSubstr("eth0 (c0:01:1b:69:00:00, link up), lessor client pid 7"));
  EXPECT_THAT(table, HasSubstr("1h, ends in 59m"));
  EXPECT_THAT(table, HasSubstr("routers"));
  EXPECT_EQ(status_table("[]"), "no status\n");
  EXPECT_FALSE(has_renewed(json, kHour));
}

}  // namespace
}  // namespace lessor::cli
