#include "cli/log_thread.h"

#include "cli/server_lines.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace lessor::cli {
namespace {

using server::v4::Event;
using server::v4::EventKind;
using server::v4::EventRing;
using server::v4::Reason;

/// A log file of its own, removed at the end.
class LogThreadTest : public testing::Test {
 protected:
  ~LogThreadTest() override { std::filesystem::remove(path_); }

  LogSink sink(const char* severity = "INFO") {
    auto opened = LogSink::open({{.severity = severity, .outputs = {path_.string()}}});
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path_).rdbuf();
    return all.str();
  }
  static void publish(EventRing& ring, EventKind kind, Reason reason) {
    Event* event = ring.next();
    if (event == nullptr) return;
    event->kind = kind;
    event->reason = reason;
    event->interface = 4;
    event->address = {0xc0000207};
    ring.publish();
  }

  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                ("lessor_log_" + std::to_string(::getpid()) + "_" +
                                 testing::UnitTest::GetInstance()->current_test_info()->name());
};

void nobody_hears(Instant /*now*/, const server::v4::Event& /*event*/) {}

TEST_F(LogThreadTest, WritesEventsAndWhatIsSaidBeforeItStops) {
  EventRing ring(64);
  LogThread log(sink());
  log.say(Severity::info, "before");
  log.set_interfaces(net::InterfaceTable({{.index = 4, .name = "eth4"}}));
  ServerLines lines(ring, nobody_hears);
  ASSERT_TRUE(log.start(lines));
  log.say(Severity::warning, "first\nsecond");
  publish(ring, EventKind::ack, Reason::offered);
  log.stop();
  log.say(Severity::info, "after");
  const std::string all = text();
  for (const char* expected : {"info before\n", "warning first\n", "warning second\n",
                               "DHCPACK on 192.0.2.7", "via eth4", "info after\n"}) {
    EXPECT_NE(all.find(expected), std::string::npos) << expected << " in\n" << all;
  }
}

TEST_F(LogThreadTest, SaysHowManyLinesWereLost) {
  EventRing ring(4);
  for (int i = 0; i < 10; ++i) publish(ring, EventKind::ack, Reason::offered);
  LogThread log(sink());
  ServerLines lines(ring, nobody_hears);
  ASSERT_TRUE(log.start(lines));
  log.stop();
  EXPECT_NE(text().find("6 log lines lost"), std::string::npos) << text();
}

TEST_F(LogThreadTest, HoldsRepeatedSilenceBack) {
  EventRing ring(64);
  for (int i = 0; i < 10; ++i) publish(ring, EventKind::drop, Reason::no_subnet);
  LogThread log(sink());
  ServerLines lines(ring, nobody_hears);
  ASSERT_TRUE(log.start(lines));
  log.stop();
  const std::string all = text();
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 1) << all;
}

TEST_F(LogThreadTest, ObeysTheSeverity) {
  EventRing ring(64);
  publish(ring, EventKind::drop, Reason::duplicate);  // debug
  publish(ring, EventKind::nak, Reason::wrong_network);
  LogThread log(sink("WARN"));
  ServerLines lines(ring, nobody_hears);
  ASSERT_TRUE(log.start(lines));
  log.say(Severity::info, "not this");
  log.stop();
  EXPECT_EQ(text().find("not this"), std::string::npos);
  EXPECT_EQ(text().find("duplicate"), std::string::npos);
  EXPECT_NE(text().find("DHCPNAK"), std::string::npos);
}

TEST_F(LogThreadTest, TakesOtherOutputs) {
  EventRing ring(64);
  auto elsewhere = LogSink::open({{.severity = "NONE", .outputs = {"stderr"}}});
  ASSERT_TRUE(elsewhere);
  LogThread log(std::move(*elsewhere));
  ServerLines lines(ring, nobody_hears);
  ASSERT_TRUE(log.start(lines));
  log.replace(sink());
  log.say(Severity::info, "in the new place");
  log.stop();
  EXPECT_NE(text().find("in the new place"), std::string::npos);
}

TEST(LogSink, NamesTheFileThatCannotBeOpened) {
  const auto sink = LogSink::open({{.outputs = {"/nonexistent/folder/x.log"}}});
  ASSERT_FALSE(sink);
  EXPECT_NE(sink.error().find("/nonexistent/folder/x.log"), std::string::npos) << sink.error();
}

}  // namespace
}  // namespace lessor::cli
