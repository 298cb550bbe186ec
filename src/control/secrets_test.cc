#include "control/secrets.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

TEST(HidePasswords, HidesThemWhereverTheyAre) {
  EXPECT_EQ(hide_passwords(R"({"b":[{"user":"a","password":"x"}],"a":{"password":["y"]}})"),
            R"({"b":[{"user":"a","password":"*****"}],"a":{"password":"*****"}})");
}

TEST(HidePasswords, LeavesEverythingElse) {
  for (const char* text :
       {R"({"Dhcp4": {"z": 1, "a": 2}})", R"({"password-file": "/x"})", "", R"({"password")"}) {
    EXPECT_EQ(hide_passwords(text), text);
  }
}

}  // namespace
}  // namespace lessor::control
