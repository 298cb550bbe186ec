#include "runtime/cpu_time.h"

#include <ctime>

namespace lessor::runtime {

Duration process_cpu_time() {
  timespec used{};
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return Duration::seconds(used.tv_sec) + Duration::nanoseconds(used.tv_nsec);
}

}  // namespace lessor::runtime
