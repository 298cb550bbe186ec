// Reads test/vectors/options.txt; the file says what its lines mean.

#include "base/text.h"
#include "wire/v4/option_text.h"

#include <gtest/gtest.h>

#include <fstream>

namespace lessor::wire {
namespace {

constexpr const char* kFile = "test/vectors/options.txt";

struct Vector {
  char sign = '\0';
  OptionCode code = 0;
  std::string left;   // text, but words for '?'
  std::string right;  // hex, but words for '!'
};

/// "SIGN NAME | LEFT | RIGHT"; a bar inside LEFT is written \|.
std::optional<Vector> read_vector(std::string_view line) {
  constexpr std::string_view kBar = " |";
  const std::size_t first = line.find(kBar);
  const std::size_t last = line.rfind(kBar);
  if (line.size() < 2 || first == std::string_view::npos || first == last) return std::nullopt;
  const auto code = find_option_code(line.substr(1, first - 1));
  if (!code) return std::nullopt;
  Vector vector{.sign = line[0], .code = *code};
  for (const char c : trim(line.substr(first + 2, last - first - 2))) {
    if (c == '|' && vector.left.ends_with('\\')) vector.left.pop_back();
    vector.left += c;
  }
  vector.right = trim(line.substr(last + 2));
  return vector;
}

std::vector<std::byte> octets_of(const std::string& hex) {
  std::string digits = hex;
  std::erase(digits, ' ');
  const auto octets = from_hex(digits);
  EXPECT_TRUE(octets.has_value()) << hex;
  return octets.value_or(std::vector<std::byte>());
}

void expect_parses(const Vector& v) {
  const auto parsed = parse_option_text(v.code, v.left);
  ASSERT_TRUE(parsed.has_value()) << to_string(parsed.error());
  EXPECT_EQ(to_hex(*parsed), to_hex(octets_of(v.right)));
}

void expect_prints(const Vector& v) {
  EXPECT_EQ(print_option(v.code, octets_of(v.right)), v.left);
  // The law holds for every value, valid or not.
  const auto again = parse_option_text(v.code, print_option(v.code, octets_of(v.right)));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(to_hex(*again), to_hex(octets_of(v.right)));
}

void expect_refused(const Vector& v) {
  const auto parsed = parse_option_text(v.code, v.left);
  ASSERT_FALSE(parsed.has_value()) << to_hex(*parsed);
  EXPECT_NE(to_string(parsed.error()).find(v.right), std::string::npos)
      << to_string(parsed.error());
}

void expect_invalid(const Vector& v) {
  const auto wrong = validate_option(v.code, octets_of(v.right));
  ASSERT_TRUE(wrong.has_value());
  EXPECT_NE(wrong->find(v.left), std::string::npos) << *wrong;
  EXPECT_TRUE(print_option(v.code, octets_of(v.right)).starts_with("0x"));
}

void check(const Vector& v) {
  switch (v.sign) {
    case '=':
      expect_parses(v);
      return expect_prints(v);
    case '<':
      return expect_parses(v);
    case '>':
      return expect_prints(v);
    case '!':
      return expect_refused(v);
    case '?':
      return expect_invalid(v);
    default:
      FAIL() << "unknown sign";
  }
}

TEST(OptionVectors, Hold) {
  std::ifstream in(kFile);
  ASSERT_TRUE(in.is_open()) << kFile;
  std::string line;
  int count = 0;
  for (int number = 1; std::getline(in, line); ++number) {
    if (trim(line).empty() || line.starts_with('#')) continue;
    SCOPED_TRACE(std::string(kFile) + ":" + std::to_string(number) + ": " + line);
    const auto vector = read_vector(line);
    ASSERT_TRUE(vector.has_value()) << "not a vector";
    check(*vector);
    ++count;
  }
  EXPECT_GT(count, 200);
}

}  // namespace
}  // namespace lessor::wire
