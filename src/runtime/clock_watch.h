#pragma once
// Notices what a monotonic deadline does not: that the wall clock was set, and that the machine has
// slept.

#include "base/time.h"
#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

namespace lessor::runtime {

/// Watched by an EventLoop: readable when the clock was set or the machine woke up.
class ClockWatch {
 public:
  struct Change {
    Duration stepped;  ///< how far the wall clock was set forward (back: negative)
    Duration slept;    ///< how long the machine slept
    /// Less than this is a clock being disciplined, or a moment's standstill.
    [[nodiscard]] bool has_stepped() const {
      return stepped >= Duration::seconds(1) || stepped <= Duration::seconds(-1);
    }
    [[nodiscard]] bool has_slept() const { return slept >= Duration::seconds(1); }
  };

  [[nodiscard]] static Result<ClockWatch> open();
  [[nodiscard]] int fd() const { return timer_.get(); }
  /// What has changed since the last call.
  [[nodiscard]] Change take();

 private:
  explicit ClockWatch(FileDescriptor timer);
  void arm();

  FileDescriptor timer_;
  Duration wall_ahead_;   // of the clock that counts suspend
  Duration total_sleep_;  // since boot
};

}  // namespace lessor::runtime
