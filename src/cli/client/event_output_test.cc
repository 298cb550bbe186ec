// Events for a program that reads them slowly, or not at all.

#include "cli/client/event_output.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace lessor::cli {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int in() const { return ends_[1]; }
  /// What is there to read now.
  [[nodiscard]] std::string read() const {
    (void)::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string text;
    char buffer[4'096];
    for (ssize_t got = 0; (got = ::read(ends_[0], buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int ends_[2] = {-1, -1};
};

constexpr Instant kNow = Instant() + Duration::seconds(100);

TEST(EventOutputTest, a_line_each) {
  const Pipe pipe;
  EventOutput out(pipe.in());
  out.say(kNow, "one", false);
  out.say(kNow, "two", true);
  EXPECT_EQ(pipe.read(), "one\ntwo\n");
}

TEST(EventOutputTest, a_reader_that_sleeps_holds_nobody_up_and_hears_what_it_missed) {
  const Pipe pipe;
  EventOutput out(pipe.in());
  const std::string line(1'000, 'x');
  for (int i = 0; i < 1'000; ++i) out.say(kNow, line, false);
  const std::string early = pipe.read();
  out.say(kNow, "awake", false);
  const std::string late = pipe.read();
  const std::string all = early + late;
  EXPECT_EQ(all.find_first_not_of("x\n"), all.find("{\"event\":\"lost\"")) << "a line was torn";
  EXPECT_TRUE(all.ends_with("}\nawake\n")) << all.substr(all.size() - 100);
  EXPECT_LT(all.size(), 3 * EventOutput::kMaxWaiting);
}

TEST(EventOutputTest, the_pipe_itself_stays_as_others_want_it) {
  const Pipe pipe;
  const EventOutput out(pipe.in());
  EXPECT_EQ(::fcntl(pipe.in(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(EventOutputTest, what_strangers_bring_about_is_limited_and_the_rest_is_not) {
  const Pipe pipe;
  EventOutput out(pipe.in());
  for (int i = 0; i < 10 * EventOutput::kNoisePerSecond; ++i) out.say(kNow, "noise", true);
  out.say(kNow, "bound", false);
  std::string text = pipe.read();
  EXPECT_EQ(std::ranges::count(text, '\n'), EventOutput::kNoisePerSecond + 2);
  EXPECT_TRUE(text.ends_with("{\"event\":\"lost\",\"lines\":900}\nbound\n")) << text;
  out.say(kNow + Duration::seconds(1), "noise", true);
  EXPECT_EQ(pipe.read(), "noise\n");
}

TEST(EventOutputTest, nobody_reads_any_more) {
  (void)::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EventOutput out(ends[1]);
  ::close(ends[0]);
  out.say(kNow, "one", false);
  out.finish();
  ::close(ends[1]);
}

}  // namespace
}  // namespace lessor::cli
