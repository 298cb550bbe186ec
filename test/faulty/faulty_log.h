#pragma once
// A Log that misbehaves as the environment says, around a real one.

#include "lease/log.h"

#include <memory>
#include <string>

namespace lessor::test {

/// How sync() misbehaves.
struct SyncFault {
  enum class Kind { none, delay, fail, drop };
  Kind kind = Kind::none;
  int delay_ms = 0;           ///< delay: sleeps so long before it flushes
  std::uint64_t fail_at = 0;  ///< fail: this sync and all after it fail, 1 the first
};

/// Reads LESSOR_TEST_SYNC: "delay:300ms", "fail:N", "drop". The error is a sentence.
[[nodiscard]] std::expected<SyncFault, std::string> read_sync_fault(const char* text);

/// Wraps `log`. With `drop` appended records reach it only in sync(): whatever was not flushed is
/// lost at exit, at a kill and at a crash alike.
[[nodiscard]] std::unique_ptr<lease::Log> make_faulty_log(std::unique_ptr<lease::Log> log,
                                                          SyncFault fault);

}  // namespace lessor::test
