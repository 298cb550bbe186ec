#include "cli/drop_limiter.h"

#include <algorithm>

namespace lessor::cli {

bool DropLimiter::admit(server::v4::Reason reason, Instant now) {
  Window& window = windows_[static_cast<std::size_t>(reason)];
  // Lines held back keep a window that is over open until tell_due() has told them.
  if (window.open && (now < window.ends || window.held_back > 0)) {
    ++window.held_back;
    return false;
  }
  window = {.open = true, .ends = now + kWindow, .held_back = 0};
  return true;
}

bool DropLimiter::holds_back() const {
  return std::ranges::any_of(windows_, [](const Window& w) { return w.held_back > 0; });
}

void DropLimiter::tell_due(Instant now, const std::function<void(std::string)>& say) {
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    Window& window = windows_[i];
    if (!window.open || now < window.ends) continue;
    if (window.held_back > 0) {
      const auto reason = static_cast<server::v4::Reason>(i);
      say(std::to_string(window.held_back) + " more messages not answered: " +
          std::string(to_string(reason)) + " reason=" + std::string(name_of(reason)));
    }
    window = {};
  }
}

}  // namespace lessor::cli
