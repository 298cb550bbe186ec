#include "config/option_defs.h"

#include "base/text.h"
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

std::string dhcp4(const std::string& members) {
  return R"({"Dhcp4": {"subnet4": [{"subnet": "192.0.2.0/24",
      "pools": [{"pool": "192.0.2.10-192.0.2.20"}]}], )" +
         members + "}}";
}
std::string definition(const std::string& more) {
  return R"("option-def": [{"name": "foo", "code": 224, )" + more + "}]";
}
/// The first problem without its place, or nothing.
std::string problem_of(const std::string& members) {
  const auto loaded = load_text(dhcp4(members), "f", {});
  if (loaded) return "";
  const Problem& problem = loaded.error()[0];
  return problem.path + ": " + problem.message + (problem.hint.empty() ? "" : "|" + problem.hint);
}
/// Option 224 of the global scope in hexadecimal; what is wrong, when something is.
std::string value_of(const std::string& members) {
  const auto loaded = load_text(dhcp4(members), "f", {});
  if (!loaded) return loaded.error()[0].message;
  const ConfiguredOption* option = loaded->config.options.find(224);
  return option == nullptr ? "none" : to_hex(option->value);
}

TEST(OptionDefs, OfEveryTypeReadTheirText) {  // octets as Kea 2.2 sends them
  const struct {
    const char* type;
    const char* data;
    const char* hex;
  } rows[] = {
      {"\"empty\"", "", ""},
      {"\"binary\"", "0a 0b", "0a0b"},
      {"\"boolean\"", "TRUE", "01"},
      {"\"int8\"", "-1", "ff"},
      {"\"int16\"", "-2", "fffe"},
      {"\"int32\"", "-2147483648", "80000000"},
      {"\"uint8\"", "0x10", "10"},
      {"\"uint16\"", "65535", "ffff"},
      {"\"uint32\"", "1", "00000001"},
      {"\"ipv4-address\"", " 1.2.3.4", "01020304"},
      {"\"ipv6-address\"", "2001:db8::1", "20010db8000000000000000000000001"},
      {"\"ipv6-prefix\"", "2001:db8::/32", "2020010db8"},
      {"\"psid\"", "3/4", "043000"},
      {"\"string\"", "a\\\\,b", "612c62"},
      {"\"tuple\"", "hi", "026869"},
      {"\"fqdn\"", "a.b.", "0161016200"},
      {"\"uint16\", \"array\": true", "1, 2,3", "000100020003"},
      {"\"fqdn\", \"array\": true", "a, b", "016100016200"},
      {"\"record\", \"record-types\": \"uint8, ipv4-address,string\"", "1, 1.2.3.4, x",
       "010102030478"},
      {"\"record\", \"record-types\": \"uint8,ipv4-address\", \"array\": true", "1,1.2.3.4,5.6.7.8",
       "010102030405060708"},
  };
  for (const auto& row : rows) {
    const std::string defined = definition(std::string("\"type\": ") + row.type);
    const std::string data = std::string("\"data\": \"") + row.data + "\"";
    EXPECT_EQ(value_of(defined + R"(, "option-data": [{"name": "foo", )" + data + "}]"), row.hex)
        << row.type;
    EXPECT_EQ(value_of(defined + R"(, "option-data": [{"code": 224, )" + data + "}]"), row.hex)
        << row.type;
    EXPECT_EQ(value_of(defined + R"(, "options": {"foo": ")" + row.data + "\"}"), row.hex)
        << row.type;
  }
}

TEST(OptionDefs, TakeOctetsOfTheirLength) {
  const std::string defined = definition(R"("type": "uint16")");
  const auto octets = [&](const char* data) {
    return value_of(defined +
                    R"(, "option-data": [{"name": "foo", "csv-format": false, "data": ")" + data +
                    "\"}]");
  };
  EXPECT_EQ(octets("0102"), "0102");
  EXPECT_EQ(octets("'ab'"), "6162");
  EXPECT_EQ(octets("01"), "1 octet, but foo has 2 octets");
}

