#pragma once
// Log: the small interface between the lease store's logic and a disk. RocksDB is one (src/store),
// a test's or the simulator's lying disk another. Must not know: leases.

#include "base/bytes.h"

#include <cstdint>
#include <expected>
#include <string>

namespace lessor::lease {

/// What went wrong below the store: a sentence with the path and the operating system's words.
struct LogError {
  std::string message;
  /// What is on the disk makes no sense: only a repair helps. Else the system refused something.
  bool damaged = false;
};

/// An ordered log of records, numbered by the caller, and one small side record kept apart from it.
/// One thread. What sync() confirmed survives a crash; what it did not may survive, be torn or be
/// lost, always from the end. (Inline destructor: the interface crosses folders built with and
/// without RTTI.)
class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  /// Buffers a record under `number`; numbers rise. Durable only after sync().
  [[nodiscard]] virtual std::expected<void, LogError> append(std::uint64_t number,
                                                             Bytes record) = 0;
  /// Flushes everything appended. After a failure nothing may be promised any more.
  [[nodiscard]] virtual std::expected<void, LogError> sync() = 0;
  /// Replaces the side record, durably, apart from the log (it says how far the log was once
  /// durable).
  [[nodiscard]] virtual std::expected<void, LogError> write_mark(Bytes mark) = 0;
  [[nodiscard]] virtual std::expected<std::string, LogError> read_mark() = 0;
  /// Calls `visit(number, record)` for each record from `first` on, in order, until it returns
  /// false. Damaged records are handed out as they are found or left out: whoever reads checks.
  struct Visitor {
    virtual bool visit(std::uint64_t number, Bytes record) = 0;

   protected:
    ~Visitor() = default;
  };
  [[nodiscard]] virtual std::expected<void, LogError> read(std::uint64_t first,
                                                           Visitor& visitor) = 0;
  /// Forgets all records numbered below `number`: later ones repeat what they said. Soon rather
  /// than now: they may still be there after a crash.
  [[nodiscard]] virtual std::expected<void, LogError> trim(std::uint64_t number) = 0;
  /// Forgets all records numbered `number` and above, durably. Called once after a recovery and
  /// before the first append: a log opens without changing anything, so that a damaged one is left
  /// as it was found, and becomes writable here.
  [[nodiscard]] virtual std::expected<void, LogError> cut(std::uint64_t number) = 0;

  /// Keeps a few octets about record `number` apart from the log: what a repair reads when the
  /// record is lost. Not flushed by sync(), only by write_mark(); trim() drops notes too.
  [[nodiscard]] virtual std::expected<void, LogError> write_note(std::uint64_t /*number*/,
                                                                 Bytes /*note*/) {
    return {};  // a log without notes: more is in doubt after damage
  }
  /// Calls `visit` for the notes that are whole, in no order; a number may come twice, the newer
  /// note later.
  [[nodiscard]] virtual std::expected<void, LogError> read_notes(Visitor& /*visitor*/) {
    return {};
  }
};

}  // namespace lessor::lease
