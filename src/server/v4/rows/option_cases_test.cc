// Options: where they stand, how they are written, and definitions of one's own.

#include "base/text.h"
#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

constexpr Scopes kGnspcr = Scopes(Scope::dhcp4) | Scope::shared_network | Scope::subnet |
                           Scope::pool | Scope::client_class | Scope::reservation;

const std::string kSubnet = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";

/// One option, of whose map the rest is this.
KeyCase of_option(const std::string& key, const std::string& rest, const std::string& member,
                  const Look& look, const std::string& with, const std::string& without,
                  const std::string& other = "") {
  const std::string config = R"("client-classes": [{"name": "c", "test": "option[60].exists"}],
      "option-data": [{@ )" + rest +
                             "}], " + kSubnet;
  return {key, Scope::option_data, config, member, look, with, without, other};
}

/// One definition, and options that it is for.
KeyCase of_definition(const std::string& key, const std::string& rest, const std::string& options,
                      const std::string& member, const std::string& with,
                      const std::string& without, const std::string& other = "") {
  const std::string config =
      R"("option-def": [{@ )" + rest + R"(}], "option-data": [)" + options + "], " + kSubnet;
  return {key, Scope::option_def, config, member, offered(224, {224, 225}), with, without, other};
}

/// Option 125 for a client of the enterprise 9.
std::string of_enterprise_9(World& world) {
  return sends(world.site().hear(discover(host(1)).with(125, octets({0, 0, 0, 9, 0}))), 125);
}

KeyCases keys_of_options() {
  const std::string hex = R"("code": 224, "csv-format": false, "data": "07")";
  return {
      of_option("name", R"("data": "192.0.2.7")", R"("name": "ntp-servers")", offered(42, {42, 7}),
                "c0000207", "none", R"("name": "log-servers")"),
      of_option("code", R"("data": "192.0.2.7")", R"("code": 42)", offered(42, {42, 7}), "c0000207",
                "none", R"("code": 7)"),
      of_option("data", R"("name": "ntp-servers")", R"("data": "192.0.2.7")", offered(42, {42}),
                "c0000207", "c0000208", R"("data": "192.0.2.8")"),
      of_option("csv-format", R"("name": "domain-name", "data": "6162")", R"("csv-format": false)",
                offered(15, {15}), "6162", "36313632"),
      of_option("always-send", hex, R"("always-send": true)", offered(224, {3}), "07", "none"),
      of_option("never-send", hex, R"("never-send": true)", offered(224, {224}), "none", "07"),
      of_option("space",
                R"("code": 5, "csv-format": false, "data": "c0000207", "always-send": true)",
                R"("space": "vendor-9")", of_enterprise_9, "00000009060504c0000207", "none"),
      of_option("space", R"("code": 5, "csv-format": false, "data": "07"}, {"code": 43)",
                R"("space": "vendor-encapsulated-options-space")", offered(43, {43}), "050107",
                "! "),
      of_option("client-classes", hex, R"("client-classes": ["c"])", offered(224, {224}), "none",
                "07"),
  };
}

KeyCases keys_of_definitions() {
  const std::string rack = R"({"name": "rack", "data": "7"})";
  const std::string vendor =
      R"({"name": "x", "space": "vendor-9", "data": "7", "always-send": true})";
  const std::string inside = R"({"name": "rack"}, {"name": "in", "space": "s", "data": "7"})";
  KeyCase space = of_definition("space", R"("name": "x", "code": 1, "type": "uint8")", vendor,
                                R"("space": "vendor-9")",
                                "000000090"
                                "3010107",
                                "! what is defined already");
  space.look = of_enterprise_9;
  return {
      of_definition("name", R"("code": 224, "type": "uint8")", rack, R"("name": "rack")", "07",
                    "! 'rack'", R"("name": "rock")"),
      of_definition("code", R"("name": "rack", "type": "uint8")", rack, R"("code": 224)", "07",
                    "none", R"("code": 225)"),
      space,
      of_definition("type", R"("name": "rack", "code": 224)", rack, R"("type": "uint16")", "0007",
                    "07", R"("type": "uint8")"),
      of_definition("record-types", R"("name": "rack", "code": 224, "type": "record")",
                    R"({"name": "rack", "data": "7, a"})", R"("record-types": "uint8, string")",
                    "0761", "000761", R"("record-types": "uint16, string")"),
      of_definition("array", R"("name": "rack", "code": 224, "type": "uint8")",
                    R"({"name": "rack", "data": "7, 8"})", R"("array": true)", "0708", "! "),
      of_definition("encapsulate",
                    R"("name": "rack", "code": 224, "type": "empty"},
                       {"name": "in", "code": 1, "space": "s", "type": "uint8")",
                    inside, R"("encapsulate": "s")", "010107", ""),
  };
}

/// A value of each type, and its octets.
KeyCases types() {
  struct Row {
    const char* type;
    const char* data;
    const char* octets;
  };
  const Row rows[] = {{"empty", "", ""},
                      {"binary", "0a0b", "0a0b"},
                      {"boolean", "true", "01"},
                      {"int8", "-1", "ff"},
                      {"int16", "-2", "fffe"},
                      {"int32", "-3", "fffffffd"},
                      {"uint8", "255", "ff"},
                      {"uint16", "256", "0100"},
                      {"uint32", "65536", "00010000"},
                      {"ipv4-address", "192.0.2.7", "c0000207"},
                      {"ipv6-address", "2001:db8::1", "20010db8000000000000000000000001"},
                      {"ipv6-prefix", "2001:db8::/32", "2020010db8"},
                      {"psid", "3/4", "043000"},
                      {"tuple", "ab", "026162"},
                      {"fqdn", "a.b", "0161016200"}};
  KeyCases all;
  for (const Row& row : rows) {
    const std::string data = R"({"name": "rack", "data": ")" + std::string(row.data) + "\"}";
    all.push_back(of_definition("type", R"("name": "rack", "code": 224)", data,
                                R"("type": ")" + std::string(row.type) + "\"", row.octets,
                                std::string(row.data).empty() ? "! " : to_hex(as_bytes(row.data)),
                                R"("type": "string")"));
  }
  return all;
}

}  // namespace

KeyCases option_cases() {
  KeyCases all = keys_of_options();
  add(all, types());
  add(all, keys_of_definitions());
  add(all, in_each(kGnspcr, {"option-data", R"([{"code": 224, "csv-format": false, "data": "07"}])",
                             offered(224, {224}), "07", "none"}));
  add(all, in_each(kGnspcr, {"options", R"({"224": "07"})", offered(224, {224}), "07", "none"}));
  add(all, in_each(kGnspcr, {"options", R"({"ntp-servers": ["192.0.2.7", "192.0.2.8"]})",
                             offered(42, {42}), "c0000207c0000208", "none"}));
  all.push_back({"option-def", Scope::dhcp4,
                 R"(@ "option-data": [{"name": "rack", "data": "7"}], )" + kSubnet,
                 R"("option-def": [{"name": "rack", "code": 224, "type": "uint16"}])",
                 offered(224, {224}), "0007", "! 'rack'", ""});
  all.push_back({"option-def", Scope::client_class,
                 R"("client-classes": [{"name": "c", "test": "pkt4.mac == pkt4.mac", @
                       "option-data": [{"name": "rack", "data": "7"}]}], )" +
                     kSubnet,
                 R"("option-def": [{"name": "rack", "code": 224, "type": "uint16"}])",
                 offered(224, {224}), "0007", "! 'rack'", ""});
  return all;
}

}  // namespace lessor::server::v4::testing
