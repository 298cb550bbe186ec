#pragma once
// The server engine's events as log lines.

#include "cli/line_limiter.h"
#include "cli/log_source.h"

namespace lessor::cli {

/// The consumer's side of the server's ring, which outlives it.
class ServerLines final : public LogSource {
 public:
  explicit ServerLines(server::v4::EventRing& ring) : ring_(ring) {}

  void write_lines(Instant now, const NameOf& name_of, const Write& write) override;
  [[nodiscard]] bool holds_back() const override { return limiter_.holds_back(); }
  [[nodiscard]] std::uint64_t dropped() const override { return ring_.dropped(); }

 private:
  server::v4::EventRing& ring_;
  LineLimiter limiter_;
};

}  // namespace lessor::cli
