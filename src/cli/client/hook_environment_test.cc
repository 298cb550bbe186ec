#include "cli/client/hook_environment.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

std::vector<std::byte> octets(std::string_view text) {
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

/// The value of a variable; "-" when there is none.
std::string value_of(const client::v4::Lease& lease, std::string_view name) {
  for (const auto& variable :
       hook_environment({.event = "bound", .interface = "eth0"}, &lease, nullptr)) {
    if (variable.name == name) return variable.value;
  }
  return "-";
}

TEST(HookEnvironment, HasTheLeaseAndItsOptions) {
  client::v4::Lease lease{.address = {0xc000020a},
                          .server = {0xc0000201},
                          .lease_time = Duration::seconds(600),
                          .t1 = Duration::seconds(300),
                          .t2 = Duration::infinite()};
  lease.options = {{1, {std::byte{255}, std::byte{255}, std::byte{255}, std::byte{0}}},
                   {6, octets("\xc0\x01\x02\x03\xc0\x01\x02\x04")},
                   {15, octets("lab.example")},
                   {121, octets(std::string_view("\x08\x0a\xc0\x00\x02\x01", 6))}};
  EXPECT_EQ(value_of(lease, "LESSOR_EVENT"), "bound");
  EXPECT_EQ(value_of(lease, "LESSOR_ADDRESS"), "192.0.2.10");
  EXPECT_EQ(value_of(lease, "LESSOR_PREFIX_LENGTH"), "24");
  EXPECT_EQ(value_of(lease, "LESSOR_LEASE_TIME"), "600");
  EXPECT_EQ(value_of(lease, "LESSOR_REBINDING_TIME"), "infinite");
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_DOMAIN_NAME_SERVERS"), "192.1.2.3, 192.1.2.4");
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_DOMAIN_NAME"), "lab.example");
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_CLASSLESS_STATIC_ROUTE"), "10.0.0.0/8 - 192.0.2.1");
}

TEST(HookEnvironment, TellsRoutesAndNamesAsTheyWereJudged) {
  const net::HostSettings done{
      .routes = {{.destination = {{0xc0000200}, 24}}, {.destination = {}, .gateway = {0xc0000201}}},
      .name_servers = {{0xc0000203}, {0xc0000204}},
      .domain = "lab.example",
      .search = {"lab.example", "example"}};
  client::v4::Lease lease;  // and not as the server said
  lease.options = {{3, octets("\x0a\x01\x02\x03")}, {6, octets("\x0a\x01\x02\x03")}};
  std::string told;
  for (const auto& variable : hook_environment({.event = "bound"}, &lease, &done)) {
    if (!variable.name.starts_with("LESSOR_OPTION_")) {
      told += variable.name.substr(7) + "=" + variable.value + "\n";
    }
  }
  EXPECT_NE(told.find("ROUTERS=192.0.2.1\nROUTES=192.0.2.0/24,0.0.0.0 0.0.0.0/0,192.0.2.1\n"
                      "NAME_SERVERS=192.0.2.3 192.0.2.4\nDOMAIN=lab.example\n"
                      "SEARCH=lab.example example\n"),
            std::string::npos)
      << told;
}

TEST(HookEnvironment, LeavesOutWhatACarelessScriptWouldRun) {
  for (const char* evil : {"x;reboot", "a reboot", "`id`", "$(id)", "a\"b", "a'b", "a|b", "-rf",
                           "a -rf", "../../x", "~root", "a>b", "a%b"}) {
    client::v4::Lease lease;
    lease.options = {{17, octets(evil)}, {15, octets(evil)}, {12, octets(evil)}};
    EXPECT_EQ(value_of(lease, "LESSOR_OPTION_ROOT_PATH"), "-") << evil;
    EXPECT_EQ(value_of(lease, "LESSOR_OPTION_DOMAIN_NAME"), "-") << evil;
    EXPECT_EQ(value_of(lease, "LESSOR_OPTION_HOST_NAME"), "-") << evil;
  }
  client::v4::Lease lease;
  lease.options = {{17, octets("192.0.2.1:/srv/root")}};
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_ROOT_PATH"), "192.0.2.1:/srv/root");
  lease.options = {{17, octets("a\nb")}, {15, octets("\x1b[2J")}};
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_ROOT_PATH"), "0x610a62");
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_DOMAIN_NAME"), "-");
  lease.options = {{114, octets("javascript:alert(1)")}};
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_V4_CAPTIVE_PORTAL"), "-");
}

}  // namespace
}  // namespace lessor::cli
