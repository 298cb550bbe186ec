#include "wire/v4/option_table.h"

#include <gtest/gtest.h>

#include <set>

namespace lessor::wire {
namespace {

TEST(OptionTable, HasEveryOptionThatIanaAssigned) {
  // What the registry leaves unassigned below the private codes (224 to 254).
  const std::set<int> unassigned = {84,  96,  102, 103, 104, 105, 106, 107,
                                    110, 111, 115, 126, 127, 149, 222, 223};
  for (int code = 0; code < 224; ++code) {
    const bool in_a_gap = (code >= 163 && code <= 174) || (code >= 178 && code <= 207) ||
                          (code >= 214 && code <= 219);
    const bool assigned = !in_a_gap && !unassigned.contains(code);
    EXPECT_EQ(find_option(static_cast<OptionCode>(code)) != nullptr, assigned) << code;
  }
  EXPECT_EQ(find_option(kOptionEnd)->name, "end");
}

TEST(OptionTable, FindsARowByItsCode) {
  for (const OptionRow& row : option_table()) {
    EXPECT_EQ(find_option(row.code), &row);
    EXPECT_EQ(&option_shape(row.code), &row.shape);
    EXPECT_EQ(option_name(row.code), row.name);
  }
}

TEST(OptionTable, TreatsACodeWithoutARowAsOctets) {
  EXPECT_EQ(find_option(250), nullptr);
  EXPECT_EQ(option_name(250), "option-250");
  EXPECT_EQ(type_of(option_shape(250)), "octets");
  EXPECT_TRUE(length_rule(option_shape(250)).allows(0));
}

TEST(OptionTable, FindsACodeByNameAliasOrNumber) {
  struct Row {
    std::string_view name;
    std::optional<OptionCode> code;
  };
  const Row rows[] = {
      {"routers", OptionCode{3}},
      {"Subnet_Mask", OptionCode{1}},            // scapy's spelling
      {"netmask", OptionCode{1}},                // dnsmasq
      {"bootfile-name", OptionCode{67}},         // dhcpd
      {"rebinding_time_value", OptionCode{59}},  // tshark
      {" t1 ", OptionCode{58}},
      {"option-200", OptionCode{200}},
      {"150", OptionCode{150}},
      {"0", OptionCode{0}},
      {"256", std::nullopt},
      {"option-256", std::nullopt},
      {"0x10", std::nullopt},
      {"option-", std::nullopt},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"router", OptionCode{3}},
      {"routeurs", std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(find_option_code(row.name), row.code) << row.name;
}

TEST(OptionTable, SuggestsWhatAMisspeltNameMayMean) {
  EXPECT_EQ(suggest_option_name("domain-name-server5"), "domain-name-servers");
  EXPECT_EQ(suggest_option_name("subnet_msk"), "subnet-mask");
  EXPECT_EQ(suggest_option_name("xyzzy-plugh-quux"), std::nullopt);
}

TEST(OptionTable, AgreesWithTheConstantsThatEnginesUse) {
  struct Row {
    OptionCode code;
    std::string_view name;
  };
  const Row rows[] = {
      {kOptionSubnetMask, "subnet-mask"},
      {kOptionTimeOffset, "time-offset"},
      {kOptionRouters, "routers"},
      {kOptionDomainNameServers, "domain-name-servers"},
      {kOptionHostName, "host-name"},
      {kOptionDomainName, "domain-name"},
      {kOptionInterfaceMtu, "interface-mtu"},
      {kOptionBroadcastAddress, "broadcast-address"},
      {kOptionStaticRoutes, "static-routes"},
      {kOptionNtpServers, "ntp-servers"},
      {kOptionVendorEncapsulatedOptions, "vendor-encapsulated-options"},
      {kOptionDhcpRequestedAddress, "dhcp-requested-address"},
      {kOptionDhcpLeaseTime, "dhcp-lease-time"},
      {kOptionDhcpOptionOverload, "dhcp-option-overload"},
      {kOptionDhcpMessageType, "dhcp-message-type"},
      {kOptionDhcpServerIdentifier, "dhcp-server-identifier"},
      {kOptionDhcpParameterRequestList, "dhcp-parameter-request-list"},
      {kOptionDhcpMessage, "dhcp-message"},
      {kOptionDhcpMaxMessageSize, "dhcp-max-message-size"},
      {kOptionDhcpRenewalTime, "dhcp-renewal-time"},
      {kOptionDhcpRebindingTime, "dhcp-rebinding-time"},
      {kOptionVendorClassIdentifier, "vendor-class-identifier"},
      {kOptionDhcpClientIdentifier, "dhcp-client-identifier"},
      {kOptionTftpServerName, "tftp-server-name"},
      {kOptionBootFileName, "boot-file-name"},
      {kOptionUserClass, "user-class"},
      {kOptionRapidCommit, "rapid-commit"},
      {kOptionFqdn, "fqdn"},
      {kOptionDhcpAgentOptions, "dhcp-agent-options"},
      {kOptionAuthenticate, "authenticate"},
      {kOptionClientSystem, "client-system"},
      {kOptionUuidGuid, "uuid-guid"},
      {kOptionV6OnlyPreferred, "v6-only-preferred"},
      {kOptionV4CaptivePortal, "v4-captive-portal"},
      {kOptionAutoConfig, "auto-config"},
      {kOptionSubnetSelection, "subnet-selection"},
      {kOptionDomainSearch, "domain-search"},
      {kOptionClasslessStaticRoute, "classless-static-route"},
      {kOptionVivcoSuboptions, "vivco-suboptions"},
      {kOptionVivsoSuboptions, "vivso-suboptions"},
  };
  for (const Row& row : rows) EXPECT_EQ(option_name(row.code), row.name);
}

// R2132-3-b: lists of addresses are multiples of 4, 21 and 33 of 8, 25 of 2; one element at least,
// but 68 may have none.
TEST(OptionTable, DerivesTheLengthRulesOfRfc2132) {
  for (const int code : {3,  4,  5,  6,  7,  8,  9,  10, 11, 41, 42, 44, 45,  48,
                         49, 65, 69, 70, 71, 72, 73, 74, 75, 76, 85, 92, 112, 150}) {
    EXPECT_EQ(length_rule(option_shape(static_cast<OptionCode>(code))),
              (LengthRule{4, kAnySize, 4}))
        << code;
  }
  EXPECT_EQ(length_rule(option_shape(21)), (LengthRule{8, kAnySize, 8}));
  EXPECT_EQ(length_rule(option_shape(33)), (LengthRule{8, kAnySize, 8}));
  EXPECT_EQ(length_rule(option_shape(25)), (LengthRule{2, kAnySize, 2}));
  EXPECT_EQ(length_rule(option_shape(68)), (LengthRule{0, kAnySize, 4}));
  EXPECT_EQ(length_rule(option_shape(61)), (LengthRule{2, kAnySize, 1}));  // R2132-9.14-a
  for (const int code : {1, 16, 28, 32, 50, 51, 54, 58, 59, 118}) {
    EXPECT_EQ(length_rule(option_shape(static_cast<OptionCode>(code))), (LengthRule{4, 4, 1}));
  }
  for (const int code : {19, 20, 23, 27, 29, 30, 31, 34, 36, 37, 39, 46, 52, 53, 116}) {
    EXPECT_EQ(length_rule(option_shape(static_cast<OptionCode>(code))), (LengthRule{1, 1, 1}));
  }
}

}  // namespace
}  // namespace lessor::wire
