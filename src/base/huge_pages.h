#pragma once
// Memory that is large and read all over the place: in huge pages, of which a processor remembers
// where they are, where it forgets small ones (and under a hypervisor pays twice for it).

#include "base/prefetch.h"

#include <cstddef>
#include <vector>

namespace lessor {

/// What the usual huge page takes.
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;
/// Smaller pieces are in none.
inline constexpr std::size_t kWorthHugePage = kHugePage / 16;

/// `size` octets, from the beginning of a cache line; from kWorthHugePage on in huge pages, as
/// far as the system gives any. Ends the program when there is no memory, as operator new does
/// without exceptions.
[[nodiscard]] void* allocate_huge_pages(std::size_t size);
/// Gives back what allocate_huge_pages() gave.
void free_huge_pages(void* memory);

/// For containers of the standard library that are large.
template <typename T>
struct HugePages {
  using value_type = T;
  HugePages() = default;
  template <typename Other>
  explicit(false) HugePages(HugePages<Other>) {}
  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(alignof(T) <= kCacheLine);
    return static_cast<T*>(allocate_huge_pages(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t) { free_huge_pages(memory); }
  friend bool operator==(HugePages, HugePages) { return true; }
};
template <typename T>
using HugeVector = std::vector<T, HugePages<T>>;

}  // namespace lessor
