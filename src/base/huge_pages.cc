#include "base/huge_pages.h"

#include "base/check.h"

#include <sys/mman.h>

#include <cstdlib>

namespace lessor {

void* allocate_huge_pages(std::size_t size) {
  const bool fills_one = size >= kHugePage;
  const std::size_t whole = (size + kHugePage - 1) / kHugePage * kHugePage;
  void* const memory = fills_one ? std::aligned_alloc(kHugePage, whole) : std::malloc(size);
  CHECK(memory != nullptr);
  if (fills_one) {
    (void)::madvise(memory, whole, MADV_HUGEPAGE);  // refused: small pages do, more slowly
  }
  return memory;
}

void free_huge_pages(void* memory) { std::free(memory); }

}  // namespace lessor
