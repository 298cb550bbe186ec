#pragma once
// MarkFile: one small record that is replaced often and is never torn: two slots, written in turn,
// each with its own count and checksum. Must not know: what the record means.

#include "base/bytes.h"
#include "lease/log.h"

#include <string>

namespace lessor::store {

/// The longest record a slot holds, in octets.
inline constexpr std::size_t kMarkLimit = 128;

/// One file. A crash in the middle of write() leaves the record before it.
class MarkFile {
 public:
  /// Opens `path`, making it when `writable` and missing. A missing file that is only read counts
  /// as empty.
  [[nodiscard]] static std::expected<MarkFile, lease::LogError> open(std::string path,
                                                                     bool writable);
  MarkFile(MarkFile&& other) noexcept;
  MarkFile& operator=(MarkFile&&) = delete;
  ~MarkFile();

  /// Replaces the record; durable when it returns. At most kMarkLimit octets.
  [[nodiscard]] std::expected<void, lease::LogError> write(Bytes record);
  /// Whether the file system still takes changes. While one gives up, as ext4 does at an error of
  /// its own, flushes succeed that flushed nothing: what they were to flush is there if this
  /// succeeds after them.
  [[nodiscard]] std::expected<void, lease::LogError> check_disk_alive() const;
  /// The newest whole record; empty when none was ever written. Two damaged slots are an error.
  [[nodiscard]] std::expected<std::string, lease::LogError> read();

 private:
  MarkFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  [[nodiscard]] lease::LogError error(const char* what) const;

  std::string path_;
  int descriptor_;
  std::uint64_t count_ = 0;  // of the newest slot; the next write goes to the other
};

}  // namespace lessor::store
