#pragma once
// Keeps strangers from flooding the log. Of messages not answered for one reason, the first in ten
// seconds gets a line; of answers that promise nothing (DHCPOFFER, DHCPNAK ...), the first
// thousand. The rest are counted and told in one line afterwards. What happens to leases is always
// told: the disk bounds it.

#include "base/time.h"
#include "server/v4/events.h"

#include <array>
#include <functional>
#include <string>

namespace lessor::cli {

/// One thread.
class LineLimiter {
 public:
  static constexpr Duration kWindow = Duration::seconds(10);
  static constexpr std::uint64_t kAnswersInWindow = 1'000;

  /// Whether a line for `event` is due; otherwise it is counted.
  [[nodiscard]] bool admit(const server::v4::Event& event, Instant now);
  /// Whether tell_due() will have something to say.
  [[nodiscard]] bool holds_back() const;
  /// Calls `say` with one sentence for each window that has ended with lines held back.
  void tell_due(Instant now, const std::function<void(std::string)>& say);

 private:
  struct Window {
    bool open = false;
    Instant ends;
    std::uint64_t admitted = 0;
    std::uint64_t held_back = 0;
  };
  static bool admit(Window& window, std::uint64_t allowance, Instant now);
  /// Ends a window that is due; how many lines it held back.
  static std::uint64_t end(Window& window, Instant now);

  std::array<Window, server::v4::kReasons> silences_{};
  std::array<Window, server::v4::kEventKinds> answers_{};
};

}  // namespace lessor::cli
