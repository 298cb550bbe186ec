#include "runtime/wakeup.h"

#include <cstdint>
#include <sys/eventfd.h>

namespace lessor::runtime {

Result<Wakeup> Wakeup::open() {
  FileDescriptor fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd.is_open()) return std::unexpected(last_error("open an eventfd"));
  return Wakeup(std::move(fd));
}

void Wakeup::ring() const {
  const std::uint64_t one = 1;
  // It fails only when the count is at its maximum: then it has been rung enough.
  (void)!::write(fd_.get(), &one, sizeof one);
}

void Wakeup::drain() const {
  std::uint64_t count = 0;
  (void)!::read(fd_.get(), &count, sizeof count);
}

}  // namespace lessor::runtime
