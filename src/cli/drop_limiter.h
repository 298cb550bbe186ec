#pragma once
// Keeps silence from flooding the log: of messages not answered for one reason, the first in ten
// seconds gets a line, the rest are counted and told in one line afterwards.

#include "base/time.h"
#include "server/v4/reason.h"

#include <array>
#include <functional>
#include <string>

namespace lessor::cli {

/// One thread.
class DropLimiter {
 public:
  static constexpr Duration kWindow = Duration::seconds(10);

  /// Whether a line for `reason` is due; otherwise it is counted.
  [[nodiscard]] bool admit(server::v4::Reason reason, Instant now);
  /// Whether tell_due() will have something to say.
  [[nodiscard]] bool holds_back() const;
  /// Calls `say` with one sentence for each reason whose window has ended with lines held back.
  void tell_due(Instant now, const std::function<void(std::string)>& say);

 private:
  struct Window {
    bool open = false;
    Instant ends;
    std::uint64_t held_back = 0;
  };
  std::array<Window, server::v4::kReasons> windows_{};
};

}  // namespace lessor::cli
