#include "cli/followers/legal_log.h"

#include "cli/followers/test_events.h"
#include "cli/followers/test_folder.h"
#include "expression/compile.h"

#include <csignal>
#include <sys/resource.h>

namespace lessor::cli {
namespace {

using testing::event_of;
using testing::EventKind;

constexpr const char* kFirst = "legal.T00000000001774000000.txt";

class LegalLogTest : public testing::FolderTest {
 protected:
  LegalLogTest() {
    config::LegalLog& log = config_.legal_log.emplace();
    log.path = folder_;
    log.base_name = "legal";
    log.unit = config::LegalLog::Unit::second;
    log.count = 10;
    log.timestamp_format = "%s";
  }
  std::unique_ptr<LegalLog> open() {
    auto log = LegalLog::open(
        config_, {.clock = [this] { return now_; },
                  .say = [this](Severity, const std::string& line) { said_ += line + "\n"; },
                  .run =
                      [this](const Errand& errand) {
                        runs_.push_back(errand.program + " " + errand.argument);
                        return Taken();
                      }});
    EXPECT_TRUE(log) << log.error();
    return log ? std::move(*log) : nullptr;
  }
  static std::optional<expression::Program> program(std::string_view text) {
    return *expression::compile(
        text, expression::Type::text,
        [](std::string_view) -> std::expected<expression::ClassId, std::string> { return 1; });
  }
  /// What is written of one event.
  std::string written(const testing::EventWords& words) {
    auto log = open();
    log->add(event_of(words), "eth0");
    log->flush();
    return text_of(kFirst);
  }

  config::ServerConfig config_;
  Duration now_ = Duration::seconds(1'774'000'000);
  std::string said_;
  std::vector<std::string> runs_;
};

constexpr const char* kEntry =
    "1774000000 Address: 192.0.2.7 has been assigned for 1 hrs 0 mins 0 secs to a device with "
    "hardware address: hwtype=1 c0:01:1b:69:00:05\n";

TEST_F(LegalLogTest, WritesALineAnEventBehindATimeStamp) {
  EXPECT_EQ(written({}), kEntry);
  EXPECT_EQ(said_, "");
}

TEST_F(LegalLogTest, SubnetsThatAreLeftOutAre) {
  config_.subnets.resize(2);
  config_.subnets[0].id = 1;
  config_.subnets[0].legal_logging = false;
  config_.subnets[1].id = 2;
  EXPECT_EQ(written({.subnet_id = 1}), "");
  EXPECT_EQ(written({.subnet_id = 2}), kEntry);
}

TEST_F(LegalLogTest, AFileIsFollowedByTheNextAndProgramsAreRun) {
  config_.legal_log->prerotate = "/bin/before";
  config_.legal_log->postrotate = "/bin/after";
  auto log = open();
  log->add(event_of(), "eth0");
  log->flush();
  EXPECT_TRUE(runs_.empty());
  now_ = now_ + Duration::seconds(10);
  log->add(event_of({.kind = EventKind::release}), "eth0");
  log->flush();
  EXPECT_EQ(text_of(kFirst), kEntry);
  const std::string second = "legal.T00000000001774000010.txt";
  EXPECT_TRUE(text_of(second).starts_with("1774000010 Address: 192.0.2.7 has been released from"));
  EXPECT_EQ(runs_, (std::vector<std::string>{"/bin/before " + path(kFirst),
                                             "/bin/after " + path(second)}));
}

TEST_F(LegalLogTest, FormatsOfOnesOwnStandInForTheEntry) {
  config_.legal_log->request_format = program("'from ' + option[12].hex");
  config_.legal_log->response_format = program("' got ' + addrtotext(pkt4.yiaddr)");
  EXPECT_EQ(written({.options = {{12, "pc"}}}), "1774000000 from pc got 192.0.2.7\n");
}

TEST_F(LegalLogTest, WithoutAReplyOnlyTheRequestIsTold) {
  config_.legal_log->request_format = program("'from ' + option[12].hex");
  config_.legal_log->response_format = program("' got ' + addrtotext(pkt4.yiaddr)");
  EXPECT_EQ(written({.kind = EventKind::release, .options = {{12, "pc"}}}), "1774000000 from pc\n");
}

TEST_F(LegalLogTest, CommandsHaveTheUsualEntry) {
  config_.legal_log->request_format = program("'x'");
  EXPECT_TRUE(written({.kind = EventKind::lease_set, .has_query = false})
                  .starts_with("1774000000 Administrator added"));
}

TEST_F(LegalLogTest, AnEmptyTextIsNoEntry) {
  config_.legal_log->request_format = program("ifelse(option[99].exists, 'x', '')");
  EXPECT_EQ(written({}), "");
}

TEST_F(LegalLogTest, EachLineOfAFormatHasItsTimeStamp) {
  config_.legal_log->request_format = program("'one' + 0x0a + 'two'");
  EXPECT_EQ(written({}), "1774000000 one\n1774000000 two\n");
}

// C2-08: only the author of the expression makes lines.
TEST_F(LegalLogTest, AClientsNewlineMakesNoLine) {
  config_.legal_log->request_format = program("option[12].hex + 0x0a + 'two'");
  EXPECT_EQ(written({.options = {{12, "a\n1774000000 Address: 10.0.0.1\x1b"}}}),
            "1774000000 a\\x0a1774000000 Address: 10.0.0.1\\x1b\n1774000000 two\n");
}

TEST_F(LegalLogTest, AFormatThatFailsIsTheUsualEntryAndSaidOnce) {
  config_.legal_log->request_format = program("addrtotext(option[12].hex)");
  auto log = open();
  for (int i = 0; i < 2; ++i) log->add(event_of({.options = {{12, "abc"}}}), "eth0");
  log->flush();
  EXPECT_EQ(text_of(kFirst), std::string(kEntry) + kEntry);
  EXPECT_EQ(said_.find("the usual entry"), said_.rfind("the usual entry"));
  EXPECT_NE(said_.find("the usual entry"), std::string::npos);
}

/// No file of this process grows beyond so many octets, while this lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t octets) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = octets, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  sighandler_t handler_ = SIG_DFL;
};

TEST_F(LegalLogTest, WhatCannotBeWrittenIsSaidAndCounted) {
  auto log = open();
  const std::size_t size = std::string_view(kEntry).size();
  {
    const FileLimit limit(size + 20);
    for (int i = 0; i < 3; ++i) log->add(event_of(), "eth0");
    log->flush();
    log->add(event_of(), "eth0");
    log->flush();
  }
  EXPECT_EQ(log->lost(), 3U);
  const std::string once = "entries of the legal log are lost";
  EXPECT_NE(said_.find(once), std::string::npos) << said_;
  EXPECT_EQ(said_.find(once), said_.rfind(once)) << said_;
  log->add(event_of(), "eth0");
  log->flush();
  EXPECT_EQ(log->lost(), 3U);
  EXPECT_NE(said_.find("3 entries of the legal log were lost until"), std::string::npos) << said_;
  // The torn entry keeps its line to itself.
  EXPECT_EQ(text_of(kFirst), kEntry + std::string(kEntry).substr(0, 20) + "\n" + kEntry);
}

TEST_F(LegalLogTest, ThereIsNoneWhereNoneIsConfigured) {
  config_.legal_log.reset();
  const auto log = LegalLog::open(config_, {});
  ASSERT_TRUE(log);
  EXPECT_EQ(*log, nullptr);
}

}  // namespace
}  // namespace lessor::cli
