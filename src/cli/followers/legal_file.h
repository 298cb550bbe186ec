#pragma once
// The files of a legal log: opened, written to, and changed for the next one in time. Must not
// know: what an entry says.

#include "cli/followers/rotation.h"
#include "runtime/file_descriptor.h"

#include <ctime>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace lessor::cli {

/// The file that is written to now. For its owner only; never through a link, never one that has
/// another owner or another name besides.
class LegalFile {
 public:
  /// Goes on with the newest file of this log while its time lasts, else begins one. The error is a
  /// sentence that says what to do.
  [[nodiscard]] static std::expected<LegalFile, std::string> open(const config::LegalLog& log,
                                                                  std::time_t now);

  /// Whether it is time for another file.
  [[nodiscard]] bool is_over(std::time_t now) const { return !rotation_.is_current(tag_, now); }
  /// Takes that one in place of this. The error is a sentence; this file then stays in use.
  [[nodiscard]] std::expected<void, std::string> change(std::time_t now);

  /// Writes whole lines. How many octets were written; fewer than there are when `error()` says
  /// why. What follows a piece of a line begins on a line of its own.
  [[nodiscard]] std::size_t write(std::string_view lines);
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] std::string path() const;

 private:
  LegalFile(std::string folder, Rotation rotation)
      : folder_(std::move(folder)), rotation_(std::move(rotation)) {}
  [[nodiscard]] std::expected<void, std::string> take(const std::string& tag);

  std::string folder_;
  Rotation rotation_;
  std::string tag_;
  runtime::FileDescriptor file_;
  std::string error_;
  bool torn_ = false;  // it ends in the middle of a line
};

}  // namespace lessor::cli
