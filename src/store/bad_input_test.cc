// What each bad file of leases that docs/bad-input.md lists is answered with.

#include "base/text.h"
#include "store/lease_csv.h"
#include "wire/test_seeds.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace lessor::store {
namespace {

using wire::testing::bad_seeds;

bool is_clean(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// "read: " and the line that an export would write, or what is wrong.
std::string answer_to(std::string_view file) {
  const std::vector<std::string_view> lines = split(file, '\n');
  const auto reader = LeaseCsvReader::open(lines.empty() ? "" : lines[0]);
  if (!reader) return reader.error();
  if (lines.size() < 2 || lines[1].empty()) return "no lease";
  const auto read = reader->read(lines[1]);
  if (!read) return read.error();
  return read->has_value() ? "read: " + to_csv((*read)->lease()) : "deleted";
}

const std::map<std::string, std::string> kAnswers = {
    {"address-of-256", "address '192.0.2.256' is no IPv4 address"},
    {"braces", ",&#x22; } lease { fixed-address 10.0.0.1; },0,,0"},
    {"cells-lack", "the line has 2 cells"},
    {"cells-of-10000", "the line has 10001 cells"},
    {"client-id-cut", ",01:02,3600,"},
    {"client-id-no-hex", "client_id 'zz' is no identifier"},
    {"client-id-of-1", ",01,3600,"},
    {"client-id-of-1100", ":41:...' is no identifier of at most 255 octets"},
    {"empty", "the heading has no column 'address'"},
    {"heading-lacks", "the heading has no column 'valid_lifetime'"},
    {"hostname-escape-cut", ",&#x26#x,0,,0"},
    {"hostname-formula", ",&#x3dcmd|x,0,,0"},
    {"hostname-nul", ",a\\x00b,0,,0"},
    {"hostname-of-300", "is longer than 255 octets"},
    {"hostname-unescaped-comma", "the line has 13 cells"},
    {"hwaddr-of-17", "is no hardware address of at most 16 octets"},
    {"hwaddr-of-255", ":02:...' is no hardware address of at most 16 octets"},
    {"no-identity", "read: 192.0.2.10,,,3600,"},
    {"state-99", "state '99' is no state"},
    {"times-after-2038", ",3600,2147483648,"},
    {"times-after-2106", ",3600,4294967296,"},
    {"times-highest", "expire '18446744073709551615' is no time"},
    {"times-negative", "valid_lifetime '-1' is no number of seconds"},
};

// B05, B10, B17, B33; C2-01, C2-07, C2-08, C2-11: a lease, or a sentence that names column and
// value.
TEST(LeaseFileBadInput, EveryBadFileHasItsAnswer) {
  auto answers = kAnswers;
  for (const auto& seed : bad_seeds("lease_csv")) {
    const std::string said = answer_to(seed.text());
    EXPECT_NE(answers[seed.name], "") << seed.name << ": " << said;
    EXPECT_NE(said.find(answers[seed.name]), std::string::npos) << seed.name << ": " << said;
    EXPECT_TRUE(is_clean(trim(said))) << said;
    answers.erase(seed.name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

/// What a client may call itself, as its message holds it: option 12 is the last option.
std::string_view hostname_in(const wire::testing::Seed& seed) {
  constexpr std::size_t kOption = 240 + 3 + 6 + 6;  // behind options 53, 50 and 54
  const std::size_t size = load_u8(&seed.octets[kOption + 1]);
  return seed.text().substr(kOption + 2, size);
}

// B33, C2-08: every bad name is one cell of one line, and the same name is read back of it, but for
// control characters, which become text.
TEST(LeaseFileBadInput, EveryBadNameSurvivesTheWay) {
  const auto reader = LeaseCsvReader::open(kLeaseCsvHeading);
  ASSERT_TRUE(reader.has_value());
  int names = 0;
  for (const auto& seed : bad_seeds("message")) {
    if (!seed.name.starts_with("request-hostname-")) continue;
    const std::string_view name = hostname_in(seed);
    const std::string line = to_csv({.address = {0xc000020a},
                                     .hostname = as_bytes(name),
                                     .started = {1'700'000'000},
                                     .lifetime = Duration::seconds(600)});
    EXPECT_TRUE(is_clean(trim(line))) << seed.name << line;
    EXPECT_EQ(std::ranges::count(line, ','), 11) << seed.name << line;
    EXPECT_EQ(std::ranges::count(line, '\n'), 1) << seed.name;
    const auto read = reader->read(line);
    ASSERT_TRUE(read.has_value() && read->has_value()) << seed.name;
    const bool controls = std::ranges::any_of(name, [](char c) { return c >= 0 && c < ' '; });
    EXPECT_TRUE(controls || as_text((*read)->lease().hostname) == name) << seed.name;
    ++names;
  }
  EXPECT_GT(names, 20);
}

}  // namespace
}  // namespace lessor::store
