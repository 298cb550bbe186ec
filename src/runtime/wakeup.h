#pragma once
// A doorbell between threads: any thread rings, one loop listens (eventfd).

#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

namespace lessor::runtime {

/// Readable after ring() until drain(). Rings between two drains count as one.
class Wakeup {
 public:
  [[nodiscard]] static Result<Wakeup> open();

  /// From any thread; never blocks.
  void ring() const;
  void drain() const;
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  explicit Wakeup(FileDescriptor fd) : fd_(std::move(fd)) {}
  FileDescriptor fd_;
};

}  // namespace lessor::runtime
