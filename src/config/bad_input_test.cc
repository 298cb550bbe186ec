// What each bad configuration that docs/bad-input.md lists is answered with: a problem with its
// place, or what it means.

#include "base/text.h"
#include "config/load.h"
#include "wire/option_notation.h"
#include "wire/test_seeds.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

using wire::testing::bad_seeds;

/// All that is said, in lines; what loads begins with "loads".
std::string told(std::string_view text) {
  const auto loaded = load_text(text, "x", {});
  std::string all = loaded ? "loads\n" : "";
  for (const Problem& problem : loaded ? loaded->notes : loaded.error()) {
    all += to_string(problem) + "\n";
  }
  return all;
}

const std::map<std::string, std::string> kAnswers = {
    {"braces", "x:1:577: more than 64 maps and lists inside one another"},
    {"brackets", "x:1:65: more than 64 maps and lists inside one another"},
    {"comments-unended", "this comment has no end"},
    {"database-password", "Dhcp4.lease-database.type: not implemented yet"},
    {"hook-any-path", "Dhcp4.hooks-libraries[0].library: not implemented yet: hooks"},
    {"id-of-0", "0 octets: a client-id has from 2 to 255"},
    {"include-itself", "only files may include files"},
    {"include-path-up", "only files may include files"},
    {"key-twice", "this key stands twice in its map"},
    {"lease-path-up", "is no folder to keep leases in: no '..'"},
    {"log-path-up", "'/var/log/../../etc/passwd' is no place to log to"},
    {"mac-of-17", "17 octets: a hw-address has from 1 to 16"},
    {"name-empty-labels", "domain-search: a domain name has an empty label"},
    {"name-label-64", "is not a domain label: it has above 63 octets"},
    {"not-utf8", "this text is not UTF-8"},
    {"nul", "the character '\\x00' has no place here"},
    {"number-exponent", "the number '1e99999' is too large"},
    {"number-highest", "the number '18446744073709551616' is too large"},
    {"number-negative", "-1 is out of bounds: from 1 to 4294967295"},
    {"option-hex-odd", "Dhcp4.option-data[0].data: "},
    {"option-of-4000", "loads"},  // more than any reply holds is left out of it, and counted
    {"pool-of-everything", "'0.0.0.0/0' is not a prefix"},
    {"pool-reversed", "is no range of addresses"},
    {"prefix-129", "'192.0.2.0/129' is not a prefix"},
    {"prefix-255", "'192.0.2.0/255' is not a prefix"},
    {"prefix-33", "'192.0.2.0/33' is not a prefix"},
    {"socket-path-up", "'/run/../etc/passwd' is no path for a socket"},
    {"surrogate", "half of a surrogate pair"},
    {"t1-after-t2-after-lease", "is not less than the lease time 1m: it will not be sent"},
};

// B05, B18, B21, B26, B30, B34, B35; C2-05, C2-06, C2-07, C3-07: each with its place, none with
// more of what somebody wrote than fits a line, and no password.
TEST(ConfigBadInput, EveryBadFileHasItsAnswer) {
  auto answers = kAnswers;
  for (const auto& seed : bad_seeds("config")) {
    const std::string said = told(seed.text());
    ASSERT_TRUE(answers.contains(seed.name)) << seed.name << ": " << said;
    EXPECT_NE(said.find(answers[seed.name]), std::string::npos) << seed.name << ": " << said;
    EXPECT_EQ(said.find("correct-horse"), std::string::npos) << said;
    for (const std::string_view line : split(said, '\n')) {
      EXPECT_LE(line.size(), 600U) << line;
      EXPECT_TRUE(wire::is_printable(as_bytes(line))) << line;
    }
    answers.erase(seed.name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

}  // namespace
}  // namespace lessor::config
