#pragma once
// Where log lines go: standard output, standard error, syslog, files. The one door to spdlog.

#include "cli/log_source.h"
#include "config/server_config.h"

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::cli {

/// The configured loggers, opened. One thread at a time.
class LogSink {
 public:
  /// Opens every output of `loggers`; none configured = standard error from info on. The error
  /// names the output and says why.
  [[nodiscard]] static std::expected<LogSink, std::string> open(
      const std::vector<config::Logger>& loggers);
  LogSink(LogSink&&) noexcept;
  LogSink& operator=(LogSink&&) noexcept;
  ~LogSink();

  /// Writes one line to every logger whose severity admits it. Trouble while writing (a full disk)
  /// is not an error: a server does not stop for its log.
  void write(Severity severity, std::string_view line);
  void flush();

 private:
  struct Outputs;
  explicit LogSink(std::unique_ptr<Outputs> outputs);
  std::unique_ptr<Outputs> outputs_;
};

/// The number of a facility by its name, in capitals or not; that of daemon where there is no such.
[[nodiscard]] int syslog_facility(std::string_view name);

}  // namespace lessor::cli
