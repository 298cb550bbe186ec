#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

/// The notes of a configuration with these subnets and global members, a line each.
std::string notes_of(const std::string& subnets, const std::string& global = "") {
  const auto loaded =
      load_text(R"({"Dhcp4": {)" + global + R"("subnet4": [)" + subnets + "]}}", "f", {});
  if (!loaded) return to_string(loaded.error()[0]);
  std::string lines;
  for (const Problem& note : loaded->notes) {
    lines += (lines.empty() ? "" : "\n") + note.path + ": " + note.message;
  }
  return lines;
}

std::string subnet(int number, const std::string& members) {
  const std::string net = "192.0." + std::to_string(number) + ".";
  return R"({"subnet": ")" + net + R"(0/24", "pools": [{"pool": ")" + net + "10-" + net +
         R"(20"}])" + (members.empty() ? "" : ", ") + members + "}";
}

constexpr const char* kRouter = R"("options": {"routers": "192.0.2.1"})";

TEST(OddRoutes, ASubnetWithoutARouterIsNotedOnce) {
  EXPECT_EQ(notes_of(subnet(2, kRouter)), "");
  EXPECT_EQ(notes_of(subnet(2, ""), std::string(kRouter) + ", "), "");
  EXPECT_EQ(
      notes_of(subnet(2, R"("options": {"classless-static-route": "0.0.0.0/0 - 192.0.2.1"})")), "");
  EXPECT_EQ(notes_of(subnet(2, "")),
            "Dhcp4.subnet4[0].subnet: clients of 192.0.2.0/24 get no default gateway: the option "
            "routers is missing");
  EXPECT_EQ(notes_of(subnet(2, kRouter) + "," + subnet(3, "") + "," + subnet(4, "")),
            "Dhcp4.subnet4[1].subnet: clients of 192.0.3.0/24 get no default gateway: the option "
            "routers is missing (nor have those of 1 more subnets)");
  EXPECT_EQ(notes_of(R"({"subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.20",
                        "options": {"routers": "192.0.2.1"}}]})"),
            "");
  EXPECT_EQ(notes_of(subnet(2, ""),
                     R"("client-classes": [{"name": "ALL", )" + std::string(kRouter) + "}], "),
            "");
}

TEST(OddRoutes, ClasslessRoutesWithoutADefaultHideTheRouters) {  // R3442
  const auto with = [](const char* name, const char* routes) {
    return notes_of(subnet(2, R"("options": {"routers": "192.0.2.1", ")" + std::string(name) +
                                  R"(": ")" + routes + "\"}"));
  };
  EXPECT_EQ(with("classless-static-route", "0.0.0.0/0 - 192.0.2.1, 10.0.0.0/8 - 192.0.2.2"), "");
  EXPECT_EQ(with("classless-static-route", "10.0.0.0/8 - 192.0.2.2"),
            "Dhcp4.subnet4[0].subnet: option 121 has no default route, and clients that take it "
            "ignore routers (RFC 3442): give it one, 0.0.0.0/0, too");
  EXPECT_EQ(with("ms-classless-static-route", "10.0.0.0/8 - 192.0.2.2").substr(0, 34),
            "Dhcp4.subnet4[0].subnet: option 24");
}

TEST(OddPools, OneWithNothingLeftToLeaseIsNoted) {
  const std::string subnet = R"({"subnet": "192.0.2.0/24", "options": {"routers": "192.0.2.1"},
      "pools": [{"pool": "192.0.2.10-192.0.2.11"}], "reservations": [
        {"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.10"},
        {"hw-address": "02:00:00:00:00:02", "ip-address": "192.0.2.11"}]})";
  EXPECT_EQ(notes_of(subnet),
            "Dhcp4.subnet4[0].pools[0].pool: nothing is left to lease: every "
            "address of this pool is set aside");
}

}  // namespace
}  // namespace lessor::config
