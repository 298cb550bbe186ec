#include "wire/v4/option_text.h"

#include "base/text.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::wire {
namespace {

using testing::copy;
using testing::octets;

/// What a text stands for must be exactly the octets that it was printed from.
void expect_reads_back(OptionCode code, const std::vector<std::byte>& value) {
  const std::string text = print_option(code, value);
  const auto again = parse_option_text(code, text);
  ASSERT_TRUE(again.has_value()) << option_name(code) << ": " << text << ": "
                                 << to_string(again.error());
  EXPECT_EQ(to_hex(*again), to_hex(value)) << option_name(code) << ": " << text;
}

/// Rows whose text may begin with hexadecimal.
bool may_be_hex(const OptionRow& row) {
  return row.name == "dhcp-client-identifier" || row.name == "user-class" ||
         row.name == "v4-sztp-redirect" || type_of(row.shape).ends_with("octets");
}

TEST(OptionText, EveryValidValueHasATextThatReadsBack) {
  Random random(82);
  for (const OptionRow& row : option_table()) {
    for (int round = 0; round < 80; ++round) {
      const std::vector<std::byte> value = random_value(row.code, random);
      EXPECT_EQ(validate_option(row.code, value), std::nullopt) << row.name << to_hex(value);
      EXPECT_TRUE(check_length(row.code, value.size())) << row.name << value.size();
      expect_reads_back(row.code, value);
      if (may_be_hex(row)) continue;
      EXPECT_EQ(parse_raw_hex(print_option(row.code, value)), std::nullopt) << row.name;
    }
  }
}

/// A valid value, changed: octets flipped, cut off, added.
std::vector<std::byte> mutated(OptionCode code, Random& random) {
  std::vector<std::byte> value = random_value(code, random);
  for (std::uint32_t i = random.below(4); i > 0 && !value.empty(); --i) {
    value[random.below(static_cast<std::uint32_t>(value.size()))] =
        static_cast<std::byte>(random.u32());
  }
  if (random.one_in(3)) value.resize(random.below(static_cast<std::uint32_t>(value.size()) + 1));
  for (std::uint32_t i = random.one_in(3) ? random.below(6) : 0; i > 0; --i) {
    value.push_back(static_cast<std::byte>(random.u32()));
  }
  return value;
}

// C2-01, C2-06: any octets at all, for any code; a sanitizer watches the reads.
TEST(OptionText, EveryMutatedValueHasATextThatReadsBack) {
  Random random(121);
  for (int code = 0; code < 256; ++code) {
    for (int round = 0; round < 60; ++round) {
      const testing::Exact value(mutated(static_cast<OptionCode>(code), random));
      expect_reads_back(static_cast<OptionCode>(code), copy(value.bytes()));
      (void)validate_option(static_cast<OptionCode>(code), value.bytes());
      (void)explain_option(static_cast<OptionCode>(code), value.bytes());
    }
  }
}

TEST(OptionText, EveryExampleIsRight) {
  for (const OptionRow& row : option_table()) {
    const auto value = parse_option_text(row.code, example_of(row.shape));
    ASSERT_TRUE(value.has_value()) << row.name << ": " << to_string(value.error());
    EXPECT_EQ(validate_option(row.code, *value), std::nullopt) << row.name;
  }
}

// Texts that people mistype must never crash, and what is accepted must mean what is printed.
TEST(OptionText, SurvivesMutatedTexts) {
  Random random(55);
  constexpr std::string_view kCharacters = "0123456789abcdefx.,:;-/\\ '=|@\n\xff";
  for (const OptionRow& row : option_table()) {
    for (int round = 0; round < 60; ++round) {
      std::string text = print_option(row.code, random_value(row.code, random));
      for (std::uint32_t i = 1 + random.below(4); i > 0; --i) {
        const std::size_t at = random.below(static_cast<std::uint32_t>(text.size()) + 1);
        const char c = kCharacters[random.below(static_cast<std::uint32_t>(kCharacters.size()))];
        random.one_in(2) && at < text.size() ? text.erase(at, 1) : text.insert(at, 1, c);
      }
      const auto value = parse_option_text(row.code, text);
      if (value) expect_reads_back(row.code, *value);
      EXPECT_TRUE(value || !value.error().what.empty());
    }
  }
}

TEST(OptionText, SaysWhatIsWrongWhereAndWhatIsRight) {
  const auto wrong = parse_option_text(kOptionDomainNameServers, "192.0.2.1, dns.example.org");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().part, 2U);
  EXPECT_EQ(to_string(wrong.error()),
            "part 2: \"dns.example.org\" is not an IPv4 address; write it like \"192.0.2.1, "
            "192.0.2.2\"");
}

