#include "wire/domain_name.h"

#include "base/random.h"
#include "base/text.h"
#include "wire/limits.h"

#include <gtest/gtest.h>

#include <memory>

namespace lessor::wire {
namespace {

std::vector<std::byte> octets(std::string_view hex) { return *from_hex(hex); }

// C2-06: what must not be read, and what may.
TEST(ReadDomainName, GuardsEveryStep) {
  struct Row {
    std::string hex;
    std::size_t offset;
    std::optional<std::string> text;
    std::size_t end;
  };
  const Row rows[] = {
      {"00", 0, ".", 1},
      {"0161 00", 0, "a", 3},
      {"0161 0162 00 ff", 0, "a.b", 5},
      {"0161 00 0162 c000", 3, "b.a", 7},
      {"0161 00 c000", 3, "a", 5},
      {"0161 00 c000 c003", 5, "a", 7},   // a pointer to a pointer, ever backwards
      {"022e5c 00", 0, "\\046\\092", 4},  // a dot and a backslash inside a label
      {"0100 00", 0, "\\000", 3},
      {"", 0, std::nullopt, 0},  // no root
      {"0161", 0, std::nullopt, 0},
      {"02 61", 0, std::nullopt, 0},  // past the end
      {"3f", 0, std::nullopt, 0},
      {"40 61 00", 0, std::nullopt, 0},  // RFC 1035 4.1.4: 01 and 10 are reserved
      {"80 61 00", 0, std::nullopt, 0},
      {"c000", 0, std::nullopt, 0},       // to itself
      {"0161 c000", 0, std::nullopt, 0},  // to its own start
      {"0161 c002", 0, std::nullopt, 0},
      {"c003 00 0161 c000", 3, std::nullopt, 0},  // back, and forwards again
      {"0161 00 c0", 3, std::nullopt, 0},         // half a pointer
      {"0161 00 ffff", 3, std::nullopt, 0},       // out of the field
  };
  for (const Row& row : rows) {
    std::string digits = row.hex;
    std::erase(digits, ' ');
    const auto field = digits.empty() ? std::vector<std::byte>() : octets(digits);
    std::size_t offset = row.offset;
    const auto name = read_domain_name(field, offset, Compression::allowed);
    EXPECT_EQ(name.has_value(), row.text.has_value()) << row.hex;
    EXPECT_EQ(name ? name->text : "", row.text.value_or("")) << row.hex;
    EXPECT_EQ(offset, row.text ? row.end : row.offset) << row.hex;
  }
}

// B46
TEST(ReadDomainName, TakesNamesOf255OctetsAndNoMore) {
  const std::string label63 = "3f" + std::string(126, '6');
  const std::string most = label63 + label63 + label63 + "3d" + std::string(122, '6') + "00";
  std::size_t offset = 0;
  ASSERT_EQ(octets(most).size(), 255U);
  EXPECT_TRUE(read_domain_name(octets(most), offset, Compression::refused).has_value());
  EXPECT_EQ(offset, 255U);
  offset = 0;
  const std::string more = label63 + label63 + label63 + "3e" + std::string(124, '6') + "00";
  EXPECT_FALSE(read_domain_name(octets(more), offset, Compression::refused).has_value());
}

TEST(ReadDomainName, RefusesPointersWhereThereMustBeNone) {
  std::size_t offset = 3;
  EXPECT_FALSE(read_domain_name(octets("0161000162c000"), offset, Compression::refused));
}

TEST(ReadDomainName, SaysWhenANameIsPartial) {
  std::size_t offset = 0;
  const auto name = read_domain_name(octets("04686f7374"), offset, Compression::refused, true);
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->text, "host");
  EXPECT_TRUE(name->partial);
  EXPECT_EQ(offset, 5U);
}

// A circle, a comb of pointers, noise: never outside, never without end.
TEST(ReadDomainName, SurvivesAnyOctets) {
  Random random(1035);
  for (int round = 0; round < 30'000; ++round) {
    const std::size_t size = random.below(40);
    const std::unique_ptr<std::byte[]> exact(new std::byte[size]);
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t draw = random.below(4);  // much of what has a meaning here
      exact[i] = static_cast<std::byte>(draw == 0   ? 0xc0
                                        : draw == 1 ? random.below(8)
                                        : draw == 2 ? 0
                                                    : random.u32());
    }
    std::size_t offset = 0;
    for (int names = 0; offset < size; ++names) {
      ASSERT_LE(names, 40);
      const auto name = read_domain_name({exact.get(), size}, offset, Compression::allowed);
      if (!name) break;
      EXPECT_LE(name->text.size(), 4U * 255U);
    }
  }
}

