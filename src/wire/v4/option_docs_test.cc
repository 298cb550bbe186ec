#include "wire/v4/option_docs.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace lessor::wire {
namespace {

constexpr const char* kFile = "docs/options.md";

TEST(OptionDocs, TheFileIsWhatTheTablePrints) {
  if (std::getenv("UPDATE") != nullptr) std::ofstream(kFile) << options_markdown();
  const std::ifstream in(kFile);
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_TRUE(text.str() == options_markdown())
      << kFile << " is out of date: run this test with UPDATE=1 in the environment";
}

}  // namespace
}  // namespace lessor::wire