TEST(OptionText, DoesNotRepeatStrangeOctetsInErrors) {
  const auto wrong = parse_option_text(kOptionRouters, "\x1b]0;owned\a");
  EXPECT_EQ(to_string(wrong.error()).find('\x1b'), std::string::npos);
  const auto huge = parse_option_text(kOptionRouters, std::string(100'000, 'x'));
  EXPECT_LT(to_string(huge.error()).size(), 300U);
}

TEST(OptionText, RefusesTextBeyondEveryMessage) {
  EXPECT_FALSE(parse_option_text(kOptionHostName, std::string(300'000, 'x')).has_value());
  std::string addresses = "192.0.2.1";
  for (int i = 0; i < 20'000; ++i) addresses += ",192.0.2.1";
  EXPECT_FALSE(parse_option_text(kOptionRouters, addresses).has_value());
  const std::string hex = "0x" + std::string(2 * (kMaxMessageSize + 1), '0');
  std::string routes = "0.0.0.0/0 - 192.0.2.1";
  std::string names = "example.org";
  std::string sub_options = "1=0x02";
  for (int i = 0; i < 14'000; ++i) {
    routes += ", 0.0.0.0/0-1.2.3.4";
    names += ", example.org";
    sub_options += ",1=0x0203040506";
  }
  for (const auto& [code, text] : std::map<int, std::string>{
           {121, routes}, {119, names}, {82, sub_options}, {43, sub_options}, {12, hex}}) {
    const auto value = parse_option_text(static_cast<OptionCode>(code), text);
    ASSERT_FALSE(value.has_value()) << code;
    EXPECT_NE(to_string(value.error()).find("longer than any message"), std::string::npos);
    EXPECT_FALSE(parse_option_data(static_cast<OptionCode>(code), text).has_value()) << code;
  }
}

// C2-01: every option, every length from 0 to 80 and around 255 and 256: the rule and the reader
// agree, and what is wrong is told with the rule.
TEST(OptionText, EveryLengthIsJudgedByTheRule) {
  Random random(2132);
  for (const OptionRow& row : option_table()) {
    for (std::size_t size = 0; size <= 513; size += size == 80 ? 170 : size == 260 ? 252 : 1) {
      testing::Octets value(size);
      for (std::byte& b : value) b = static_cast<std::byte>(random.below(3));
      const testing::Exact exact(value);
      const auto wrong = validate_option(row.code, exact.bytes());
      if (check_length(row.code, size)) continue;
      ASSERT_TRUE(wrong.has_value()) << row.name << " " << size;
      EXPECT_NE(wrong->find(to_string(length_rule(row.shape))), std::string::npos) << *wrong;
      expect_reads_back(row.code, value);
    }
  }
}

// What Kea reads of `option-data` with csv-format.
TEST(ParseOptionData, PutsTheOptionsOwnNotationFirst) {
  struct Row {
    std::string_view name;
    std::string_view text;
    std::string_view hex;
  };
  const Row rows[] = {
      {"netbios-node-type", "0x1", "01"},
      {"interface-mtu", "0x10", "0010"},
      {"host-name", "0x41", "30783431"},
      {"routers", "0xc0000201", "c0000201"},
      {"geoconf-civic", "1A BB AD", "1abbad"},
      {"uuid-guid", "0, 1A BB AD AB", "001abbadab"},
      {"nwip-suboptions", "1A BB AD AB BA D0", "1abbadabbad0"},
      {"user-class", "1A BB AD AB BA D0", "1abbadabbad0"},
      {"user-class", "04626c7565", "04626c7565"},
      {"user-class", "blue, cafe", "04626c7565 0463616665"},
      {"authenticate", "0102030405060708090a0b", "0102030405060708090a0b"},
      {"authenticate", "1, 1, 0, 5, 0102", "01010000000000000000050102"},
      {"vivco-suboptions", "4491, 09646F63736973332E30", "0000118b09646f63736973332e30"},
      {"vivco-suboptions", "4491 'docsis3.0', 9 'x'", "0000118b09646f63736973332e30 000000090178"},
      {"time-offset", "0x10", "00000010"},
      {"option-6rd", "8, 32, ::ffff:192.0.2.1, 192.0.2.1",
       "0820 00000000000000000000ffffc0000201 c0000201"},
      {"pcode", "EST5EDT4\\,M3.2.0", "455354354544543 42c4d332e322e30"},
      {"rdnss-selection", "1, 192.0.2.70, 192.0.2.71, a, b", "01c0000246c0000247016100016200"},
      {"classless-static-route",
       "0.0.0.0, 0.0.0.0, 10.17.0.1, 10.229.0.128, 255.255.255.128, 10.1.1.1",
       "000a110001190ae500800a010101"},
  };
  for (const Row& row : rows) {
    const auto value = parse_option_data(*find_option_code(row.name), row.text);
    ASSERT_TRUE(value.has_value()) << row.name << ": " << to_string(value.error());
    std::string hex(row.hex);
    std::erase(hex, ' ');
    EXPECT_EQ(to_hex(*value), hex) << row.name;
  }
}

TEST(ExplainOption, FillsARowOfAPacketTable) {
  const ExplainedOption lease = explain_option(51, octets({0, 0, 14, 16}));
  EXPECT_EQ(lease.name, "dhcp-lease-time");
  EXPECT_EQ(lease.length, 4U);
  EXPECT_EQ(lease.value, "3600");
  EXPECT_EQ(lease.note, "1h");
  EXPECT_EQ(lease.meaning, "how long the address may be used");

  EXPECT_EQ(explain_option(55, octets({1, 3, 200})).note, "subnet-mask, routers, option-200");
  EXPECT_EQ(explain_option(1, octets({255, 255, 255})).note,
            "malformed: 3 octets, but subnet-mask has 4 octets (RFC 2132 3.3)");
  EXPECT_TRUE(explain_option(1, octets({255, 255, 255})).malformed);
  EXPECT_EQ(explain_option(12, octets({'R', '1', 0})).note, "R1\\x00");
  EXPECT_FALSE(explain_option(12, copy(as_bytes("malformed: \x10"))).malformed) << "only its words";
  EXPECT_EQ(explain_option(12, octets({'R', '1'})).note, "");
  EXPECT_EQ(explain_option(200, octets({1})).name, "option-200");
  EXPECT_EQ(explain_option(51, octets({255, 255, 255, 255})).note, "infinite");
}

}  // namespace
}  // namespace lessor::wire
