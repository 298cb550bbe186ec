#include "cli/followers/script.h"

#include "cli/followers/test_events.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

using testing::event_of;
using testing::EventKind;
using testing::EventWords;
using testing::Reason;

config::ServerConfig configured() {
  config::ServerConfig config;
  config.run_script = {.program = "/etc/lessor/at-lease"};
  config.subnets.resize(1);
  config.subnets[0].id = 1;
  config.subnets[0].prefix = net::parse_prefix4("192.0.2.0/24").value();
  return config;
}

std::string value_of(const Errand& errand, std::string_view name) {
  for (const auto& [each, value] : errand.variables) {
    if (each == name) return value;
  }
  return "(none)";
}

std::vector<std::string> hook_points(const std::vector<Errand>& errands) {
  std::vector<std::string> names;
  for (const Errand& errand : errands) names.push_back(errand.argument);
  return names;
}
using Names = std::vector<std::string>;

std::vector<Errand> errands_of(const EventWords& words) {
  Script script(configured());
  return script.errands_of(event_of(words), "eth0");
}

TEST(Script, HasKeasHookPoints) {
  EXPECT_EQ(hook_points(errands_of({})), Names{"leases4_committed"});
  EXPECT_EQ(hook_points(errands_of({.was_held = true})),
            (Names{"lease4_renew", "leases4_committed"}));
  EXPECT_EQ(hook_points(errands_of({.kind = EventKind::release})),
            (Names{"lease4_release", "leases4_committed"}));
  EXPECT_EQ(hook_points(errands_of({.kind = EventKind::decline})),
            (Names{"lease4_decline", "leases4_committed"}));
  EXPECT_EQ(hook_points(errands_of({.kind = EventKind::lease_expired, .has_query = false})),
            Names{"lease4_expire"});
  EXPECT_EQ(hook_points(errands_of({.kind = EventKind::decline_over, .has_query = false})),
            Names{"lease4_recover"});
  EXPECT_EQ(errands_of({.kind = EventKind::lease_set, .has_query = false}).size(), 0U);
  EXPECT_EQ(
      errands_of(
          {.kind = EventKind::lease_ended, .reason = Reason::operator_command, .has_query = false})
          .size(),
      0U);
}

TEST(Script, TheQueryHasKeasNames) {
  const std::string_view info("\x01\x02p1\x02\x02\xab\xcd", 8);
  const auto errands = errands_of({.giaddr = "192.0.2.254", .options = {{82, info}}});
  ASSERT_EQ(errands.size(), 1U);
  EXPECT_EQ(errands[0].program, "/etc/lessor/at-lease");
  const std::vector<std::pair<std::string_view, std::string_view>> expected = {
      {"QUERY4_TYPE", "DHCPREQUEST"},
      {"QUERY4_TXID", "4660"},
      {"QUERY4_LOCAL_ADDR", "192.0.2.1"},
      {"QUERY4_LOCAL_PORT", "67"},
      {"QUERY4_REMOTE_ADDR", "192.0.2.9"},
      {"QUERY4_REMOTE_PORT", "68"},
      {"QUERY4_IFACE_INDEX", "2"},
      {"QUERY4_IFACE_NAME", "eth0"},
      {"QUERY4_HOPS", "1"},
      {"QUERY4_SECS", "7"},
      {"QUERY4_FLAGS", "0"},
      {"QUERY4_CIADDR", "0.0.0.0"},
      {"QUERY4_SIADDR", "0.0.0.0"},
      {"QUERY4_YIADDR", "0.0.0.0"},
      {"QUERY4_GIADDR", "192.0.2.254"},
      {"QUERY4_RELAYED", "true"},
      {"QUERY4_HWADDR", "c0:01:1b:69:00:05"},
      {"QUERY4_HWADDR_TYPE", "1"},
      {"QUERY4_LOCAL_HWADDR", ""},
      {"QUERY4_LOCAL_HWADDR_TYPE", ""},
      {"QUERY4_REMOTE_HWADDR", ""},
      {"QUERY4_REMOTE_HWADDR_TYPE", ""},
      {"QUERY4_OPTION_82", "0x010270310202ABCD"},
      {"QUERY4_OPTION_82_SUB_OPTION_1", "0x7031"},
      {"QUERY4_OPTION_82_SUB_OPTION_2", "0xABCD"},
      {"LEASES4_SIZE", "1"},
      {"DELETED_LEASES4_SIZE", "0"},
      {"LEASES4_AT0_ADDRESS", "192.0.2.7"},
      {"LEASES4_AT0_CLTT", "1774000000"},
      {"LEASES4_AT0_HOSTNAME", "pc"},
      {"LEASES4_AT0_HWADDR", "c0:01:1b:69:00:05"},
      {"LEASES4_AT0_HWADDR_TYPE", "1"},
      {"LEASES4_AT0_STATE", "default"},
      {"LEASES4_AT0_SUBNET_ID", "1"},
      {"LEASES4_AT0_VALID_LIFETIME", "3600"},
      {"LEASES4_AT0_CLIENT_ID", ""},
  };
  for (const auto& [name, value] : expected) EXPECT_EQ(value_of(errands[0], name), value) << name;
  EXPECT_EQ(errands[0].variables.size(), expected.size());
}

