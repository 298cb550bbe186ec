#pragma once
// What the running server says of itself, as plain values: filled by whoever joins the engine to
// the runtime, carried as JSON, printed by `lessor status`. Must not know: engine, sockets.

#include "base/time.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::control {

/// One interface, and whether clients on it are answered.
struct InterfaceStatus {
  std::string name;
  bool served = false;
  std::string why;  ///< how it is served ("packet socket", "UDP socket"), or why it is not
  std::vector<std::string> addresses;  ///< "192.0.2.1/24"
};

/// One pool. total = assigned + declined + offered + free (+ reserved addresses set aside).
struct PoolStatus {
  std::string subnet;
  std::uint32_t subnet_id = 0;
  std::string range;
  std::uint64_t total = 0;
  std::uint64_t assigned = 0;
  std::uint64_t declined = 0;
  std::uint64_t offered = 0;
  std::uint64_t free = 0;
};

/// How the lease store keeps up. Sequence numbers count lease changes.
struct FlushStatus {
  std::uint64_t count = 0;
  Duration last;
  Duration longest;
  std::uint64_t last_batch = 0;  ///< changes in the last flush
  std::uint64_t durable = 0;     ///< every change up to this one survives a crash
  std::uint64_t newest = 0;      ///< the last change made
  std::uint64_t parked = 0;      ///< replies that wait for a flush
};

/// Requests that wait because more come than can be answered.
struct QueueStatus {
  std::uint64_t waiting = 0;
  Duration oldest;   ///< how long the oldest of them has waited
  Duration longest;  ///< that any has waited since the start
};

/// What the last reload did to the packet thread.
struct ReloadStatus {
  std::uint64_t count = 0;   ///< reloads that were taken
  std::uint64_t failed = 0;  ///< reloads refused because of the file
  Duration longest_stall;    ///< the longest time that a reload kept packets waiting
};

/// Another server that answers clients on a link of ours. What is not known is empty.
struct OtherServerStatus {
  std::string interface;
  std::string server;   ///< its server identifier
  std::string mac;      ///< empty when only clients have named it
  std::string source;   ///< the address that it sends from
  std::string relay;    ///< the relay (giaddr) that passes its messages on
  std::string address;  ///< what it offered, granted or refused last
  std::uint64_t offers = 0;
  std::uint64_t acks = 0;
  std::uint64_t naks = 0;
  std::uint64_t bootp = 0;
  std::uint64_t chosen = 0;  ///< REQUESTs of clients that name it
  std::string first_seen;    ///< "2026-11-22 16:04:05"
  Duration last_seen_ago;
};

/// A counter under its reason.
struct Counter {
  std::string name;
  std::uint64_t value = 0;
};

/// The whole of `lessor status`.
struct Status {
  std::string version;
  std::int64_t pid = 0;
  Duration uptime;
  Duration since_reload;  ///< since the configuration in force came
  std::string config;     ///< the configuration's file, or "command line"
  std::string lease_folder;
  std::vector<InterfaceStatus> interfaces;
  std::vector<PoolStatus> pools;
  std::vector<OtherServerStatus> other_servers;
  std::vector<Counter> counters;
  FlushStatus flushes;
  QueueStatus queue;
  ReloadStatus reloads;
};

/// One JSON object; durations in whole seconds, or under names that say otherwise. "pid", "uptime",
/// "reload", "multi-threading-enabled" and "sockets" are those of Kea's status-get.
[[nodiscard]] std::string to_json(const Status& status);
/// Reads it back; keys that are missing keep their defaults. The error is a sentence.
[[nodiscard]] std::expected<Status, std::string> read_status(std::string_view json);

/// A value of statistic-get-all under Kea's name.
struct Statistic {
  std::string name;
  std::uint64_t value = 0;
};

/// Kea's form: {"NAME": [[VALUE, "2026-11-22 16:04:05.000000"]], ...}; `now` stamps every sample.
[[nodiscard]] std::string to_json(const std::vector<Statistic>& statistics, WallTime now);

}  // namespace lessor::control
