#include "control/lease_changes.h"

#include "control/commands.h"
#include "control/test_target.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::control {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

/// Two subnets, and leases that commands change.
class Leases : public TestTarget {
 public:
  WallTime wall_time() override { return {kNow}; }
  std::expected<std::vector<SubnetFacts>, Trouble> subnets() override {
    return std::vector<SubnetFacts>{
        {1, net::parse_prefix4("192.0.2.0/24").value(), Duration::seconds(7'200)},
        {2, net::parse_prefix4("198.51.100.0/24").value(), Duration::seconds(7'200)}};
  }
  std::expected<LeasePage, Trouble> walk_leases(std::uint32_t) override {
    LeasePage page;
    for (const auto& [address, row] : table) page.rows.push_back(row);
    return page;
  }
  std::expected<std::optional<LeaseRow>, Trouble> find_lease(net::Ip4 address) override {
    const auto found = table.find(address.value);
    return found == table.end() ? std::nullopt : std::optional(found->second);
  }
  std::expected<void, Trouble> set_lease(const LeaseRow& row) override {
    table[row.address.value] = row;
    table[row.address.value].remaining = row.lifetime;
    return {};
  }
  std::expected<std::uint64_t, Trouble> forget_leases(
      std::span<const net::Ip4> addresses) override {
    for (const net::Ip4 address : addresses) {
      table[address.value] = {.address = address, .state = lease::LeaseState::released};
    }
    return addresses.size();
  }
  std::expected<AskedToRenew, Trouble> ask_to_renew(std::span<const net::Ip4> addresses) override {
    AskedToRenew done;
    for (const net::Ip4 address : addresses) {
      const LeaseRow& row = table[address.value];
      ++(row.state != lease::LeaseState::active ? done.without_lease
         : row.hostname == "old"                ? done.without_nonce
                                                : done.asked);
    }
    return done;
  }
  std::expected<std::string, Trouble> write_leases(const std::string& name) override {
    return "/var/lib/lessor/" + name;
  }
  [[nodiscard]] const LeaseRow& row(const char* address) {
    return table[net::parse_ip4(address)->value];
  }

  std::map<std::uint32_t, LeaseRow> table;
};

struct Step {
  const char* command;
  const char* arguments;
  Result result;
  const char* text;
};

void play(Target& server, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    const std::string request = write_request(step.command, step.arguments);
    const Answer answer = execute(server, request, Access::write);
    EXPECT_EQ(answer.result, step.result) << request << answer.text;
    EXPECT_NE(answer.text.find(step.text), std::string::npos) << request << answer.text;
  }
}

// The texts are those that Kea 2.2 answers.
TEST(LeaseAdd, AnswersAsKeaDoes) {
  Leases server;
  play(server,
       {{"lease4-add", R"({"ip-address": "192.0.2.11", "hw-address": "02:00:00:00:00:01"})",
         Result::ok, "Lease for address 192.0.2.11, subnet-id 1 added."},
        {"lease4-add", R"({"ip-address": "192.0.2.11", "hw-address": "02:00:00:00:00:01"})",
         Result::error, "IPv4 lease already exists."},
        {"lease4-add",
         R"({"ip-address": "192.0.2.13", "hw-address": "02:00:00:00:00:03", "subnet-id": 2})",
         Result::error,
         "The address 192.0.2.13 does not belong to subnet 198.51.100.0/24, subnet-id=2"},
        {"lease4-add", R"({"ip-address": "10.0.0.1", "hw-address": "02:00:00:00:00:03"})",
         Result::error, "subnet-id not specified and failed to find a subnet for address 10.0.0.1"},
        {"lease4-add",
         R"({"ip-address": "10.0.0.1", "hw-address": "02:00:00:00:00:03", "subnet-id": 9})",
         Result::error, "No IPv4 subnet with subnet-id=9 currently configured"},
        {"lease4-add", R"({"ip-address": "192.0.2.14"})", Result::error,
         "missing parameter 'hw-address'"},
        {"lease4-add", R"({"hw-address": "02:00:00:00:00:03"})", Result::error,
         "missing parameter 'ip-address'"},
        {"lease4-add", R"({"ip-address": "192.0.2.14", "hw-address": "xx"})", Result::error,
         "no hexadecimal"},
        {"lease4-add",
         R"({"ip-address": "192.0.2.14", "hw-address": "02", "fqdn-fwd": true, "hostname": "a"})",
         Result::error, "must be false"},
        {"lease4-add", R"({"ip-address": "192.0.2.14", "hw-address": "02", "expire": 5})",
         Result::error, "not in the future"},
        {"lease4-add", R"({"ip-address": "192.0.2.14", "hw-address": "02", "user-context": {}})",
         Result::ok, "added."},
        {"lease4-add", R"({"ip-address": "192.0.2.15", "hw-address": "02", "user-context": []})",
         Result::error, "'user-context' is no map"}});
}

TEST(LeaseAdd, KeepsTheUserContext) {
  Leases server;
  play(server, {{"lease4-add",
                 R"({"ip-address": "192.0.2.12", "hw-address": "02:02", "user-context":
                     {"ISC": {"relay-agent-info": "0x0201ab"}, "comment": "rack 7"}})",
                 Result::ok, "added"}});
  const LeaseRow kept = server.row("192.0.2.12");
  EXPECT_NE(to_json(kept).find(R"("user-context":{"ISC":{"relay-agent-info":{"remote-id":"AB",)"
                               R"("sub-options":"0x0201AB"}},"comment":"rack 7"})"),
            std::string::npos)
      << to_json(kept);
  const auto back = read_page(to_json(LeasePage{{kept}, {}}));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->rows[0].extras, kept.extras);
  // Kea's update says the whole lease anew.
  play(server, {{"lease4-update", R"({"ip-address": "192.0.2.12", "hw-address": "02:02"})",
                 Result::ok, "updated"}});
  EXPECT_EQ(server.row("192.0.2.12").extras, "");
}

TEST(LeaseAdd, RecordsWhatItIsTold) {
  Leases server;
  play(server, {{"lease4-add",
                 R"({"ip-address": "192.0.2.12", "hw-address": "02:00:00:00:00:02",
                     "client-id": "01:02", "hostname": "Foo.example", "valid-lft": 1000})",
                 Result::ok, "added"},
                {"lease4-add",
                 R"({"ip-address": "192.0.2.13", "hw-address": "02:00:00:00:00:03",
                     "valid-lft": 1000, "expire": 1800000400})",
                 Result::ok, "added"},
                {"lease4-add",
                 R"({"ip-address": "192.0.2.14", "hw-address": "02:00:00:00:00:04", "state": 1})",
                 Result::ok, "added"}});
  EXPECT_EQ(server.row("192.0.2.12").client_id, std::string("\1\2"));
  EXPECT_EQ(server.row("192.0.2.12").hostname, "foo.example");
  EXPECT_EQ(server.row("192.0.2.12").started.seconds, kNow);
  EXPECT_EQ(server.row("192.0.2.12").lifetime, Duration::seconds(1'000));
  EXPECT_EQ(server.row("192.0.2.13").started.seconds, kNow - 600);
  EXPECT_EQ(server.row("192.0.2.14").state, lease::LeaseState::declined);
  EXPECT_EQ(server.row("192.0.2.14").hardware.size, 0);
}

TEST(LeaseUpdate, ReplacesWhatIsThere) {
  Leases server;
  constexpr const char* kLease = R"({"ip-address": "192.0.2.12", "hw-address": "02:01"})";
  play(server, {{"lease4-update", kLease, Result::error, "there is none"},
                {"lease4-update",
                 R"({"ip-address": "192.0.2.12", "hw-address": "02:01", "force-create": true})",
                 Result::ok, "IPv4 lease added."},
                {"lease4-update", kLease, Result::ok, "IPv4 lease updated."}});
}

TEST(LeaseDel, LeavesNoLease) {
  Leases server;
  play(server,
       {{"lease4-add", R"({"ip-address": "192.0.2.12", "hw-address": "02:01"})", Result::ok, ""},
        {"lease4-get", R"({"identifier-type": "hw-address", "identifier": "0201", "subnet-id": 1})",
         Result::ok, "IPv4 lease found."},
        {"lease4-get", R"({"identifier-type": "hw-address", "identifier": "0201"})", Result::error,
         "Mandatory 'subnet-id' parameter missing."},
        {"lease4-get", R"({"identifier-type": "duid", "identifier": "0201", "subnet-id": 1})",
         Result::error, "hw-address or client-id"},
        {"lease4-del", R"({"ip-address": "192.0.2.12"})", Result::ok, "IPv4 lease deleted."},
        {"lease4-del", R"({"ip-address": "192.0.2.12"})", Result::empty, "IPv4 lease not found."},
        {"lease4-get", R"({"ip-address": "192.0.2.12"})", Result::empty, "Lease not found."},
        {"lease4-get-all", "{}", Result::empty, "0 IPv4 lease(s) found."},
        {"lease4-del", "{}", Result::error, "Mandatory 'subnet-id' parameter missing."}});
}

TEST(LeaseWipe, ForgetsASubnetOrAll) {
  Leases server;
  play(server,
       {{"lease4-add", R"({"ip-address": "192.0.2.12", "hw-address": "02:01"})", Result::ok, ""},
        {"lease4-add", R"({"ip-address": "198.51.100.1", "hw-address": "02:02"})", Result::ok, ""},
        {"lease4-wipe", R"({"subnet-id": 1})", Result::ok,
         "Deleted 1 IPv4 lease(s) from subnet(s) 1"},
        {"lease4-wipe", R"({"subnet-id": 77})", Result::empty,
         "Deleted 0 IPv4 lease(s) from subnet(s) 77"},
        {"lease4-wipe", "{}", Result::ok, "Deleted 1 IPv4 lease(s) from subnet(s) 1 2"},
        {"lease4-write", R"({"filename": "x.csv"})", Result::ok, "into '/var/lib/lessor/x.csv'."}});
}

TEST(ForceRenew, MeansOneLeaseASubnetOrAll) {
  Leases server;
  play(
      server,
      {{"lessor-force-renew", "{}", Result::empty, "Asked 0 clients to renew."},
       {"lease4-add", R"({"ip-address": "192.0.2.12", "hw-address": "02:01"})", Result::ok, ""},
       {"lease4-add", R"({"ip-address": "192.0.2.13", "hw-address": "02:02", "state": 1})",
        Result::ok, ""},
       {"lease4-add", R"({"ip-address": "198.51.100.1", "hw-address": "02:03", "hostname": "old"})",
        Result::ok, ""},
       {"lease4-add", R"({"ip-address": "198.51.100.2", "hw-address": "02:04"})", Result::ok, ""},
       {"lessor-force-renew", R"({"ip-address": "192.0.2.12"})", Result::ok,
        "Asked 1 client to renew."},
       {"lessor-force-renew",
        R"({"identifier-type": "hw-address", "identifier": "0201", "subnet-id": 1})", Result::ok,
        "Asked 1 client to renew."},
       {"lessor-force-renew", R"({"ip-address": "192.0.2.99"})", Result::error,
        "IPv4 lease not found."},
       {"lessor-force-renew", R"({"ip-address": "198.51.100.1"})", Result::error,
        "1 does not take FORCERENEW"},
       {"lessor-force-renew", R"({"subnet-id": 1})", Result::ok,
        "Asked 1 client to renew; 1 lease is over."},
       {"lessor-force-renew", R"({"subnet-id": 77})", Result::empty, "Asked 0 clients"},
       {"lessor-force-renew", R"({"subnet-id": -1})", Result::error, "subnet-id"},
       {"lessor-force-renew", "{}", Result::ok,
        "Asked 2 clients to renew; 1 does not take FORCERENEW, or had no answer yet that gives "
        "the nonce; 1 lease is over."}});
}

TEST(LeaseSearch, FindsByWhatALeaseHas) {
  Leases server;
  play(server,
       {{"lease4-add",
         R"({"ip-address": "192.0.2.12", "hw-address": "02:01", "client-id": "aa",
             "hostname": "Tv"})",
         Result::ok, ""},
        {"lease4-add", R"({"ip-address": "192.0.2.13", "hw-address": "02:02", "state": 1})",
         Result::ok, ""},
        {"lease4-get-by-hw-address", R"({"hw-address": "02:01"})", Result::ok, "1 IPv4"},
        {"lease4-get-by-hw-address", R"({"hw-address": "02:09"})", Result::empty, "0 IPv4"},
        {"lease4-get-by-hw-address", "{}", Result::error, "'hw-address' parameter not specified"},
        {"lease4-get-by-client-id", R"({"client-id": "aa"})", Result::ok, "1 IPv4"},
        {"lease4-get-by-hostname", R"({"hostname": "TV"})", Result::ok, "1 IPv4"},
        {"lease4-get-by-hostname", "{}", Result::error, "'hostname' parameter not specified"},
        {"lease4-get-by-state", R"({"state": 1})", Result::ok, "1 IPv4"},
        {"lease4-get-by-state", R"({"state": 0, "subnet-id": 2})", Result::empty, "0 IPv4"},
        {"lease4-get-by-state", R"({"state": 4})", Result::error, "from 0 to 3"},
        {"lease4-get-all", R"({"subnets": []})", Result::empty, "0 IPv4"},
        {"lease4-get-page", R"({"from": "start", "limit": 0})", Result::error,
         "page size of retrieved leases must not be 0"}});
}

}  // namespace
}  // namespace lessor::control
