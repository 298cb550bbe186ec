#include "cli/followers/legal_text.h"

#include "cli/followers/test_events.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

using testing::event_of;
using testing::EventKind;
using testing::EventWords;
using testing::Reason;

std::string entry(const EventWords& words) { return legal_entry(event_of(words)); }

TEST(LegalText, AnAssignmentIsInKeasWords) {
  EXPECT_EQ(entry({}),
            "Address: 192.0.2.7 has been assigned for 1 hrs 0 mins 0 secs to a device with "
            "hardware address: hwtype=1 c0:01:1b:69:00:05");
  EXPECT_EQ(entry({.was_held = true, .client_id = "\x01\x02"}),
            "Address: 192.0.2.7 has been renewed for 1 hrs 0 mins 0 secs to a device with "
            "hardware address: hwtype=1 c0:01:1b:69:00:05, client-id: 01:02");
}

TEST(LegalText, ARelaysWordsAreTold) {
  EXPECT_EQ(entry({.giaddr = "192.0.2.254"}),
            "Address: 192.0.2.7 has been assigned for 1 hrs 0 mins 0 secs to a device with "
            "hardware address: hwtype=1 c0:01:1b:69:00:05 connected via relay at address: "
            "192.0.2.254");
  const std::string_view info("\x06\x01s\x01\x05howdy\x02\x02\x87\xf6", 14);
  EXPECT_EQ(entry({.client_id = "abc", .giaddr = "192.0.2.254", .options = {{82, info}}}),
            "Address: 192.0.2.7 has been assigned for 1 hrs 0 mins 0 secs to a device with "
            "hardware address: hwtype=1 c0:01:1b:69:00:05, client-id: 61:62:63 (abc) connected via "
            "relay at address: 192.0.2.254, identified by circuit-id: 68:6f:77:64:79 (howdy) and "
            "remote-id: 87:f6 and subscriber-id: 73 (s)");
}

TEST(LegalText, WhatEndsALeaseIsARelease) {
  const std::string released =
      "Address: 192.0.2.7 has been released from a device with hardware address: hwtype=1 "
      "c0:01:1b:69:00:05";
  EXPECT_EQ(entry({.kind = EventKind::release}), released);
  EXPECT_EQ(entry({.kind = EventKind::decline}), released);
  EXPECT_EQ(entry({.kind = EventKind::lease_ended, .reason = Reason::moved}), released);
}

TEST(LegalText, AnOperatorsCommandsAreTheAdministrators) {
  EXPECT_EQ(entry({.kind = EventKind::lease_set, .has_query = false}),
            "Administrator added a lease of address: 192.0.2.7 to a device with hardware address: "
            "c0:01:1b:69:00:05 for 1 hrs 0 mins 0 secs");
  EXPECT_EQ(entry({.kind = EventKind::lease_set, .was_held = true, .has_query = false}),
            "Administrator updated information on the lease of address: 192.0.2.7 to a device with "
            "hardware address: c0:01:1b:69:00:05 for 1 hrs 0 mins 0 secs");
  EXPECT_EQ(
      entry(
          {.kind = EventKind::lease_ended, .reason = Reason::operator_command, .has_query = false}),
      "Administrator deleted the lease for address: 192.0.2.7");
}

TEST(LegalText, ExpiryIsNotInKeasLog) {
  EXPECT_EQ(entry({.kind = EventKind::lease_expired, .has_query = false}), "");
  EXPECT_EQ(entry({.kind = EventKind::decline_over, .has_query = false}), "");
}

TEST(LegalText, DurationsAreKeas) {
  EXPECT_EQ(legal_duration(Duration::seconds(0)), "0 hrs 0 mins 0 secs");
  EXPECT_EQ(legal_duration(Duration::seconds(6'735)), "1 hrs 52 mins 15 secs");
  EXPECT_EQ(legal_duration(Duration::seconds(86'400)), "1 days 0 hrs 0 mins 0 secs");
  EXPECT_EQ(legal_duration(Duration::infinite()), "infinite duration");
}

// C2-08
TEST(LegalText, IdentifiersCannotPassForTheRestOfTheEntry) {
  const std::string text = entry({.client_id = "a) connected via relay at address: 10.0.0.1 (b\\"});
  EXPECT_NE(text.find("(a\\x29 connected"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("10.0.0.1 \\x28b\\x5c)")) << text;
  EXPECT_EQ(entry({.client_id = "a\nb"}).find('\n'), std::string::npos);
}

TEST(LegalText, PatternsAreFilledIn) {
  EXPECT_EQ(legal_message("%-5p [%c.%t] %m\n", "entry", "17"), "INFO  [lessor.legal-log.17] entry");
  EXPECT_EQ(legal_message("%6p|%m%n%m%%", "e", "1"), "  INFO|e\ne%");
  EXPECT_EQ(legal_message("100%", "e", "1"), "100%");
}

}  // namespace
}  // namespace lessor::cli
