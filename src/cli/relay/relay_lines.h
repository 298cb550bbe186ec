#pragma once
// The relay engine's events as log lines. Must not know: threads, files.

#include "cli/log_source.h"
#include "relay/v4/counters.h"
#include "relay/v4/events.h"
#include "relay/v4/settings.h"

#include <span>
#include <string>

namespace lessor::cli {

/// How much an event matters.
[[nodiscard]] Severity severity_of(const relay::v4::Event& event);

/// Who the numbers in an event are.
struct RelayNames {
  const relay::v4::Settings& settings;
  std::span<const relay::v4::ServerStatus> servers;
};

/// The line, without time and severity. All that a client chose is sanitised.
[[nodiscard]] std::string format_line(const relay::v4::Event& event, const RelayNames& names);

}  // namespace lessor::cli
