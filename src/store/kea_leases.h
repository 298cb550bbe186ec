#pragma once
// What Kea's lease files say together: the last word on each address. Kea writes a line for every
// change; a later line of a later file takes the place of an earlier one. Must not know: files.

#include "store/lease_csv.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lessor::store {

/// Lines in, leases out.
class KeaLeases {
 public:
  /// Octets of a line; a user-context may be long.
  static constexpr std::size_t kMaxLine = 65'536;

  struct Counts {
    std::size_t lines = 0;     ///< without headings and empty ones
    std::size_t deleted = 0;   ///< that say that a lease was deleted
    std::size_t left_out = 0;  ///< that are no lease
  };

  /// The next line is a file's heading; `name` is for messages.
  void begin_file(std::string name);
  /// A line without its end.
  void take_line(std::string_view line);

  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// Leases that there are after all.
  [[nodiscard]] std::size_t size() const { return last_.size(); }
  /// What is wrong with the first line that was left out: its file, its number and a sentence that
  /// repeats nothing of it. Empty when all is well.
  [[nodiscard]] const std::string& first_trouble() const { return trouble_; }
  /// Calls visit for each lease, in no order; it is borrowed for the call.
  void for_each(const std::function<void(const lease::Lease&)>& visit) const;

 private:
  struct Line {
    std::size_t reader = 0;  ///< which heading it stands under
    std::string text;
  };
  void leave_out(std::string_view why);

  std::string file_;
  std::size_t number_ = 0;
  std::vector<LeaseCsvReader> readers_;
  bool heading_is_next_ = false;
  bool is_readable_ = false;
  std::unordered_map<std::uint32_t, Line> last_;
  Counts counts_;
  std::string trouble_;
};

}  // namespace lessor::store
