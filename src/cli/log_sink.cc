#include "cli/log_sink.h"

#include "base/text.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace lessor::cli {
namespace {

using Level = spdlog::level::level_enum;

Level level_of(Severity severity) {
  switch (severity) {
    case Severity::debug:
      return Level::debug;
    case Severity::info:
      return Level::info;
    case Severity::warning:
      return Level::warn;
    case Severity::error:
      return Level::err;
  }
  return Level::info;
}

/// Kea's names.
Level threshold_of(const std::string& severity) {
  if (severity == "DEBUG") return Level::debug;
  if (severity == "WARN") return Level::warn;
  if (severity == "ERROR") return Level::err;
  if (severity == "FATAL") return Level::critical;
  return severity == "NONE" ? Level::off : Level::info;
}

struct Facility {
  std::string_view name;
  int number;
};
constexpr std::array kFacilities = std::to_array<Facility>({
    {"auth", LOG_AUTH},     {"authpriv", LOG_AUTHPRIV}, {"cron", LOG_CRON},
    {"daemon", LOG_DAEMON}, {"ftp", LOG_FTP},           {"kern", LOG_KERN},
    {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1},     {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4},     {"local5", LOG_LOCAL5},
    {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7},     {"lpr", LOG_LPR},
    {"mail", LOG_MAIL},     {"news", LOG_NEWS},         {"security", LOG_AUTH},
    {"syslog", LOG_SYSLOG}, {"user", LOG_USER},         {"uucp", LOG_UUCP},
});

/// "syslog", "syslog:local3"; the configuration has been checked, so that the name is known.
spdlog::sink_ptr open_syslog(std::string_view output) {
  const std::string_view name = output.substr(std::min(output.find(':'), output.size() - 1) + 1);
  return std::make_shared<spdlog::sinks::syslog_sink_st>("lessor", LOG_PID, syslog_facility(name),
                                                         false);
}

/// Standard output or error. Lines are gathered until the next flush: a write for each would cost a
/// busy server more than the lines.
class StreamSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit StreamSink(std::FILE* stream) : stream_(stream) {}

 private:
  static constexpr std::size_t kGathered = 1U << 16;  // octets

  void sink_it_(const spdlog::details::log_msg& message) override {
    formatter_->format(message, gathered_);
    if (gathered_.size() >= kGathered) flush_();
  }
  void flush_() override {
    std::fwrite(gathered_.data(), 1, gathered_.size(), stream_);
    std::fflush(stream_);
    gathered_.clear();
  }

  std::FILE* stream_;
  spdlog::memory_buf_t gathered_;
};

/// Throws spdlog_ex when a file cannot be opened.
spdlog::sink_ptr open_output(const std::string& output) {
  if (output == "stdout") return std::make_shared<StreamSink>(stdout);
  if (output == "stderr") return std::make_shared<StreamSink>(stderr);
  if (output == "syslog" || output.starts_with("syslog:")) return open_syslog(output);
  const std::filesystem::path folder = std::filesystem::absolute(output).parent_path();
  if (!std::filesystem::is_directory(folder)) {  // which spdlog would make, and its parents
    throw spdlog::spdlog_ex(output + ": there is no folder " + folder.string());
  }
  return std::make_shared<spdlog::sinks::basic_file_sink_st>(output);
}

/// The journal stamps every line itself.
const char* pattern_of(const std::string& output) {
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  if (journal && (output == "stdout" || output == "stderr")) return "%v";
  return "%Y-%m-%d %H:%M:%S.%e %^%l%$ %v";
}

}  // namespace

struct LogSink::Outputs {
  std::vector<std::shared_ptr<spdlog::logger>> loggers;
};

int syslog_facility(std::string_view name) {
  const auto facility = std::ranges::find(kFacilities, to_lower(name), &Facility::name);
  return facility == kFacilities.end() ? LOG_DAEMON : facility->number;
}

LogSink::LogSink(std::unique_ptr<Outputs> outputs) : outputs_(std::move(outputs)) {}
LogSink::LogSink(LogSink&&) noexcept = default;
LogSink& LogSink::operator=(LogSink&&) noexcept = default;
LogSink::~LogSink() = default;

std::expected<LogSink, std::string> LogSink::open(const std::vector<config::Logger>& configured) {
  config::Logger fallback;
  fallback.outputs = {"stderr"};
  auto outputs = std::make_unique<Outputs>();
  const auto open_one = [&](const config::Logger& logger) {
    std::vector<spdlog::sink_ptr> sinks;
    for (const std::string& output : logger.outputs) {
      sinks.push_back(open_output(output));
      sinks.back()->set_pattern(pattern_of(output));
    }
    auto opened = std::make_shared<spdlog::logger>(logger.name, sinks.begin(), sinks.end());
    opened->set_level(threshold_of(logger.severity));
    opened->set_error_handler([](const std::string&) {});
    outputs->loggers.push_back(std::move(opened));
  };
  try {
    for (const config::Logger& logger : configured) open_one(logger);
    if (configured.empty()) open_one(fallback);
  } catch (const spdlog::spdlog_ex& e) {
    return std::unexpected(std::string("cannot open a log: ") + e.what());
  }
  return LogSink(std::move(outputs));
}

void LogSink::write(Severity severity, std::string_view line) {
  for (const auto& logger : outputs_->loggers) {
    // The line is data, never a format string.
    logger->log(level_of(severity), spdlog::string_view_t(line.data(), line.size()));
  }
}

void LogSink::flush() {
  for (const auto& logger : outputs_->loggers) logger->flush();
}

}  // namespace lessor::cli
