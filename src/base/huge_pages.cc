#include "base/huge_pages.h"

#include "base/check.h"

#include <sys/mman.h>

#include <cstdlib>

namespace lessor {

void* allocate_huge_pages(std::size_t size) {
  const std::size_t unit = size < kWorthHugePage ? kCacheLine : kHugePage;
  const std::size_t whole = (size + unit - 1) / unit * unit;
  void* const memory = std::aligned_alloc(unit, whole);
  CHECK(memory != nullptr);
  if (unit == kHugePage) {
    (void)::madvise(memory, whole, MADV_HUGEPAGE);  // refused: small pages do, more slowly
  }
  return memory;
}

void free_huge_pages(void* memory) { std::free(memory); }

}  // namespace lessor
