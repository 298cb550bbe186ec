#pragma once
// A long line between two interfaces of one network namespace: frames are carried from the near end
// to the far end after a delay, and back at once. In user space, because not every kernel brings
// the queueing discipline that does it.

#include "base/time.h"
#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <string>

namespace lessor::runtime {

/// Both ends open; carries nothing before carry().
class DelayLine {
 public:
  [[nodiscard]] static Result<DelayLine> open(const std::string& near, const std::string& far,
                                              Duration delay);
  /// Carries frames until an end breaks; returns errno. For a process of its own.
  [[nodiscard]] int carry() const;

 private:
  DelayLine(FileDescriptor near, FileDescriptor far, Duration delay)
      : near_(std::move(near)), far_(std::move(far)), delay_(delay) {}
  FileDescriptor near_;
  FileDescriptor far_;
  Duration delay_;
};

}  // namespace lessor::runtime
