#pragma once
// MemoryLog: a Log in memory with the faults of real disks, for tests and simulation: what was not
// synced can be lost or torn, bytes can flip, a flush can fail. In the header alone: code built
// with and without RTTI makes them.

#include "lease/log.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lessor::lease {

class MemoryLog final : public Log {
 public:
  MemoryLog() = default;
  /// Two logs with the same contents: a test damages one.
  MemoryLog(const MemoryLog& other) : Log(), disk_(other.disk_) {}

  struct Record {
    std::uint64_t number = 0;
    std::string bytes;
  };

  std::expected<void, LogError> append(std::uint64_t number, Bytes record) override;
  std::expected<void, LogError> sync() override;
  std::expected<void, LogError> write_mark(Bytes mark) override;
  std::expected<std::string, LogError> read_mark() override { return disk_.mark; }
  std::expected<void, LogError> read(std::uint64_t first, Visitor& visitor) override;
  std::expected<void, LogError> trim(std::uint64_t number) override;
  std::expected<void, LogError> cut(std::uint64_t number) override;
  std::expected<void, LogError> write_note(std::uint64_t number, Bytes note) override;
  std::expected<void, LogError> read_notes(Visitor& visitor) override;

  // Faults.
  /// The next sync (append, mark) and all after it fail with `message`.
  void fail_syncs(std::string message) { disk_.sync_error = std::move(message); }
  void fail_appends(std::string message) { disk_.append_error = std::move(message); }
  /// The machine stops: of the octets not synced only the first `kept_bytes` reach the disk.
  void crash(std::size_t kept_bytes = 0);
  /// Octets appended and not synced.
  [[nodiscard]] std::size_t unsynced_bytes() const;

  [[nodiscard]] std::vector<Record>& records() { return disk_.records; }
  [[nodiscard]] const std::vector<Record>& records() const { return disk_.records; }
  [[nodiscard]] std::vector<Record>& notes() { return disk_.notes; }
  [[nodiscard]] std::string& mark() { return disk_.mark; }
  [[nodiscard]] std::size_t syncs() const { return disk_.syncs; }
  [[nodiscard]] std::size_t marks() const { return disk_.marks; }

 private:
  struct Disk {
    std::vector<Record> records;
    std::vector<Record> notes;
    std::size_t synced = 0;  // of the records
    std::string mark;
    std::string sync_error;
    std::string append_error;
    std::size_t syncs = 0;
    std::size_t marks = 0;
  };
  Disk disk_;
};

inline std::expected<void, LogError> MemoryLog::append(std::uint64_t number, Bytes record) {
  if (!disk_.append_error.empty()) return std::unexpected(LogError{disk_.append_error});
  disk_.records.push_back({number, std::string(as_text(record))});
  return {};
}

inline std::expected<void, LogError> MemoryLog::sync() {
  if (!disk_.sync_error.empty()) return std::unexpected(LogError{disk_.sync_error});
  disk_.synced = disk_.records.size();
  ++disk_.syncs;
  return {};
}

inline std::expected<void, LogError> MemoryLog::write_mark(Bytes mark) {
  if (!disk_.sync_error.empty()) return std::unexpected(LogError{disk_.sync_error});
  disk_.mark = as_text(mark);
  ++disk_.marks;
  return {};
}

inline std::expected<void, LogError> MemoryLog::read(std::uint64_t first, Visitor& visitor) {
  for (const Record& record : disk_.records) {
    if (record.number < first) continue;
    if (!visitor.visit(record.number, as_bytes(record.bytes))) break;
  }
  return {};
}

inline std::expected<void, LogError> MemoryLog::trim(std::uint64_t number) {
  const auto end =
      std::ranges::find_if(disk_.records, [&](const Record& r) { return r.number >= number; });
  const auto count = static_cast<std::size_t>(end - disk_.records.begin());
  disk_.records.erase(disk_.records.begin(), end);
  disk_.synced -= std::min(disk_.synced, count);
  std::erase_if(disk_.notes, [&](const Record& r) { return r.number < number; });
  return {};
}

inline std::expected<void, LogError> MemoryLog::cut(std::uint64_t number) {
  std::erase_if(disk_.records, [&](const Record& r) { return r.number >= number; });
  std::erase_if(disk_.notes, [&](const Record& r) { return r.number >= number; });
  disk_.synced = disk_.records.size();
  return {};
}

inline std::expected<void, LogError> MemoryLog::write_note(std::uint64_t number, Bytes note) {
  disk_.notes.push_back({number, std::string(as_text(note))});
  return {};
}

inline std::expected<void, LogError> MemoryLog::read_notes(Visitor& visitor) {
  for (const Record& note : disk_.notes)
    if (!visitor.visit(note.number, as_bytes(note.bytes))) break;
  return {};
}

inline std::size_t MemoryLog::unsynced_bytes() const {
  std::size_t bytes = 0;
  for (std::size_t i = disk_.synced; i < disk_.records.size(); ++i)
    bytes += disk_.records[i].bytes.size();
  return bytes;
}

inline void MemoryLog::crash(std::size_t kept_bytes) {
  for (std::size_t i = disk_.synced; i < disk_.records.size(); ++i) {
    std::string& bytes = disk_.records[i].bytes;
    const std::size_t kept = std::min(kept_bytes, bytes.size());
    kept_bytes -= kept;
    bytes.resize(kept);
    if (kept == 0) {
      disk_.records.resize(i);
      break;
    }
  }
  disk_.synced = disk_.records.size();
}

}  // namespace lessor::lease
