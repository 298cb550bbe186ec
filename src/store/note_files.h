#pragma once
// NoteFiles: short notes about log records, appended to files of about 1 MB in the lease folder and
// dropped with the records. Damage to one file does not reach the other, so they tell what a
// damaged log has lost. Must not know: what a note says.

#include "base/bytes.h"
#include "lease/log.h"

#include <string>
#include <vector>

namespace lessor::store {

/// One thread. A note: crc32c (4, of all that follows), size (4), number (8), octets.
class NoteFiles {
 public:
  explicit NoteFiles(std::string folder) : folder_(std::move(folder)) {}
  NoteFiles(const NoteFiles&) = delete;
  NoteFiles& operator=(const NoteFiles&) = delete;
  ~NoteFiles();

  /// Buffers a note; numbers rise.
  void append(std::uint64_t number, Bytes note);
  /// Hands what is buffered to the kernel: it survives the process.
  [[nodiscard]] std::expected<void, lease::LogError> write();
  /// Makes what was written survive the machine.
  [[nodiscard]] std::expected<void, lease::LogError> flush();
  /// Removes files whose notes are all about records below `number`.
  [[nodiscard]] std::expected<void, lease::LogError> trim(std::uint64_t number);
  /// Hands out every whole note. A damaged one ends its file.
  [[nodiscard]] std::expected<void, lease::LogError> read(lease::Log::Visitor& visitor) const;

 private:
  [[nodiscard]] std::vector<std::string> files() const;
  [[nodiscard]] std::expected<void, lease::LogError> open_next();
  [[nodiscard]] lease::LogError error(const char* what, const std::string& path) const;
  void close();

  std::string folder_;
  std::vector<std::byte> buffer_;
  std::uint64_t buffer_first_ = 0;  // the first buffered note's number
  int descriptor_ = -1;             // of the newest file
  std::string path_;
  std::size_t size_ = 0;
};

}  // namespace lessor::store
