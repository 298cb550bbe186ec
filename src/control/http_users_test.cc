#include "control/http_users.h"

#include "control/limits.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

TEST(HttpUsers, KnowTheirOwnAndNobodyElse) {
  HttpUsers users;
  EXPECT_TRUE(users.empty());
  EXPECT_FALSE(users.know(""));
  users.add("anna", "secret");
  users.add("bert", "pass:word");
  EXPECT_FALSE(users.empty());
  EXPECT_TRUE(users.know("YW5uYTpzZWNyZXQ="));      // anna:secret
  EXPECT_TRUE(users.know("YmVydDpwYXNzOndvcmQ="));  // bert:pass:word
  for (const char* wrong : {"", "YW5uYTpzZWNyZXQ", "YW5uYTpzZWNyZXR0", "YW5uYTo=", "anna:secret",
                            "YmVydDpzZWNyZXQ=", "YW5uYTpzZWNyZXQ=="}) {
    EXPECT_FALSE(users.know(wrong)) << wrong;
  }
}

TEST(GuessLimit, LetsAFewWrongGuessesPassThenOneASecond) {
  GuessLimit limit;
  Instant now = Instant::from_nanoseconds(1'000'000'000);
  std::size_t guesses = 0;
  while (limit.allows(1, now)) {
    limit.note_wrong(1, now);
    ++guesses;
    ASSERT_LE(guesses, kGuessesAtOnce);
  }
  EXPECT_EQ(guesses, kGuessesAtOnce);
  EXPECT_TRUE(limit.allows(2, now));
  now = now + kGuessPause;
  EXPECT_TRUE(limit.allows(1, now));
  limit.note_wrong(1, now);
  EXPECT_FALSE(limit.allows(1, now));
}

TEST(GuessLimit, RemembersThoseThatGuessMost) {
  GuessLimit limit;
  const Instant now = Instant::from_nanoseconds(1'000'000'000);
  for (std::size_t i = 0; i < kGuessesAtOnce; ++i) limit.note_wrong(7, now);
  for (unsigned address = 100; address < 100 + 3 * kMaxGuessers; ++address) {
    limit.note_wrong(address, now);
  }
  EXPECT_FALSE(limit.allows(7, now));
  EXPECT_TRUE(limit.allows(100, now));
}

}  // namespace
}  // namespace lessor::control
