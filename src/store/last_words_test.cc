#include "store/last_words.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace lessor::store {
namespace {

TEST(LastWords, AreSaidAndAnOrdinaryFailureWhenALibraryGivesUp) {
  const auto give_up = [] {
    const LastWords words("cannot write to /the/disk");
    std::abort();
  };
  EXPECT_EXIT(give_up(), testing::ExitedWithCode(1), "lessor: cannot write to /the/disk\n");
}

TEST(LastWords, AreNotSaidWhenItIsOver) {
  {
    const LastWords words("cannot write to /the/disk");
  }
  EXPECT_EXIT(std::abort(), testing::KilledBySignal(SIGABRT), "^$");
}

}  // namespace
}  // namespace lessor::store
