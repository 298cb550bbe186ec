#pragma once
// What a running relay says of itself: a value, as a table, as JSON, as Prometheus text. Must not
// know: sockets, threads.

#include "base/time.h"
#include "relay/v4/counters.h"
#include "runtime/counters.h"
#include "runtime/service_plan.h"

#include <span>
#include <string>
#include <vector>

namespace lessor::cli {

struct RelayReport {
  struct Link {
    std::string interface;
    bool up = false;
    std::string why;  ///< "serving", "down"
    std::string giaddr;
    std::uint64_t requests = 0, replies = 0, dropped = 0;
    std::uint32_t clients = 0;
  };
  struct Server {
    std::string address;
    std::string health;
    std::string by;  ///< the interface that its last answer came by, else the one that routes say
    std::uint64_t sent = 0, answers = 0;
    std::uint32_t unanswered = 0, times_down = 0;
    std::int64_t answered_ago_s = -1;  ///< -1: never
  };
  /// `name` as Prometheus has it, `label` as `reason="too-many-hops"` or empty.
  struct Count {
    std::string name;
    std::string label;
    std::uint64_t value = 0;
  };
  std::string version;
  std::string source;  ///< the file, or "command line"
  int pid = 0;
  Duration uptime;
  std::string choice;
  std::uint64_t reloads = 0, reloads_refused = 0;
  std::vector<Link> links;
  std::vector<Server> servers;
  std::vector<Count> counts;
};

/// The engine's and the sockets' counts under Prometheus' names.
[[nodiscard]] std::vector<RelayReport::Count> relay_counts(const relay::v4::Counters& engine,
                                                           const runtime::PacketCounters& packets);

[[nodiscard]] std::string to_json(const RelayReport& report);
/// Reads to_json()'s text. The error is a sentence.
[[nodiscard]] std::expected<RelayReport, std::string> read_relay_report(std::string_view json);
/// For people: columns.
[[nodiscard]] std::string to_table(const RelayReport& report);
/// Prometheus' text format, version 0.0.4.
[[nodiscard]] std::string to_metrics(const RelayReport& report);

}  // namespace lessor::cli
