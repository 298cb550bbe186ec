#pragma once
// Steps of an order, told as they are taken, or told only. Must not know: what they are.

#include "runtime/system_error.h"

#include <functional>
#include <string>
#include <utility>

namespace lessor::host {

/// Every change of the host goes through one of these, so that a test run tells exactly what a real
/// one would do.
class Steps {
 public:
  using Say = std::function<void(const std::string& text, bool trouble)>;
  Steps(bool test, Say say) : test_(test), say_(std::move(say)) {}

  /// Tells of the step ("add 192.0.2.10/24 to eth0 for 1h") and takes it; in a test only tells.
  /// A failure is told as trouble. Returns whether it worked, or would be tried.
  template <typename Act>
  bool take(const std::string& what, Act&& act) const {
    const auto done = attempt(what, std::forward<Act>(act));
    if (!done) trouble(done.error());
    return done.has_value();
  }
  /// The same, the failure left to the caller.
  template <typename Act>
  [[nodiscard]] runtime::Result<void> attempt(const std::string& what, Act&& act) const {
    if (test_) {
      say_("would " + what, false);
      return {};
    }
    runtime::Result<void> done = std::forward<Act>(act)();
    if (done) say_(what, false);
    return done;
  }
  void say(const std::string& text) const { say_(text, false); }
  void trouble(const runtime::SystemError& error) const { say_(to_string(error), true); }
  [[nodiscard]] bool is_test() const { return test_; }

 private:
  bool test_;
  Say say_;
};

}  // namespace lessor::host
