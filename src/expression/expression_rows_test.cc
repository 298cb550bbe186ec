// Every expression that docs/kea-compatibility.md calls implemented is held by what it is worth
// over a packet: something that is so, and something that is not. What is refused says so. The rows
// are those of test/vectors/kea/expressions.txt and of the table of functions.

#include "base/text.h"
#include "expression/functions.h"
#include "expression/test_packet.h"

#include <algorithm>
#include <fstream>
#include <vector>

namespace lessor::expression {
namespace {

using testing::condition_of;
using testing::octets;
using testing::Octets;
using testing::option;
using testing::Packet;
using testing::text_of;

Octets letters(std::string_view text) { return wire::testing::copy(as_bytes(text)); }

/// c0:01:1b:69:00:00 behind 192.0.2.1, in class 'one', with options that have options inside.
Packet usual() {
  wire::Header header = wire::testing::client_header();
  header.xid = 0x01020304;
  header.giaddr = {0xc0000201};
  header.ciaddr = {0xc0000202};
  header.yiaddr = {0xc0000203};
  header.siaddr = {0xc0000204};
  Packet packet(option(12, "a.bc") + option(82, option(1, "port")) +
                    option(125, octets({0, 0, 0x11, 0x8b, 4}) + option(1, "vv")) +
                    option(124, octets({0, 0, 0x11, 0x8b, 2}) + letters("ab") +
                                    octets({0, 0, 0x11, 0x8b, 3}) + letters("cde")),
                header);
  packet.classes().add(ClassId{1});
  return packet;
}

/// A condition that is true, one that is false; of a text, what it is worth.
struct Case {
  std::string row;  ///< as in the first column of the document
  std::string so;
  std::string not_so;
};

/// `text` is this, and not that.
Case worth(const std::string& row, const std::string& text, const std::string& is,
           const std::string& is_not) {
  return {row, text + " == " + is, text + " == " + is_not};
}

std::vector<Case> of_values() {
  return {
      worth("'text'", "'abc'", "0x616263", "0x616264"),
      worth("0x0102", "0x0102", "'\x01\x02'", "0x0201"),
      worth("192.0.2.1, 2001:db8::1", "192.0.2.1", "0xc0000201", "0xc0000202"),
      worth("192.0.2.1, 2001:db8::1", "2001:db8::1", "0x20010db8000000000000000000000001",
            "0x20010db8000000000000000000000002"),
      worth("42", "42", "0x0000002a", "0x2a"),
      worth("option[N].hex", "option[12].hex", "'a.bc'", "''"),
      worth("option[N].hex", "option[13].hex", "''", "'a.bc'"),
      worth("option[NAME].hex", "option[host-name].hex", "'a.bc'", "''"),
      worth("option[N].text", "option[12].text", "'a.bc'", "''"),
      worth("option[N].text", "option[53].text", "'type=053, len=001: 1 (uint8)'", "'1'"),
      worth("option[N].option[M].hex", "option[82].option[1].hex", "'port'", "''"),
      worth("relay4[N].hex", "relay4[1].hex", "'port'", "''"),
      worth("vendor.enterprise", "vendor.enterprise", "4491", "9"),
      worth("vendor[ENTERPRISE].option[N].hex", "vendor[4491].option[1].hex", "'vv'", "''"),
      worth("vendor[ENTERPRISE].option[N].hex", "vendor[9].option[1].hex", "''", "'vv'"),
      worth("vendor-class.enterprise", "vendor-class.enterprise", "4491", "9"),
      worth("vendor-class[ENTERPRISE].data", "vendor-class[4491].data", "'ab'", "'cde'"),
      worth("vendor-class[ENTERPRISE].data[I]", "vendor-class[4491].data[1]", "'cde'", "'ab'"),
  };
}

std::vector<Case> of_the_packet() {
  return {
      worth("pkt.iface", "pkt.iface", "'eth0'", "'eth1'"),
      worth("pkt.src", "pkt.src", "10.0.0.1", "10.0.0.2"),
      worth("pkt.dst", "pkt.dst", "255.255.255.255", "10.0.0.1"),
      // 236 octets, and options of 3, 6, 8, 11 and 17 octets.
      worth("pkt.len", "pkt.len", "281", "300"),
      worth("pkt4.mac", "pkt4.mac", "0xc0011b690000", "0xc0011b690001"),
      worth("pkt4.hlen", "pkt4.hlen", "6", "16"),
      worth("pkt4.htype", "pkt4.htype", "1", "6"),
      worth("pkt4.ciaddr", "pkt4.ciaddr", "192.0.2.2", "192.0.2.1"),
      worth("pkt4.giaddr", "pkt4.giaddr", "192.0.2.1", "192.0.2.2"),
      worth("pkt4.yiaddr", "pkt4.yiaddr", "192.0.2.3", "192.0.2.1"),
      worth("pkt4.siaddr", "pkt4.siaddr", "192.0.2.4", "192.0.2.1"),
      worth("pkt4.msgtype", "pkt4.msgtype", "1", "3"),
      worth("pkt4.transid", "pkt4.transid", "0x01020304", "0x04030201"),
  };
}

std::vector<Case> of_conditions() {
  return {
      {"option[N].exists", "option[12].exists", "option[13].exists"},
      {"option[N].option[M].exists", "option[82].option[1].exists", "option[82].option[2].exists"},
      {"relay4[N].exists", "relay4[1].exists", "relay4[2].exists"},
      {"vendor[ENTERPRISE].exists", "vendor[4491].exists", "vendor[9].exists"},
      {"vendor[*].exists", "vendor[*].exists", "not vendor[*].exists"},
      {"vendor[ENTERPRISE].option[N].exists", "vendor[4491].option[1].exists",
       "vendor[4491].option[2].exists"},
      {"vendor-class[ENTERPRISE].exists", "vendor-class[4491].exists", "vendor-class[9].exists"},
      {"member('CLASS')", "member('one')", "member('two')"},
      {"A == B", "'a' == 'a'", "'a' == 'b'"},
      {"not C", "not member('two')", "not member('one')"},
      {"C and D", "member('one') and option[12].exists", "member('one') and member('two')"},
      {"C or D", "member('two') or member('one')", "member('two') or option[13].exists"},
      {"match(REGEX, A)", "match('a.b?c', option[12].hex)", "match('a', option[12].hex)"},
  };
}

std::vector<Case> of_functions() {
  return {
      worth("A + B", "'a' + 'b'", "'ab'", "'ba'"),
      worth("substring(A, START, LENGTH)", "substring(option[12].hex, 1, 2)", "'.b'", "'a.'"),
      worth("substring(A, START, LENGTH)", "substring('abcd', -3, all)", "'bcd'", "'d'"),
      worth("concat(A, B)", "concat('a', option[12].hex)", "'aa.bc'", "'a.bca'"),
      worth("ifelse(C, A, B)", "ifelse(member('one'), 'a', 'b')", "'a'", "'b'"),
      worth("ifelse(C, A, B)", "ifelse(member('two'), 'a', 'b')", "'b'", "'a'"),
      worth("hexstring(A, SEPARATOR)", "hexstring(0x0a0b, ':')", "'0a:0b'", "'0a0b'"),
      worth("lcase(A)", "lcase('AbC')", "'abc'", "'AbC'"),
      worth("ucase(A)", "ucase('AbC')", "'ABC'", "'AbC'"),
      worth("split(A, DELIMITERS, N)", "split(option[12].hex, '.', 2)", "'bc'", "'a'"),
      worth("addrtotext(A)", "addrtotext(pkt4.giaddr)", "'192.0.2.1'", "'1.2.0.192'"),
      worth("int8totext(A)", "int8totext(0xff)", "'-1'", "'255'"),
      worth("int16totext(A)", "int16totext(0xfffe)", "'-2'", "'65534'"),
      worth("int32totext(A)", "int32totext(0xfffffffd)", "'-3'", "'4294967293'"),
      worth("uint8totext(A)", "uint8totext(0xff)", "'255'", "'-1'"),
      worth("uint16totext(A)", "uint16totext(0xfffe)", "'65534'", "'-2'"),
      worth("uint32totext(A)", "uint32totext(0xfffffffd)", "'4294967293'", "'-3'"),
  };
}

std::vector<Case> all_cases() {
  std::vector<Case> all = of_values();
  for (auto* more : {of_the_packet, of_conditions, of_functions}) {
    for (Case& each : more()) all.push_back(std::move(each));
  }
  return all;
}

TEST(ExpressionRows, EachIsWorthWhatItSays) {
  const Packet packet = usual();
  for (const Case& each : all_cases()) {
    EXPECT_EQ(condition_of(each.so, packet), "true") << each.row << ": " << each.so;
    EXPECT_EQ(condition_of(each.not_so, packet), "false") << each.row << ": " << each.not_so;
  }
}

/// NAME | TYPE | EXAMPLE | why not.
std::vector<std::vector<std::string>> rows() {
  std::ifstream file("test/vectors/kea/expressions.txt");
  std::vector<std::vector<std::string>> all;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    line += ' ';
    std::vector<std::string> cells;
    for (std::size_t bar = line.find(" | "); bar != std::string::npos; bar = line.find(" | ")) {
      cells.push_back(line.substr(0, bar));
      line.erase(0, bar + 3);
    }
    cells.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
    all.push_back(std::move(cells));
  }
  return all;
}

TEST(ExpressionRows, EachImplementedRowHasACase) {
  const auto cases = all_cases();
  const auto table = rows();
  ASSERT_GT(table.size(), 50U);
  for (const auto& row : table) {
    const bool is_held = std::ranges::find(cases, row[0], &Case::row) != cases.end();
    if (!row.back().empty() && row.size() > 3) {
      const Type type = row[1] == "condition" ? Type::condition : Type::text;
      EXPECT_FALSE(compile(row[2], type, testing::find_test_class).has_value()) << row[0];
      EXPECT_FALSE(is_held) << row[0];
    } else if (row[0] != "known" && row[0] != "unknown") {  // src/server/v4/rows: a class each
      EXPECT_TRUE(is_held) << row[0] << " is held by no case: write one here";
    }
  }
  for (const Case& each : cases) {
    EXPECT_TRUE(std::ranges::any_of(table, [&](const auto& row) { return row[0] == each.row; }))
        << each.row << " is no row";
  }
}

TEST(ExpressionRows, EachFunctionOfTheTableIsARow) {
  const auto table = rows();
  for (const Function& function : functions()) {
    EXPECT_TRUE(std::ranges::any_of(table, [&](const auto& row) {
      return row[0].starts_with(std::string(function.name) + "(");
    })) << function.name;
  }
}

}  // namespace
}  // namespace lessor::expression