TEST(Script, ARenewalHasItsSubnetAndClient) {
  const Errand renewal = errands_of({.was_held = true, .client_id = "\x01\x02"})[0];
  EXPECT_EQ(value_of(renewal, "SUBNET4_ID"), "1");
  EXPECT_EQ(value_of(renewal, "SUBNET4_NAME"), "192.0.2.0/24");
  EXPECT_EQ(value_of(renewal, "SUBNET4_PREFIX"), "192.0.2.0");
  EXPECT_EQ(value_of(renewal, "SUBNET4_PREFIX_LEN"), "24");
  EXPECT_EQ(value_of(renewal, "PKT4_CLIENT_ID"), "01:02");
  EXPECT_EQ(value_of(renewal, "PKT4_HWADDR"), "c0:01:1b:69:00:05");
  EXPECT_EQ(value_of(renewal, "PKT4_HWADDR_TYPE"), "1");
  EXPECT_EQ(value_of(renewal, "LEASE4_ADDRESS"), "192.0.2.7");
  const Errand elsewhere = errands_of({.was_held = true, .subnet_id = 9})[0];
  EXPECT_EQ(value_of(elsewhere, "SUBNET4_ID"), "");
}

TEST(Script, AnExpiryHasItsLeaseAndNoQuery) {
  const Errand expiry = errands_of({.kind = EventKind::lease_expired, .has_query = false})[0];
  EXPECT_EQ(value_of(expiry, "LEASE4_ADDRESS"), "192.0.2.7");
  EXPECT_EQ(value_of(expiry, "REMOVE_LEASE"), "false");
  EXPECT_EQ(value_of(expiry, "QUERY4_TYPE"), "(none)");
}

TEST(Script, ReleasesAndDeclinesAreCommitted) {
  const auto released = errands_of({.kind = EventKind::release});
  EXPECT_EQ(value_of(released[1], "LEASES4_SIZE"), "0");
  EXPECT_EQ(value_of(released[1], "DELETED_LEASES4_SIZE"), "1");
  EXPECT_EQ(value_of(released[1], "DELETED_LEASES4_AT0_ADDRESS"), "192.0.2.7");
  const auto declined = errands_of({.kind = EventKind::decline});
  EXPECT_EQ(value_of(declined[1], "LEASES4_SIZE"), "1");
  EXPECT_EQ(value_of(declined[1], "LEASES4_AT0_STATE"), "declined");
  EXPECT_EQ(value_of(declined[1], "LEASES4_AT0_HWADDR"), "");  // it is nobody's any more
  EXPECT_EQ(value_of(declined[1], "LEASES4_AT0_VALID_LIFETIME"), "3600");
  EXPECT_EQ(value_of(declined[0], "LEASE4_HWADDR"), "c0:01:1b:69:00:05");
}

TEST(Script, WhatAMovingClientHadIsDeletedWithItsNextLease) {
  Script script(configured());
  const auto moved = event_of({.kind = EventKind::lease_ended, .reason = Reason::moved});
  EXPECT_TRUE(script.errands_of(moved, "eth0").empty());
  const Errand committed = script.errands_of(event_of(), "eth0")[0];
  EXPECT_EQ(value_of(committed, "LEASES4_SIZE"), "1");
  EXPECT_EQ(value_of(committed, "DELETED_LEASES4_SIZE"), "1");
  EXPECT_EQ(value_of(committed, "DELETED_LEASES4_AT0_ADDRESS"), "192.0.2.7");
  EXPECT_EQ(value_of(script.errands_of(event_of(), "eth0")[0], "DELETED_LEASES4_SIZE"), "0");
}

// C2-08: a script may put a value where a shell reads it.
TEST(Script, NamesOfClientsAreHarmless) {
  const Errand errand = errands_of({.hostname = "a$(reboot);`x`\n'\"\\ b.c-d_e"})[0];
  EXPECT_EQ(value_of(errand, "LEASES4_AT0_HOSTNAME"), "a__reboot___x______b.c-d_e");
}

}  // namespace
}  // namespace lessor::cli
