#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace lessor {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "lessor: bug: %s is false at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace lessor
