#include "cli/line_limiter.h"

#include <algorithm>

namespace lessor::cli {
namespace {

using server::v4::EventKind;

/// What anybody can cause as often as he likes, at no cost to the lease store.
bool is_cheap(EventKind kind) {
  return kind == EventKind::offer || kind == EventKind::nak || kind == EventKind::inform ||
         kind == EventKind::offer_dropped || kind == EventKind::address_in_use ||
         kind == EventKind::reservation_waiting;
}

}  // namespace

bool LineLimiter::admit(const server::v4::Event& event, Instant now) {
  if (event.kind == EventKind::drop) {
    return admit(silences_[static_cast<std::size_t>(event.reason)], 1, now);
  }
  if (!is_cheap(event.kind)) return true;
  return admit(answers_[static_cast<std::size_t>(event.kind)], kAnswersInWindow, now);
}

bool LineLimiter::admit(Window& window, std::uint64_t allowance, Instant now) {
  // Lines held back keep a window that is over open until tell_due() has told them.
  const bool over = !window.open || (now >= window.ends && window.held_back == 0);
  if (over) window = {.open = true, .ends = now + kWindow, .admitted = 0, .held_back = 0};
  if (window.admitted < allowance) {
    ++window.admitted;
    return true;
  }
  ++window.held_back;
  return false;
}

bool LineLimiter::holds_back() const {
  const auto holds = [](const Window& w) { return w.held_back > 0; };
  return std::ranges::any_of(silences_, holds) || std::ranges::any_of(answers_, holds);
}

std::uint64_t LineLimiter::end(Window& window, Instant now) {
  if (!window.open || now < window.ends) return 0;
  const std::uint64_t held_back = window.held_back;
  window = {};
  return held_back;
}

void LineLimiter::tell_due(Instant now, const std::function<void(std::string)>& say) {
  for (std::size_t i = 0; i < silences_.size(); ++i) {
    const std::uint64_t count = end(silences_[i], now);
    if (count == 0) continue;
    const auto reason = static_cast<server::v4::Reason>(i);
    say(std::to_string(count) + " more messages not answered: " + std::string(to_string(reason)) +
        " reason=" + std::string(name_of(reason)));
  }
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    const std::uint64_t count = end(answers_[i], now);
    if (count == 0) continue;
    say(std::to_string(count) +
        " more lines held back: event=" + std::string(name_of(static_cast<EventKind>(i))));
  }
}

}  // namespace lessor::cli
