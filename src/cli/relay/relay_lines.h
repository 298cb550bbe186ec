#pragma once
// The relay engine's events as log lines. Must not know: threads, files.

#include "cli/log_source.h"
#include "relay/v4/counters.h"
#include "relay/v4/events.h"
#include "relay/v4/settings.h"

#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace lessor::cli {

/// How much an event matters.
[[nodiscard]] Severity severity_of(const relay::v4::Event& event);

/// Who the numbers in an event are.
struct RelayNames {
  std::vector<std::string> downlinks;
  std::vector<relay::v4::Server> servers;
};
[[nodiscard]] RelayNames relay_names(const relay::v4::Settings& settings,
                                     std::span<const relay::v4::ServerStatus> servers);

/// The line, without time and severity. All that a client chose is sanitised.
[[nodiscard]] std::string format_line(const relay::v4::Event& event, const RelayNames& names);

/// Events on their way from the packet thread to the log thread. The engine tells little, and of
/// strangers' messages an event a while.
class RelayLines final : public LogSource {
 public:
  RelayLines() { waiting_.reserve(relay::v4::kEventCapacity); }

  /// Packet thread: takes all events of `ring`; true when there were any. No heap.
  [[nodiscard]] bool take(relay::v4::EventRing& ring);
  /// Packet thread: who is who from now on.
  void set_names(RelayNames names);

  void write_lines(Instant now, const NameOf& name_of, const Write& write) override;
  [[nodiscard]] bool holds_back() const override { return false; }
  [[nodiscard]] std::uint64_t dropped() const override;

 private:
  mutable std::mutex mutex_;  // guards all
  std::vector<relay::v4::Event> waiting_;
  RelayNames names_;
  std::uint64_t dropped_here_ = 0;
  std::uint64_t dropped_before_ = 0;
};

}  // namespace lessor::cli
