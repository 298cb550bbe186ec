#include "config/lease_queries.h"

#include "config/describe.h"
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

/// What is said of the hook with these parameters; "" when it loads without a word.
std::string told(const std::string& parameters) {
  const auto loaded = load_text(R"({"Dhcp4": {"hooks-libraries": [{"library":
    "libdhcp_lease_query.so", "parameters": )" +
                                    parameters + "}], \"subnet4\": []}}",
                                "x", {});
  std::string all;
  for (const Problem& problem : loaded ? loaded->notes : loaded.error()) {
    all += to_string(problem) + "\n";
  }
  return all;
}

TEST(LeaseQueries, AreAnsweredForRequestersOnly) {
  const auto loaded = load_text(R"({"Dhcp4": {"hooks-libraries": [{"library":
    "/opt/libdhcp_lease_query.so", "parameters": {"comment": "the relays",
    "requesters": ["192.0.2.9", "10.0.0.1"]}}]}})",
                                "x", {});
  ASSERT_TRUE(loaded);
  ASSERT_TRUE(loaded->config.lease_queries);
  EXPECT_TRUE(loaded->config.lease_queries->may_ask(*net::parse_ip4("192.0.2.9")));
  EXPECT_TRUE(loaded->config.lease_queries->may_ask(*net::parse_ip4("10.0.0.1")));
  EXPECT_FALSE(loaded->config.lease_queries->may_ask(*net::parse_ip4("10.0.0.2")));
  EXPECT_FALSE(loaded->config.lease_queries->may_ask({}));
  const std::string description = describe(loaded->config);
  EXPECT_NE(description.find("about leases, by 2 requesters"), std::string::npos) << description;
  EXPECT_FALSE(load_text("{\"Dhcp4\": {}}", "x", {})->config.lease_queries);
}

TEST(LeaseQueries, SayWhatIsWrong) {
  const auto has = [](const std::string& parameters, std::string_view sentence) {
    const std::string all = told(parameters);
    EXPECT_NE(all.find(sentence), std::string::npos) << parameters << "\n" << all;
  };
  has("{}", "requesters has to name who may ask");
  has(R"({"requesters": []})", "requesters has to name who may ask");
  has(R"({"requesters": "192.0.2.1"})", "requesters has to name who may ask");
  has(R"({"requesters": ["192.0.2.300"]})", "requesters[0]: this is not the address");
  has(R"({"requesters": [7]})", "requesters[0]: this is not the address");
  has(R"({"requesters": ["0.0.0.0"]})", "this is not the address");
  has(R"({"requesters": ["192.0.2.1", "192.0.2.1"]})", "192.0.2.1 stands twice in this list");
  has(R"({"requestors": ["192.0.2.1"], "requesters": ["192.0.2.1"]})",
      "requestors: unknown parameter of this hook");
  const auto advanced = [&](const std::string& keys, std::string_view sentence) {
    has(R"({"requesters": ["192.0.2.1"], "advanced": {)" + keys + "}}", sentence);
  };
  advanced(R"("bulk": true)", "bulk: unknown parameter of this hook");
  advanced(R"("lease-query-tcp-port": "67")", "expected an integer");
  advanced(R"("active-query-enabled": true)", "not implemented yet: active leasequery");
  advanced(R"("trust-anchor": "/etc/ca.pem")", "not implemented yet: leasequery by TLS");
  const auto bulk = [&](const std::string& keys, std::string_view sentence) {
    advanced(R"("bulk-query-enabled": true, )" + keys, sentence);
  };
  bulk(R"("lease-query-ip": "eth0")", "'eth0' is not an address of this host");
  bulk(R"("lease-query-tcp-port": 0)", "is out of bounds: from 1 to 65535");
  bulk(R"("lease-query-tcp-port": 65536)", "is out of bounds: from 1 to 65535");
  bulk(R"("max-requester-connections": 0)", "is out of bounds: from 1 to 1024");
  bulk(R"("max-requester-idle-time": -1)", "is out of bounds: from 1 to 2147483");
  bulk(R"("max-leases-per-fetch": 0)", "is out of bounds: from 1 to");
  bulk(R"("max-bulk-query-threads": 4)", "accepted without effect: one thread has all");
}

TEST(LeaseQueries, ComeByConnectionsWhereTheyMay) {
  const auto bulk_of = [](const std::string& advanced) {
    const auto loaded = load_text(
        R"({"Dhcp4": {"hooks-libraries": [{"library": "libdhcp_lease_query.so",
        "parameters": {"requesters": ["192.0.2.1"], "advanced": )" +
            advanced + "}}]}}",
        "x", {});
    return loaded ? loaded->config.lease_queries->bulk : std::nullopt;
  };
  EXPECT_FALSE(bulk_of("{}"));
  const LeaseQueries::Bulk usual{.address = *net::parse_ip4("127.0.0.1")};
  EXPECT_EQ(bulk_of(R"({"bulk-query-enabled": true})"), usual);
  const LeaseQueries::Bulk own{.address = *net::parse_ip4("192.0.2.9"),
                               .port = 6'767,
                               .connections = 2,
                               .idle_time = Duration::seconds(30),
                               .leases_per_slice = 50};
  EXPECT_EQ(bulk_of(R"({"bulk-query-enabled": true, "lease-query-ip": "192.0.2.9",
    "lease-query-tcp-port": 6767, "max-requester-connections": 2, "max-requester-idle-time": 30,
    "max-leases-per-fetch": 50})"),
            own);
  EXPECT_EQ(
      bulk_of(R"({"bulk-query-enabled": true, "max-leases-per-fetch": 100000})")->leases_per_slice,
      1'000U);
}

TEST(LeaseQueries, WhatIsOffMayStand) {
  EXPECT_EQ(told(R"({"requesters": ["192.0.2.1"], "advanced": {"active-query-enabled": false,
                     "bulk-query-enabled": false, "cert-required": false}})"),
            "");
}

}  // namespace
}  // namespace lessor::config
