#pragma once
// FolderLock: one process serves a lease folder. Must not know: what is in it.

#include "lease/log.h"

#include <string>

namespace lessor::store {

/// Held as long as it lives; the kernel lets go of it when the process ends, however it ends.
class FolderLock {
 public:
  /// Locks `folder` by the file "lock" in it, which then holds this process's id. The error names
  /// the process that holds it.
  [[nodiscard]] static std::expected<FolderLock, lease::LogError> take(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace lessor::store
