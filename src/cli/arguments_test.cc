#include "cli/arguments.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

std::expected<Arguments, Stop> read(std::vector<const char*> words) {
  return read_arguments(words);
}

TEST(Arguments, ServeHasADefaultFile) {
  const auto a = read({"serve"});
  ASSERT_TRUE(a);
  EXPECT_EQ(a->command, Command::serve);
  EXPECT_EQ(a->serve.config, "/etc/lessor/lessor.conf");
  EXPECT_FALSE(a->serve.config_given);
}

TEST(Arguments, ServeTakesAFileOrAnInterface) {
  const auto file = read({"serve", "-c", "x.conf", "--lease-dir", "/tmp/l"});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->serve.config, "x.conf");
  EXPECT_EQ(file->serve.lease_dir, "/tmp/l");

  const auto bare = read({"serve", "--interface", "eth0", "--pool", "192.0.2.10-192.0.2.20",
                          "--exclude", "192.0.2.11", "--exclude", "192.0.2.12-192.0.2.13", "--dns",
                          "192.0.2.1,192.0.2.2", "--lease-time", "30s", "--alongside"});
  ASSERT_TRUE(bare) << bare.error().text;
  EXPECT_EQ(bare->serve.interface, "eth0");
  EXPECT_EQ(bare->serve.exclude, (std::vector<std::string>{"192.0.2.11", "192.0.2.12-192.0.2.13"}));
  EXPECT_EQ(bare->serve.dns, "192.0.2.1,192.0.2.2");
  EXPECT_TRUE(bare->serve.alongside);
}

TEST(Arguments, LeasesHaveTheirOwnCommands) {
  const struct {
    std::vector<const char*> words;
    Command command;
  } rows[] = {
      {{"leases", "list", "--json"}, Command::leases_list},
      {{"leases", "get", "192.0.2.1"}, Command::leases_get},
      {{"leases", "export", "-c", "f"}, Command::leases_export},
      {{"leases", "release", "192.0.2.1", "--lease-dir", "d"}, Command::leases_release},
      {{"leases", "renew", "192.0.2.1"}, Command::leases_renew},
      {{"leases", "clear-declined"}, Command::leases_clear_declined},
      {{"leases", "clear-declined", "192.0.2.1"}, Command::leases_clear_declined},
      {{"leases", "repair"}, Command::leases_repair},
      {{"status", "--socket", "s"}, Command::status},
      {{"check", "f"}, Command::check},
      {{"version"}, Command::version},
      {{"--version"}, Command::version},
  };
  for (const auto& row : rows) {
    const auto a = read(row.words);
    ASSERT_TRUE(a) << row.words[0] << a.error().text;
    EXPECT_EQ(a->command, row.command) << row.words[0];
  }
  EXPECT_EQ(read({"leases", "list", "--csv"})->ask.format, Format::csv);
}

TEST(Arguments, DemoKeepsItsArgumentsUnread) {
  const auto a = read({"demo", "--lease-time", "300", "--unknown"});
  ASSERT_TRUE(a);
  EXPECT_EQ(a->command, Command::by_name);
  EXPECT_EQ(a->name, "demo");
  ASSERT_EQ(a->rest.size(), 3U);
  EXPECT_STREQ(a->rest[2], "--unknown");
}

TEST(Arguments, HelpOfTheDemoIsTheDemosOwn) {
  const auto a = read({"help", "demo"});
  ASSERT_TRUE(a) << a.error().text;
  EXPECT_EQ(a->command, Command::by_name);
  EXPECT_EQ(a->name, "demo");
  ASSERT_EQ(a->rest.size(), 1U);
  EXPECT_STREQ(a->rest[0], "--help");
}

TEST(Arguments, NonsenseStopsWithUsageAndSaysWhy) {
  const struct {
    std::vector<const char*> words;
    const char* says;
  } rows[] = {
      {{}, "Commands:"},
      {{"serv"}, "did you mean 'serve'?"},
      {{"zzzzzzzz"}, "is no command"},
      {{"\x1b[31m"}, "\\x1b[31m"},
      {{"explain"}, "planned"},
      {{"--versio"}, "did you mean '--version'?"},
      {{"leases"},
       "leases needs a command: list, get, export, release, renew, clear-declined, repair\n"
       "Try 'lessor leases --help'."},
      {{"leases", "--json"}, "leases needs a command"},
      {{"leases", "lst"}, "'lst' is no command of leases; did you mean 'list'?"},
      {{"leases", "frob"}, "'frob' is no command of leases: they are list, get, export"},
      {{"leases", "get"}, "ADDR is required\nTry 'lessor leases get --help'."},
      {{"leases", "list", "--jsn"},
       "'--jsn' is no option of leases list; did you mean '--json'?\n"
       "Try 'lessor leases list --help'."},
      {{"leases", "list", "x"}, "'x' is one word too many for leases list"},
      {{"serve", "--confg", "x"}, "'--confg' is no option of serve; did you mean '--config'?"},
      {{"serve", "--confg=x"}, "did you mean '--config'?"},
      {{"serve", "\x1b[31m"}, "'\\x1b[31m' is one word too many"},
      {{"status", "--json=3"}, "json was given"},
      {{"leases", "list", "--json", "--csv"}, "excludes"},
      {{"serve", "--pool", "a-b"}, "--pool requires --interface"},
      {{"serve", "-c", "f", "--interface", "eth0"}, "excludes"},
      {{"serve", "-c"}, "-c"},
      {{"serve", "--bogus"}, "--bogus"},
      {{"--bogus"}, "is no command"},
  };
  for (const auto& row : rows) {
    const auto a = read(row.words);
    ASSERT_FALSE(a) << row.says;
    EXPECT_EQ(a.error().code, ExitCode::usage) << row.says;
    EXPECT_NE(a.error().text.find(row.says), std::string::npos) << a.error().text;
  }
}

TEST(Arguments, HelpIsNoError) {
  for (const std::vector<const char*>& words : {std::vector<const char*>{"help"},
                                                {"--help"},
                                                {"-h"},
                                                {"serve", "--help"},
                                                {"help", "serve"},
                                                {"leases", "list", "--help"},
                                                {"leases", "help"},
                                                {"leases", "help", "get"},
                                                {"help", "leases"}}) {
    const auto a = read(words);
    ASSERT_FALSE(a);
    EXPECT_EQ(a.error().code, ExitCode::done);
    EXPECT_NE(a.error().text.find("sage:"), std::string::npos) << a.error().text;
  }
}

}  // namespace
}  // namespace lessor::cli
