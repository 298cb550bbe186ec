#pragma once
// The server engine's events as log lines.

#include "cli/line_limiter.h"
#include "cli/log_source.h"

namespace lessor::cli {

/// The consumer's side of the server's ring, which outlives it.
class ServerLines final : public LogSource {
 public:
  /// Hears of every event, on the log thread.
  using Hear = std::function<void(Instant now, const server::v4::Event&)>;
  ServerLines(server::v4::EventRing& ring, Hear hear) : ring_(ring), hear_(std::move(hear)) {}

  void write_lines(Instant now, const NameOf& name_of, const Write& write) override;
  [[nodiscard]] bool holds_back() const override { return limiter_.holds_back(); }
  [[nodiscard]] std::uint64_t dropped() const override { return ring_.dropped(); }

 private:
  server::v4::EventRing& ring_;
  Hear hear_;
  LineLimiter limiter_;
};

}  // namespace lessor::cli
