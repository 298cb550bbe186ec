// What each bad command that docs/bad-input.md lists is answered with.

#include "config/load.h"
#include "control/commands.h"
#include "control/object_scan.h"
#include "control/test_target.h"
#include "wire/test_seeds.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace lessor::control {
namespace {

using wire::testing::bad_seeds;

/// A server that notes what it is asked to change, and reads no file.
class Untouched : public TestTarget {
 public:
  std::expected<Status, Trouble> status() override { return Status(); }
  std::expected<std::vector<Statistic>, Trouble> statistics() override {
    return std::vector<Statistic>();
  }
  WallTime wall_time() override { return {0}; }
  std::string config_json() override { return "{}"; }
  std::expected<std::string, Trouble> test_config(std::string_view) override { return "tested"; }
  std::expected<std::string, Trouble> reload() override { return change(); }
  void shutdown(int) override { changed = true; }
  std::expected<std::string, Trouble> edit_config(const Edit& edit) override {
    const auto text = edit(config_json());
    if (!text) return text;
    const auto loaded = config::load_text(*text, "x", {});
    if (!loaded) return std::unexpected(config::to_string(loaded.error().front()));
    return change();
  }
  std::expected<LeasePage, Trouble> walk_leases(std::uint32_t) override { return LeasePage(); }
  std::expected<std::optional<LeaseRow>, Trouble> find_lease(net::Ip4) override {
    return std::nullopt;
  }
  std::expected<void, Trouble> release_lease(net::Ip4) override {
    changed = true;
    return {};
  }
  std::expected<std::uint64_t, Trouble> clear_declined(std::optional<net::Ip4>) override {
    changed = true;
    return 0;
  }
  std::expected<std::uint64_t, Trouble> reclaim() override {
    changed = true;
    return 0;
  }
  bool changed = false;

 private:
  void on_change() override { changed = true; }
  std::string change() {
    changed = true;
    return "";
  }
};

/// As the socket does it: where the object ends, then what it asks for.
std::string answer_to(Untouched& server, std::string_view input) {
  const ObjectScan scan = scan_object(input);
  if (scan.state == ObjectScan::State::more) return "waits for more";
  if (scan.state == ObjectScan::State::refused) return std::string(scan.error);
  const std::string answer =
      write_answer(execute(server, input.substr(0, scan.end), Access::write));
  EXPECT_TRUE(read_answer(answer).has_value()) << answer;
  return answer;
}

const std::map<std::string, std::string> kAnswers = {
    {"braces", "more than 32 deep"},
    {"brackets", "starts with '{'"},
    {"brackets-in-a-command", "more than 32 deep"},
    {"config-set-hook", "hooks; nothing here stands for"},
    {"config-test-hook", "tested"},  // as text: nothing is loaded
    {"config-write-anywhere", "without a folder"},
    {"config-write-path-up", "without a folder"},
    {"cut", "waits for more"},
    {"cut-in-an-escape", "waits for more"},
    {"empty", "waits for more"},
    {"framed-as-http", "starts with '{'"},
    {"key-twice", "stands twice in the command"},
    {"keys-of-500", "too many keys"},
    {"leases-from-shell", "is no IPv4 address"},
    {"leases-from-sql", "is no IPv4 address"},
    {"libload", "'libreload' command not supported"},
    {"name-is-a-number", "must be a string"},
    {"name-of-4000", "xxx...' command not supported"},
    {"name-with-controls", R"('a\\x00\\x0d\\x0a\\x1b[2J%n%s' command not supported)"},
    {"not-utf8", "not valid JSON"},
    {"page-of-everything", "is too large"},
    {"page-of-less-than-nothing", "must be a whole number"},
    {"two-at-once", "extended"},  // the first; the rest is no part of it
};

// B15, B18, B21, B35, B37; C2-05, C2-08, C3-07: an answer of one line that a client reads, nothing
// changed, nothing loaded or written.
TEST(ControlBadInput, EveryBadCommandHasItsAnswer) {
  auto answers = kAnswers;
  for (const auto& seed : bad_seeds("control")) {
    Untouched server;
    const std::string said = answer_to(server, seed.text());
    ASSERT_TRUE(answers.contains(seed.name)) << seed.name << ": " << said;
    EXPECT_NE(said.find(answers[seed.name]), std::string::npos) << seed.name << ": " << said;
    EXPECT_TRUE(std::ranges::all_of(trim(said), [](char c) { return c >= ' ' && c <= '~'; }))
        << seed.name << ": " << said;
    EXPECT_LE(said.size(), 1'000U) << seed.name;
    EXPECT_FALSE(server.changed) << seed.name;
    answers.erase(seed.name);
  }
  for (const auto& [name, answer] : answers) ADD_FAILURE() << "no seed " << name;
}

}  // namespace
}  // namespace lessor::control