TEST(OptionDefs, AreRefusedAsKeaRefusesThem) {
  const struct {
    const char* definition;
    const char* expected;
  } rows[] = {
      {R"({"name": "a", "code": 224, "type": "uint7"})", "type: there is no type 'uint7'|uint8"},
      {R"({"name": "a", "code": 224, "type": "internal"})", "type: there is no type 'internal'"},
      {R"({"name": "a", "code": 224})", ": a definition needs a type: \"type\": \"uint16\""},
      {R"({"name": "a", "type": "uint8"})", ": a definition needs a code: \"code\": 224"},
      {R"({"name": "a", "code": 255, "type": "uint8"})",
       "code: 255 is no code: they go from 1 to 254"},
      {R"({"name": "a", "code": 0, "type": "uint8"})", "code: 0 is no code: they go from 1 to 254"},
      {R"({"name": "a", "code": 3, "type": "uint8"})",
       ": option 3 is routers: what is defined already cannot be defined again"},
      {R"({"name": "routers", "code": 224, "type": "uint8"})",
       "name: 'routers' is the name of option 3"},
      {R"({"name": "a.b", "code": 224, "type": "uint8"})",
       "name: 'a.b' is no name: letters, digits, - and _"},
      {R"({"name": "a", "code": 1, "space": "-z", "type": "uint8"})",
       "space: '-z' is no name: letters, digits, - and _"},
      {R"({"name": "a", "code": 224, "type": "string", "array": true})",
       "array: neither empty nor what takes the rest of an option can be an array"},
      {R"({"name": "a", "code": 224, "type": "uint8", "array": true, "encapsulate": "z"})",
       "encapsulate: nothing can stand behind an array: it takes the rest of the option"},
      {R"({"name": "a", "code": 224, "type": "uint8", "encapsulate": "dhcp4"})",
       "encapsulate: an option cannot hold the options of 'dhcp4'"},
      {R"({"name": "a", "code": 224, "type": "record", "record-types": "uint8"})",
       "record-types: a record has at least two fields: \"record-types\": \"uint16, "
       "ipv4-address\""},
      {R"({"name": "a", "code": 224, "type": "record", "record-types": "string, uint8"})",
       "record-types: binary and string take the rest of an option: nothing can stand behind "
       "them"},
      {R"({"name": "a", "code": 224, "type": "record", "record-types": "uint8, empty"})",
       "record-types: there is no type 'empty' for a field"},
      {R"({"name": "a", "code": 224, "type": "uint8", "record-types": "uint8, uint8"})",
       "record-types: only the type \"record\" has record-types"},
      {R"({"name": "a", "code": 224, "type": "uint8"}, {"name": "b", "code": 224, "type": "int8"})",
       ": option 224 of the space 'dhcp4' is defined twice"},
      {R"({"name": "a", "code": 224, "type": "uint8"}, {"name": "a", "code": 225, "type": "int8"})",
       ": 'a' is option 224 already"},
  };
  for (const auto& row : rows) {
    const std::string problem = problem_of("\"option-def\": [" + std::string(row.definition) + "]");
    const bool second = problem.starts_with("Dhcp4.option-def[1]");
    const std::string member(row.expected[0] == ':' ? "" : ".");
    EXPECT_EQ(problem,
              std::string("Dhcp4.option-def[") + (second ? "1]" : "0]") + member + row.expected)
        << row.definition;
  }
}

