#include "control/lease_row.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

using lease::LeaseState;

const Instant kStart = Instant::from_nanoseconds(1'000'000'000'000);

lease::Lease example() {
  lease::Lease lease;
  lease.address = {0xc0000207};
  lease.hardware.size = 6;
  lease.hardware.octets[0] = std::byte{0xc0};
  lease.hardware.octets[1] = std::byte{0x01};
  lease.client_id = as_bytes("\x01\xc0\x01");
  lease.hostname = as_bytes("R1");
  lease.started = {1'000};
  lease.lifetime = Duration::seconds(600);
  lease.expires_at = kStart + Duration::seconds(600);
  lease.subnet_id = 7;
  return lease;
}

TEST(LeaseRow, CarriesKeasKeys) {
  const LeaseRow row = make_row(example(), {kStart, {1'000}});
  EXPECT_EQ(to_json(row),
            R"({"client-id":"01:c0:01","cltt":1000,"fqdn-fwd":false,"fqdn-rev":false,)"
            R"("hostname":"R1","hw-address":"c0:01:00:00:00:00","ip-address":"192.0.2.7",)"
            R"("remaining":600,"state":0,"subnet-id":7,"valid-lft":600})");
}

TEST(LeaseRow, PagesSurviveTheWayThroughJson) {
  LeasePage page{.rows = {make_row(example(), {kStart, {1'000}})}, .next = 1'000};
  page.rows[0].state = LeaseState::declined;
  page.rows[0].subnet = "192.0.2.0/24";
  const auto back = read_page(to_json(page));
  ASSERT_TRUE(back) << back.error();
  ASSERT_EQ(back->rows.size(), 1U);
  const LeaseRow& row = back->rows[0];
  EXPECT_EQ(row.address, net::Ip4{0xc0000207});
  EXPECT_EQ(row.state, LeaseState::declined);
  EXPECT_EQ(row.hardware, page.rows[0].hardware);
  EXPECT_EQ(row.client_id, "\x01\xc0\x01");
  EXPECT_EQ(row.hostname, "R1");
  EXPECT_EQ(row.ends(), WallTime{1'600});
  EXPECT_EQ(row.remaining, Duration::seconds(600));
  EXPECT_EQ(row.subnet, "192.0.2.0/24");
  EXPECT_EQ(back->next, 1'000U);
}

TEST(LeaseRow, InfiniteLeasesStayInfinite) {
  lease::Lease lease = example();
  lease.lifetime = Duration::infinite();
  lease.expires_at = Instant::never();
  const auto back = read_page(to_json(LeasePage{{make_row(lease, {kStart, {1'000}})}, {}}));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->rows[0].lifetime.is_infinite());
  EXPECT_TRUE(back->rows[0].remaining.is_infinite());
  EXPECT_FALSE(back->rows[0].expired());
}

TEST(LeaseRow, AProbationThatIsOverStaysOneOnTheWayThroughJson) {
  const lease::Lease lease{.address = {0xc0000207},
                           .state = LeaseState::declined,
                           .started = {1'000},
                           .lifetime = Duration::seconds(600),
                           .expires_at = kStart + Duration::seconds(600)};
  const LeaseRow row = make_row(lease, {kStart + Duration::seconds(700), {1'700}});
  EXPECT_NE(to_json(row).find(R"("state":2)"), std::string::npos);
  const auto back = read_page(to_json(LeasePage{{row}, {}}));
  ASSERT_TRUE(back) << back.error();
  // An export calls it declined, as Kea wants of what has no client.
  EXPECT_EQ(back->rows[0].state, LeaseState::declined);
  EXPECT_TRUE(back->rows[0].expired());
}

TEST(LeaseRow, TheLastPartOfASecondIsNotOverOnTheWayThroughJson) {
  for (const auto& [left, expired] :
       {std::pair(Duration::milliseconds(1), false), {Duration(), true}}) {
    const Now now{kStart + Duration::seconds(600) - left, {1'599}};
    const auto back = read_page(to_json(LeasePage{{make_row(example(), now)}, {}}));
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(back->rows[0].expired(), expired);
  }
}

TEST(LeaseRow, NamesItsState) {
  const struct {
    LeaseState state;
    std::int64_t age_seconds;
    const char* expected;
  } rows[] = {
      {LeaseState::active, 599, "active"},       {LeaseState::active, 600, "expired"},
      {LeaseState::released, 1'000, "released"}, {LeaseState::declined, 599, "declined"},
      {LeaseState::declined, 600, "expired"},  // back in its pool
  };
  for (const auto& row : rows) {
    lease::Lease lease = example();
    lease.state = row.state;
    const Now now{kStart + Duration::seconds(row.age_seconds), {1'000 + row.age_seconds}};
    EXPECT_EQ(state_name(make_row(lease, now)), row.expected);
  }
}

TEST(LeaseRow, RefusesMalformedPages) {
  for (const char* text :
       {"", "[]", "{}", R"({"leases": 1})", R"({"leases": [{}]})",
        R"({"leases": [{"ip-address": "x", "valid-lft": 1, "cltt": 1, "state": 0}]})",
        R"({"leases": [{"ip-address": "1.2.3.4", "valid-lft": 1, "cltt": 1, "state": 0,
            "hw-address": "zz"}]})",
        R"({"leases": [{"ip-address": "1.2.3.4", "valid-lft": -1, "cltt": "x", "state": 0}]})"}) {
    EXPECT_FALSE(read_page(text)) << text;
  }
}

// bad-input C2-08: a hostname of any bytes gives valid JSON.
TEST(LeaseRow, HostnamesOfAnyBytesStayInsideTheirString) {
  lease::Lease lease = example();
  lease.hostname = as_bytes("\"}\n\xff%n");
  const std::string json = to_json(LeasePage{{make_row(lease, {kStart, {0}})}, {}});
  EXPECT_NE(json.find("\xef\xbf\xbd%n"), std::string::npos) << "for people: " << json;
  const auto back = read_page(json);
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->rows[0].hostname, "\"}\n\xff%n") << "for an export: the octets";
}

}  // namespace
}  // namespace lessor::control
