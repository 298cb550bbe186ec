// Preloaded into the real server (LD_PRELOAD): counts what its first thread, which handles the
// packets, takes from the heap, in a file that the test reads while the server runs. Apart from the
// server's own code, so that what is counted is what runs.
#include "heap_calls.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

using Count = std::atomic<std::uint64_t>;

Count* count = nullptr;
// Within the thread's static block: looking at it allocates nothing.
__attribute__((tls_model("initial-exec"))) thread_local bool is_first_thread = false;

/// Before main(), so before the server gives up what it may do. LESSOR_TEST_HEAP names the file.
__attribute__((constructor)) void begin() {
  const char* path = std::getenv("LESSOR_TEST_HEAP");
  const int fd = path == nullptr ? -1 : ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, sizeof(Count)) != 0) std::abort();
  void* room = ::mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (room == MAP_FAILED) std::abort();
  count = static_cast<Count*>(room);
  is_first_thread = true;
}

}  // namespace

void note_heap_call() {
  if (is_first_thread) count->fetch_add(1, std::memory_order_relaxed);
}