/// Sites define what Kea has no definition of, and each in its own way.
TEST(OptionDefs, GoBeforeWhatOnlyWeKnow) {
  const auto loaded = load_text(
      dhcp4(R"("option-def": [{"name": "rfc3442", "code": 121, "type": "uint8", "array": true}],
               "option-data": [{"name": "rfc3442", "data": "24, 10, 0, 0, 192, 0, 2, 1"}])"),
      "f", {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  EXPECT_EQ(to_hex(loaded->config.options.find(121)->value), "180a0000c0000201");
}

TEST(OptionDefs, OfAClassCountInIt) {
  const auto with = [](const char* definition) {
    return problem_of(std::string(R"("client-classes": [{"name": "a", "option-def": [)") +
                      definition + R"(], "option-data": [{"name": "own", "data": "7"}]}])");
  };
  EXPECT_EQ(with(R"({"name": "own", "code": 43, "type": "uint8"})"), "");
  EXPECT_EQ(with(R"({"name": "own", "code": 254, "type": "uint8"})"), "");
  EXPECT_EQ(with(R"({"name": "own", "code": 160, "type": "uint8"})"),
            "Dhcp4.client-classes[0].option-def[0]: a class may define option 43 and options 224 "
            "to 254 only: define this in Dhcp4.option-def");
  EXPECT_EQ(problem_of(R"("client-classes": [{"name": "a", "option-def": [
                {"name": "own", "code": 224, "type": "uint8"}]}],
                "option-data": [{"name": "own", "data": "7"}])"),
            "Dhcp4.option-data[0].name: there is no option 'own'");
}

TEST(OptionDefs, AreNamesInExpressions) {
  const auto test = [](const char* text) {
    return problem_of(definition(R"("type": "uint8")") +
                      R"(, "client-classes": [{"name": "a", "test": ")" + text + "\"}]");
  };
  EXPECT_EQ(test("option[foo].exists"), "");
  EXPECT_NE(test("option[fob].exists"), "");
}

// ---- spaces

TEST(OptionSpaces, StandInsideOfTheOptionThatHoldsThem) {  // as Kea 2.2 lays them out
  const std::string definitions = R"("option-def": [
      {"name": "foo", "code": 224, "type": "uint8", "encapsulate": "zz"},
      {"name": "z3", "code": 3, "space": "zz", "type": "uint8", "encapsulate": "yy"},
      {"name": "z1", "code": 1, "space": "zz", "type": "uint16", "array": true},
      {"name": "y0", "code": 0, "space": "yy", "type": "string"},
      {"name": "y255", "code": 255, "space": "yy", "type": "string"}], )";
  EXPECT_EQ(value_of(definitions + R"("option-data": [{"name": "foo", "data": "9"},
                {"name": "z3", "space": "zz", "data": "7"},
                {"name": "y255", "space": "yy", "data": "b"},
                {"code": 0, "space": "yy", "data": "a"},
                {"name": "z1", "space": "zz", "data": "1,2"}])"),
            "09"
            "010400010002"
            "0307"
            "07"
            "000161"
            "ff0162");
  EXPECT_EQ(value_of(definitions + R"("option-data": [{"name": "foo", "data": "9"},
                {"name": "z1", "space": "zz", "never-send": true}])"),
            "09");
}

/// Kea takes them from the scope of the option that holds them, and from no other.
TEST(OptionSpaces, OfAnotherScopeDoNotCount) {
  const auto loaded = load_text(R"({"Dhcp4": {"option-def": [
      {"name": "v1", "code": 1, "space": "vendor-encapsulated-options-space", "type": "uint8"}],
      "option-data": [{"name": "vendor-encapsulated-options"}],
      "subnet4": [{"subnet": "192.0.2.0/24", "option-data": [
        {"name": "v1", "space": "vendor-encapsulated-options-space", "data": "1"}]}]}})",
                                "f", {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  EXPECT_TRUE(loaded->config.options.find(43)->value.empty());
  EXPECT_EQ(loaded->config.subnets[0].options.find(43), nullptr);
  const bool told = std::ranges::any_of(loaded->notes, [](const Problem& note) {
    return note.path == "Dhcp4.subnet4[0].option-data[0]" &&
           note.message ==
               "it is never sent: no option beside it holds the space "
               "'vendor-encapsulated-options-space'";
  });
  EXPECT_TRUE(told);
}

