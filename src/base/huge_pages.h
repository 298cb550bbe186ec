#pragma once
// Memory that is large and read all over the place: in huge pages, of which a processor remembers
// where they are, where it forgets small ones (and under a hypervisor pays twice for it).

#include <cstddef>

namespace lessor {

/// What the usual huge page takes; smaller pieces are in none.
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// `size` octets; where they fill a huge page, in whole ones as far as the system gives any. Ends
/// the program when there is no memory, as operator new does without exceptions.
[[nodiscard]] void* allocate_huge_pages(std::size_t size);
/// Gives back what allocate_huge_pages() gave.
void free_huge_pages(void* memory);

}  // namespace lessor
