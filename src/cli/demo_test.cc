#include "cli/demo.h"

#include <gmock/gmock.h>

namespace lessor::cli {
namespace {

using testing::HasSubstr;

std::expected<DemoOptions, DemoUsage> read(std::vector<const char*> words) {
  return read_demo_options(words);
}

TEST(DemoOptions, HaveDefaults) {
  const auto options = read({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->lease_time, Duration::seconds(30));
  EXPECT_EQ(options->pcap, "");
  EXPECT_FALSE(options->no_colour);
}

TEST(DemoOptions, AreReadInBothSpellings) {
  const auto options = read({"--lease-time", "300", "--pcap=a=b.pcap", "--no-color"});
  ASSERT_TRUE(options) << options.error().text;
  EXPECT_EQ(options->lease_time, Duration::seconds(300));
  EXPECT_EQ(options->pcap, "a=b.pcap");
  EXPECT_TRUE(options->no_colour);
  EXPECT_EQ(read({"--lease-time=5m"})->lease_time, Duration::seconds(300));
}

TEST(DemoOptions, AreRefusedWithAReason) {
  struct Case {
    std::vector<const char*> words;
    const char* reason;
  };
  const Case cases[] = {
      {{"--lease-time"}, "--lease-time needs a value"},
      {{"--pcap="}, "--pcap needs a value"},
      {{"--lease-time", "9s"}, "between 10s and 7d, not 9s"},
      {{"--lease-time=8d"}, "between 10s and 7d"},
      {{"--lease-time=infinite"}, "between 10s and 7d"},
      {{"--lease-time", "soon"}, "--lease-time: "},
      {{"--no-color=yes"}, "'--no-color=yes' is no option"},
      {{"eth0"}, "'eth0' is no option of demo"},
  };
  for (const Case& c : cases) {
    const auto options = read(c.words);
    ASSERT_FALSE(options) << c.reason;
    EXPECT_EQ(options.error().code, ExitCode::usage);
    EXPECT_THAT(options.error().text, HasSubstr(c.reason));
  }
}

TEST(DemoOptions, HelpIsNoError) {
  EXPECT_EQ(read({"--lease-time=5m", "-h"}).error().code, ExitCode::done);
}

}  // namespace
}  // namespace lessor::cli
