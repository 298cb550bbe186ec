#include "expression/evaluate.h"

#include "base/text.h"
#include "expression/test_packet.h"

#include <gmock/gmock.h>

#include <vector>

namespace lessor::expression {
namespace {

using testing::condition_of;
using testing::octets;
using testing::Octets;
using testing::option;
using testing::Packet;
using testing::text_of;

Octets sub_options() { return option(1, "c1") + option(2, octets({1, 2})) + option(9, ""); }

/// What most tests ask of: each kind of option once.
Packet usual() {
  wire::Header header = wire::testing::client_header();
  header.giaddr = {0xc0000201};
  return Packet(
      option(12, "abcdef") + option(60, octets({'f', 'o', 'o', 0, 0})) +
          option(61, octets({1, 2, 3, 4})) + option(51, octets({0, 0, 0, 7})) +
          option(55, octets({1, 3, 97})) + option(50, octets({10, 9, 1, 5})) +
          option(82, sub_options()) + option(43, option(1, "xx") + octets({0, 255, 7})) +
          option(125, octets({0, 0, 0x11, 0x8b, 8}) + option(1, "aa") + option(3, "bb") +
                          octets({0, 0, 0, 9, 4}) + option(1, "zz")) +
          option(124, octets({0, 0, 0, 9, 2}) + wire::testing::copy(as_bytes("ab")) +
                          octets({0, 0, 0, 10, 3}) + wire::testing::copy(as_bytes("cde"))) +
          option(93, octets({0, 7, 0, 9})) + option(57, octets({5, 0})) + option(19, octets({1})) +
          option(2, octets({255, 255, 255, 254})) + option(1, octets({255, 255, 255, 0})) +
          option(6, octets({1, 1, 1, 1, 2, 2, 2, 2})) + option(116, octets({1})) + option(200, ""),
      header);
}

struct Row {
  std::string_view text;
  std::string value;
};

void expect_texts(const Packet& packet, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(to_hex(as_bytes(text_of(row.text, packet))), to_hex(as_bytes(row.value)))
        << row.text << " is " << sanitise(as_bytes(text_of(row.text, packet)));
  }
}
void expect_conditions(const Packet& packet, const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(condition_of(row.text, packet), row.value) << row.text;
}

std::string raw(std::initializer_list<int> values) { return std::string(as_text(octets(values))); }

TEST(Evaluate, LiteralsAreOctets) {
  expect_texts(usual(), {{"'abc'", "abc"},
                         {"''", ""},
                         {"0x1", raw({1})},
                         {"0xabc", raw({0x0a, 0xbc})},
                         {"1", raw({0, 0, 0, 1})},
                         {"4294967295", raw({255, 255, 255, 255})},
                         {"192.0.2.1", raw({192, 0, 2, 1})},
                         {"::1", raw({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})}});
}

TEST(Evaluate, OptionsAndWhatIsInThem) {
  expect_texts(usual(), {{"option[12].hex", "abcdef"},
                         {"option[60].hex", "foo"},  // R2132-2-a
                         {"option[13].hex", ""},
                         {"option[200].hex", ""},
                         {"option[82].option[1].hex", "c1"},
                         {"relay4[2].hex", raw({1, 2})},
                         {"relay4[3].hex", ""},
                         {"option[43].option[1].hex", "xx"},
                         {"option[43].option[0].hex", ""},
                         {"option[43].option[7].hex", ""},
                         {"option[12].option[97].hex", ""},
                         {"vendor.enterprise", raw({0, 0, 0x11, 0x8b})},
                         {"vendor[9].enterprise", raw({0, 0, 0, 9})},
                         {"vendor[4491].option[3].hex", "bb"},
                         {"vendor[*].option[1].hex", "aa"},
                         {"vendor[9].option[1].hex", "zz"},
                         {"vendor[8].option[1].hex", ""},
                         {"vendor-class.enterprise", raw({0, 0, 0, 9})},
                         {"vendor-class[*].data", "ab"},
                         {"vendor-class[*].data[1]", "cde"},
                         {"vendor-class[*].data[2]", ""},
                         {"vendor-class[10].data", "cde"},
                         {"vendor-class[10].data[1]", ""}});
  expect_conditions(usual(), {{"option[12].exists", "true"},
                              {"option[200].exists", "true"},
                              {"option[13].exists", "false"},
                              {"option[0].exists", "false"},
                              {"option[255].exists", "false"},
                              {"relay4[9].exists", "true"},
                              {"relay4[3].exists", "false"},
                              {"option[43].option[255].exists", "false"},
                              {"vendor[*].exists", "true"},
                              {"vendor[9].exists", "true"},
                              {"vendor[8].exists", "false"},
                              {"vendor[9].option[1].exists", "true"},
                              {"vendor-class[10].exists", "true"},
                              {"vendor-class[11].exists", "false"}});
}

TEST(Evaluate, TextOptionsOfNothingButNulsAreAbsent) {
  const Packet packet(option(12, octets({0, 0})) + option(60, octets({'a', 0, 'b', 0})));
  expect_conditions(packet, {{"option[12].exists", "false"}});
  expect_texts(packet, {{"option[12].hex", ""}, {"option[60].hex", raw({'a', 0, 'b'})}});
}

TEST(Evaluate, OptionsInPartsAreJoined) {  // R3396-5-a
  const Packet packet(option(12, "abc") + option(12, "def") +
                      option(82, option(1, "c1") + option(2, "x") + option(1, "c2")));
  expect_texts(packet, {{"option[12].hex", "abcdef"}, {"relay4[1].hex", "c1c2"}});
}

TEST(Evaluate, SubOptionsEndWhereALengthLies) {
  const Packet packet(option(82, option(1, "c1") + octets({2, 9, 0})) +
                      option(125, octets({0, 0, 0, 1, 200, 1, 1, 'x'})));
  expect_conditions(
      packet,
      {{"relay4[1].exists", "true"}, {"relay4[2].exists", "false"}, {"vendor[*].exists", "false"}});
}

TEST(Evaluate, OptionsAsPeopleReadThem) {
  expect_texts(usual(), {{"option[12].text", "abcdef"},
                         {"option[61].text", "type=061, len=004: 01:02:03:04"},
                         {"option[51].text", "type=051, len=004: 7 (uint32)"},
                         {"option[55].text", "type=055, len=003: 1(uint8) 3(uint8) 97(uint8)"},
                         {"option[50].text", "type=050, len=004: 10.9.1.5 (ipv4-address)"},
                         {"option[6].text", "type=006, len=008: 1.1.1.1 2.2.2.2"},
                         {"option[93].text", "type=093, len=004: 7(uint16) 9(uint16)"},
                         {"option[57].text", "type=057, len=002: 1280 (uint16)"},
                         {"option[19].text", "type=019, len=001: true (boolean)"},
                         {"option[2].text", "type=002, len=004: -2 (int32)"},
                         {"option[116].text", "type=116, len=001: 1 (uint8)"},
                         {"option[200].text", "type=200, len=000: "},
                         {"option[13].text", ""},
                         {"relay4[1].text", "type=001, len=002: 63:31"}});
}

TEST(Evaluate, FieldsOfThePacket) {
  expect_texts(usual(), {{"pkt.iface", "eth0"},
                         {"pkt.src", raw({10, 0, 0, 1})},
                         {"pkt.dst", raw({255, 255, 255, 255})},
                         {"pkt4.mac", raw({0xc0, 1, 0x1b, 0x69, 0, 0})},
                         {"pkt4.hlen", raw({0, 0, 0, 6})},
                         {"pkt4.htype", raw({0, 0, 0, 1})},
                         {"pkt4.msgtype", raw({0, 0, 0, 1})},
                         {"pkt4.transid", raw({0, 0, 0x1a, 0xed})},
                         {"pkt4.giaddr", raw({192, 0, 2, 1})},
                         {"pkt4.ciaddr", raw({0, 0, 0, 0})},
                         {"pkt4.yiaddr", raw({0, 0, 0, 0})},
                         {"pkt4.siaddr", raw({0, 0, 0, 0})}});
  // 236 octets, and each option with its code and length; pads, the end and NULs behind texts do
  // not count.
  expect_texts(Packet(option(12, octets({'a', 'b', 'c', 0})) + octets({0, 0, 0})),
               {{"pkt.len", raw({0, 0, 0, 244})}});
}

TEST(Evaluate, SubstringAsKeaDoes) {
  const std::vector<Row> rows = {{"substring('abcdef', 0, 3)", "abc"},
                                 {"substring('abcdef', 2, all)", "cdef"},
                                 {"substring('abcdef', 4, 9)", "ef"},
                                 {"substring('abcdef', 6, 1)", ""},
                                 {"substring('abcdef', -3, 2)", "de"},
                                 {"substring('abcdef', -6, all)", "abcdef"},
                                 {"substring('abcdef', -7, 2)", ""},
                                 {"substring('abcdef', 2, -1)", "b"},
                                 {"substring('abcdef', 2, -10)", "ab"},
                                 {"substring('abcdef', -1, -3)", "cde"},
                                 {"substring('abcdef', 0, -1)", ""},
                                 {"substring('abcdef', 2, 0)", ""},
                                 {"substring('abcdef', 1, 2147483647)", "bcdef"},
                                 {"substring('abcdef', 1, -2147483648)", "a"},
                                 {"substring('', 0, 1)", ""}};
  expect_texts(usual(), rows);
}

TEST(Evaluate, SplitAsKeaDoes) {
  expect_texts(usual(), {{"split('a.b..c', '.', 1)", "a"},
                         {"split('a.b..c', '.', 3)", ""},
                         {"split('a.b..c', '.', 4)", "c"},
                         {"split('a.b..c', '.', 5)", ""},
                         {"split('a-b.c', '.-', 3)", "c"},
                         {"split('abc', '', 1)", "abc"},
                         {"split('abc', '', 2)", "abc"},
                         {"split('abc', '', 0)", "abc"},
                         {"split('', '.', 1)", ""},
                         {"split('a.b', '.', 0)", ""},
                         {"split('a.b', '.', -1)", ""},
                         {"split('.a', '.', 1)", ""},
                         {"split('a.', '.', 2)", ""}});
}

TEST(Evaluate, FunctionsOfTexts) {
  expect_texts(usual(), {{"concat('ab', option[12].hex)", "ababcdef"},
                         {"'a' + 'b' + option[13].hex + 'c'", "abc"},
                         {"hexstring(pkt4.mac, ':')", "c0:01:1b:69:00:00"},
                         {"hexstring(0x0a, ':')", "0a"},
                         {"hexstring('', ':')", ""},
                         {"hexstring('ab', '')", "6162"},
                         {"hexstring('ab', '--')", "61--62"},
                         {"lcase('AbÄ-9Z')", "abÄ-9z"},
                         {"ucase('AbÄ-9z')", "ABÄ-9Z"},
                         {"ifelse(option[12].exists, 'yes', 'no')", "yes"},
                         {"ifelse(option[13].exists, 'yes', 'no')", "no"}});
}

TEST(Evaluate, NumbersAndAddressesAsText) {
  const std::vector<Row> rows = {{"int8totext(0xff)", "-1"},
                                 {"int8totext(0x80)", "-128"},
                                 {"int8totext(0x7f)", "127"},
                                 {"uint8totext(0xff)", "255"},
                                 {"uint8totext(0x00)", "0"},
                                 {"int16totext(0xfffe)", "-2"},
                                 {"uint16totext(0xfffe)", "65534"},
                                 {"int32totext(4294967295)", "-1"},
                                 {"int32totext(2147483648)", "-2147483648"},
                                 {"uint32totext(4294967295)", "4294967295"},
                                 {"uint32totext('')", ""},
                                 {"addrtotext(192.0.2.1)", "192.0.2.1"},
                                 {"addrtotext('')", ""},
                                 {"addrtotext(::)", "::"},
                                 {"addrtotext(::1)", "::1"},
                                 {"addrtotext(1::)", "1::"},
                                 {"addrtotext(2001:db8:0:0:1:0:0:1)", "2001:db8::1:0:0:1"},
                                 {"addrtotext(1:0:2:3:4:5:6:7)", "1:0:2:3:4:5:6:7"},
                                 {"addrtotext(::ffff:192.0.2.1)", "::ffff:192.0.2.1"},
                                 {"addrtotext(::192.0.2.1)", "::192.0.2.1"}};
  expect_texts(usual(), rows);
}

TEST(Evaluate, LogicAndClasses) {
  Packet packet = usual();
  packet.classes().add(1);
  expect_conditions(packet, {{"member('one')", "true"},
                             {"member('two')", "false"},
                             {"known", "false"},
                             {"not member('one')", "false"},
                             {"member('one') and member('two')", "false"},
                             {"member('one') and not member('two')", "true"},
                             {"member('two') or member('two') or member('one')", "true"},
                             {"member('two') or (member('one') and member('one'))", "true"},
                             {"not (member('two') or member('one'))", "false"},
                             {"not member('two') and member('one')", "true"},
                             {"'a' == 'a' and 'b' == 'b' and 'c' == 'd'", "false"},
                             {"match('[a-f]+', option[12].hex)", "true"},
                             {"match('[a-e]+', option[12].hex)", "false"}});
}

/// A failure anywhere is a failure of the whole, whatever the rest says: Kea evaluates all of it.
TEST(Evaluate, FailsAsAWhole) {
  const std::string address = "failed: addrtotext was given neither 4 nor 16 octets";
  const std::string number = "failed: a number was made a text of that has another size";
  expect_conditions(usual(), {{"addrtotext('abcde') == ''", address},
                              {"not (addrtotext('abcde') == '')", address},
                              {"'a' == 'a' or addrtotext('abcde') == ''", address},
                              {"addrtotext('abcde') == '' or 'a' == 'a'", address},
                              {"'a' == 'b' and addrtotext('abcde') == '' and 'a' == 'a'", address},
                              {"ifelse('a' == 'a', 'x', addrtotext('abcde')) == 'x'", address},
                              {"int16totext('abc') == 'x'", number},
                              {"int8totext(1) == '1'", number}});
}

TEST(Evaluate, IsBounded) {
  const Packet packet(option(200, std::string(255, 'x')) + option(201, std::string(255, 'y')) +
                      option(201, std::string(255, 'y')) + option(201, std::string(3, 'y')));
  std::string doubled = "option[200].hex";
  for (int i = 0; i < 5; ++i) doubled = "hexstring(" + doubled + ", '')";
  EXPECT_EQ(text_of(doubled, packet), "failed: the texts that the expression makes are too long");
  EXPECT_EQ(condition_of("match('x*', option[200].hex)", packet), "true");
  EXPECT_EQ(condition_of("match('y*', option[201].hex)", packet),
            "failed: match was given too long a text");
}

TEST(Compile, RefusesWhatCannotBe) {
  const Packet packet = usual();
  EXPECT_EQ(condition_of("member('three')", packet),
            "at character 9, near 'three': there is no such class");
  EXPECT_EQ(condition_of("unknown", packet),
            "at character 1, near 'unknown': there is no such class");
  EXPECT_THAT(condition_of("match( 'a(b', 'a')", packet),
              ::testing::HasSubstr("in the regular expression: a ( has no )"));
  std::string deep = "'a'";
  for (std::size_t i = 0; i + 1 < kMaxNesting; ++i) deep = "concat('b', " + deep + ")";
  EXPECT_EQ(condition_of(deep + " == 'b'", packet), "false");
  deep = "'a'";
  for (std::size_t i = 0; i + 1 < kMaxNesting; ++i) {
    deep = "ifelse(known, 'b', concat('x', " + deep + "))";
    if (i % 2 == 1) continue;
    ++i;
  }
  EXPECT_EQ(condition_of(deep + " == 'b'", packet), "false");
}

TEST(Compile, KnowsWhichClassesAreAskedFor) {
  const auto program =
      compile("not member('two') or 'a' == 'b'", Type::condition, testing::find_test_class);
  ASSERT_TRUE(program);
  EXPECT_TRUE(asks_for_class(*program, 2));
  EXPECT_FALSE(asks_for_class(*program, 1));
}

}  // namespace
}  // namespace lessor::expression
