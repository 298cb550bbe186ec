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
  for (const auto& variable : hook_environment({.event = "bound", .interface = "eth0"}, &lease)) {
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
  EXPECT_EQ(value_of(lease, "LESSOR_NAME_SERVERS"), "192.1.2.3 192.1.2.4");
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_DOMAIN_NAME_SERVERS"), "192.1.2.3, 192.1.2.4");
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_DOMAIN_NAME"), "lab.example");
  EXPECT_EQ(value_of(lease, "LESSOR_OPTION_CLASSLESS_STATIC_ROUTE"), "10.0.0.0/8 - 192.0.2.1");
}

TEST(HookEnvironment, LeavesOutWhatACarelessScriptWouldRun) {
  for (const char* evil : {"x;reboot", "`id`", "$(id)", "a\"b", "a'b", "a|b", "-rf", "a -rf",
                           "../../x", "~root", "a>b", "a%b"}) {
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
}

}  // namespace
}  // namespace lessor::cli
