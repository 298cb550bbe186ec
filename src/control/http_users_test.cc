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

TEST(GuessLimit, IsForgottenSoonHoweverLongSomebodyGuessed) {
  GuessLimit limit;
  const Instant now = Instant::from_nanoseconds(1'000'000'000);
  for (int i = 0; i < 100'000; ++i) limit.note_wrong(1, now);
  EXPECT_FALSE(limit.allows(1, now));
  EXPECT_FALSE(limit.allows(1, now + Duration::milliseconds(1)));
  EXPECT_TRUE(limit.allows(1, now + kGuessPause + Duration::milliseconds(1)));
}

TEST(GuessReport, TellsTheFirstAndCountsTheOthers) {
  GuessReport report;
  const Instant now = Instant::from_nanoseconds(1'000'000'000);
  const std::string text = "control by HTTP: a wrong user or password from ";
  EXPECT_EQ(report.note_wrong("192.0.2.7", now), text + "192.0.2.7");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(report.note_wrong("192.0.2.8", now), std::nullopt);
  EXPECT_EQ(report.note_wrong("2001:db8::1", now + kGuessReportPause),
            text + "2001:db8::1; 50 more wrong ones, of any address, since this was last said");
  EXPECT_EQ(report.note_wrong("192.0.2.8", now + kGuessReportPause * 2), text + "192.0.2.8");
  EXPECT_EQ(report.note_right("192.0.2.1"), std::nullopt);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(report.note_wrong("192.0.2.8", now + kGuessReportPause * 2), std::nullopt);
  }
  EXPECT_EQ(report.note_right("192.0.2.8"),
            "control by HTTP: the right user and password from 192.0.2.8, after 3 more wrong ones, "
            "of any address");
}

}  // namespace
}  // namespace lessor::control
