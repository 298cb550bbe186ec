#include "base/huge_pages.h"

#include "base/check.h"

#include <sys/mman.h>

#include <cstdlib>

namespace lessor {

void* allocate_huge_pages(std::size_t size) {
  CHECK(size % kHugePage == 0);
  void* const memory = std::aligned_alloc(kHugePage, size);
  CHECK(memory != nullptr);
  (void)::madvise(memory, size, MADV_HUGEPAGE);  // refused: small pages do, more slowly
  return memory;
}

void free_huge_pages(void* memory) { std::free(memory); }

}  // namespace lessor
