#include "craft/story/fingerprint.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

TEST(Fingerprint, IsTheListInItsOrderWithClassAndSize) {
  EXPECT_EQ(fingerprint_text({"\x01\x03\x06", "udhcp 1.35.0", 576}),
            "55=1,3,6 60=udhcp 1.35.0 57=576");
  EXPECT_EQ(fingerprint_text({"\xfc", "", {}}), "55=252");
  EXPECT_EQ(fingerprint_text({}), "none");
  EXPECT_EQ(fingerprint_text({"", "\033[2J", {}}), "60=\\x1b[2J");
}

TEST(Fingerprint, KnowsProgramsByWhatTheySayElseByTheirList) {
  EXPECT_EQ(known_client({"\x01", "udhcp 1.35.0", {}}), "udhcpc (busybox): says so");
  EXPECT_EQ(known_client({std::string("\x01\x06\x0f\x2c\x03\x21\x96\x2b", 8), "", {}}),
            "Cisco IOS: asks for the same in the same order");
  EXPECT_EQ(known_client({"\x01\x06", "", {}}), "unknown");
  EXPECT_EQ(known_client({}), "unknown");
}

}  // namespace
}  // namespace lessor::craft