TEST(OptionSpaces, OfVendorsAreKeptByEnterprise) {
  const auto loaded = load_text(
      dhcp4(R"("option-def": [{"name": "m", "code": 7, "space": "vendor-9", "type": "uint8"}],
               "option-data": [{"name": "m", "space": "vendor-9", "data": "1"},
                 {"name": "tftp-servers", "space": "vendor-4491", "data": "1.2.3.4"},
                 {"code": 0, "space": "vendor-9", "csv-format": false, "data": "05"}])"),
      "f", {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  const auto& vendor = loaded->config.options.vendor();
  ASSERT_EQ(vendor.size(), 3U);
  EXPECT_EQ(vendor[0].enterprise, 9U);
  EXPECT_EQ(vendor[0].option.code, 0);
  EXPECT_EQ(vendor[1].option.code, 7);
  EXPECT_EQ(to_hex(vendor[2].option.value), "01020304");
  EXPECT_TRUE(loaded->config.vendor_options);
}

TEST(OptionSpaces, OfVendorsTellWhatNobodyGets) {
  const auto notes = [](const char* space, const char* more) {
    const auto loaded =
        load_text(dhcp4(std::string(R"("option-data": [{"code": 7, "csv-format": false,
                            "data": "01", "space": ")") +
                        space + "\"" + more + "}]"),
                  "f", {});
    return loaded && std::ranges::any_of(loaded->notes, [](const Problem& note) {
             return note.message.starts_with("option 7 of vendor-9 is never sent: no client can");
           });
  };
  EXPECT_TRUE(notes("vendor-9", ""));
  EXPECT_FALSE(notes("vendor-9", R"(, "always-send": true)"));
  EXPECT_FALSE(notes("vendor-4491", ""));
}

TEST(OptionSpaces, SayWhatIsWrong) {
  const auto option = [](const std::string& more) {
    return problem_of(R"("option-data": [{)" + more + "}]");
  };
  EXPECT_EQ(option(R"("code": 1, "space": "a b", "data": "01")"),
            "Dhcp4.option-data[0].space: 'a b' is no name of a space");
  EXPECT_EQ(option(R"("code": 1, "space": "dhcp6", "data": "01")"),
            "Dhcp4.option-data[0].space: DHCPv4 messages have no options of DHCPv6");
  EXPECT_EQ(option(R"("code": 256, "space": "zz", "data": "01")"),
            "Dhcp4.option-data[0].code: 256 is no option: codes go from 0 to 255");
  EXPECT_EQ(option(R"("name": "x", "space": "zz", "data": "01")"),
            "Dhcp4.option-data[0].name: there is no option 'x' in the space 'zz'");
  EXPECT_EQ(option(R"("code": 1, "space": "vendor-9", "csv-format": false, "data": ")" +
                   std::string(512, '0') + "\""),
            "Dhcp4.option-data[0]: the value has 256 octets; a sub-option has room for 255");
  EXPECT_EQ(option(R"("name": "vendor-encapsulated-options"}, {"code": 1, "data": "01",
                      "space": "vendor-encapsulated-options-space", "client-classes": ["a"])"),
            "Dhcp4.option-data[1]: classes cannot be told apart inside of an option: put "
            "client-classes to the option that holds the space "
            "'vendor-encapsulated-options-space'");
}

TEST(OptionSpaces, ThatHoldEachOtherEnd) {
  EXPECT_EQ(value_of(R"("option-def": [
      {"name": "foo", "code": 224, "type": "empty", "encapsulate": "zz"},
      {"name": "z", "code": 1, "space": "zz", "type": "empty", "encapsulate": "yy"},
      {"name": "y", "code": 2, "space": "yy", "type": "empty", "encapsulate": "zz"}],
      "option-data": [{"name": "foo"}, {"name": "z", "space": "zz"},
                      {"name": "y", "space": "yy"}])"),
            "01020200");
}

}  // namespace
}  // namespace lessor::config