// C2-06: every pointer leads backwards, and still a chain of them costs as much as it is long.
// B23
TEST(ReadDomainName, FollowsNoMorePointersThanANameHasLabels) {
  std::vector<std::byte> field = *from_hex("016100c000");  // "a", and one pointer to it
  const auto last_pointer = [&] { return field.size() - 2; };
  for (std::size_t pointers = 1; pointers < kMaxNamePointers; ++pointers) {
    append_be(field, 0xc000U | last_pointer(), 2);
  }
  std::size_t offset = last_pointer();
  EXPECT_EQ(read_domain_name(field, offset, Compression::allowed)->text, "a");
  append_be(field, 0xc000U | last_pointer(), 2);
  offset = last_pointer();
  EXPECT_FALSE(read_domain_name(field, offset, Compression::allowed).has_value());
}

TEST(AppendDomainName, WritesLabelsAndTheRoot) {
  struct Row {
    std::string_view text;
    bool partial;
    std::string_view hex;
  };
  const Row rows[] = {
      {"example.org", false, "076578616d706c65036f726700"},
      {"example.org.", false, "076578616d706c65036f726700"},
      {".", false, "00"},
      {"host", true, "04686f7374"},
      {"a\\046b", false, "03612e6200"},
      {"_sip._udp", false, "045f736970045f75647000"},
  };
  for (const Row& row : rows) {
    std::vector<std::byte> out;
    EXPECT_EQ(append_domain_name(row.text, out, row.partial), std::nullopt);
    EXPECT_EQ(to_hex(out), row.hex) << row.text;
  }
}

TEST(AppendDomainName, SaysWhatIsWrong) {
  const std::string label64(64, 'a');
  const std::string label63(63, 'a');
  std::string long_name;
  for (int i = 0; i < 4; ++i) long_name += label63 + ".";
  for (const std::string& text :
       {std::string(), std::string("a..b"), std::string(".a"), std::string("a.."), label64,
        long_name, std::string("a b"), std::string("a\\b"), std::string("a\\25"),
        std::string("a\\256"), std::string("caf\xc3\xa9"), std::string("a,b")}) {
    std::vector<std::byte> out;
    EXPECT_TRUE(append_domain_name(text, out).has_value()) << text;
  }
}

TEST(CompressDomainNames, PointsToTailsThatCameBefore) {
  const auto wire = [](std::string_view text) {
    std::vector<std::byte> out;
    EXPECT_EQ(append_domain_name(text, out), std::nullopt);
    return out;
  };
  const auto out = compress_domain_names(
      {wire("eng.apple.com"), wire("marketing.apple.com"), wire("apple.com"), wire("com")});
  EXPECT_EQ(to_hex(out), "03656e67056170706c6503636f6d00096d61726b6574696e67c004c004c00a");
  std::size_t offset = 0;
  for (const std::string_view text : {"eng.apple.com", "marketing.apple.com", "apple.com", "com"}) {
    EXPECT_EQ(read_domain_name(out, offset, Compression::allowed)->text, text);
  }
  EXPECT_EQ(offset, out.size());
}

// Whoever shows a stranger's packet compresses its names to see whether the text would read back:
// the work must not grow with the square of the list (it did, and this one took minutes).
TEST(CompressDomainNames, TakesAListAsLongAsAMessage) {
  Random random(119);
  std::vector<std::vector<std::byte>> names;
  for (std::size_t octets = 0; octets < kMaxMessageSize; octets += names.back().size()) {
    std::vector<std::byte> name;
    for (int label = 0; label < 4; ++label) {
      append_be(name, 2, 1);
      append_be(name, random.u32() & 0xffffU, 2);
    }
    append_be(name, 0, 1);
    names.push_back(name);
  }
  const std::vector<std::byte> out = compress_domain_names(names);
  std::size_t offset = 0;
  for (const std::vector<std::byte>& name : names) {
    std::size_t plain = 0;
    const auto expected = read_domain_name(name, plain, Compression::refused);
    ASSERT_EQ(read_domain_name(out, offset, Compression::allowed)->text, expected->text);
  }
  EXPECT_EQ(offset, out.size());
}

}  // namespace
}  // namespace lessor::wire
