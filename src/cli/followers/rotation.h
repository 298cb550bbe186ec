#pragma once
// Which file of a legal log time belongs to: names as Kea gives them. Must not know: files on the
// disk, clocks.

#include "config/lease_followers.h"

#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lessor::cli {

/// Names the files of one legal log: BASE.CCYYMMDD.txt, or BASE.T and 20 digits of seconds since
/// 1970. Days begin where the host is.
class Rotation {
 public:
  explicit Rotation(const config::LegalLog& log)
      : base_(log.base_name), unit_(log.unit), count_(log.count) {}

  /// The tag of a file that is begun at `at`: "20261126", "T00000000001774000000".
  [[nodiscard]] std::string tag_of(std::time_t at) const;
  [[nodiscard]] std::string name_of(std::string_view tag) const;
  /// Whether what is written at `at` goes to the file of this tag: not when its time is over, nor
  /// when it was begun by a clock that was ahead.
  [[nodiscard]] bool is_current(std::string_view tag, std::time_t at) const;
  /// The tag of the newest of these files that is one of this log and not of a time to come;
  /// nothing when none is.
  [[nodiscard]] std::optional<std::string> newest(std::span<const std::string> names,
                                                  std::time_t at) const;

 private:
  [[nodiscard]] bool is_tag(std::string_view tag) const;
  [[nodiscard]] bool is_to_come(std::string_view tag, std::time_t at) const;

  std::string base_;
  config::LegalLog::Unit unit_;
  std::uint32_t count_;
};

}  // namespace lessor::cli
