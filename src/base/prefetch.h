#pragma once
// Asking the memory for what will be read soon: it comes while something else is done.

#include <cstddef>

namespace lessor {

/// What the memory sends at once.
inline constexpr std::size_t kCacheLine = 64;

/// Has the line of `at` brought into the caches.
inline void prefetch(const void* at) {
  __builtin_prefetch(at);
  asm volatile("");  // else GCC sees no effect, and leaves out calls of what does only this
}

/// Has what stands from `first` up to `end` brought into the caches. Precondition: something does.
inline void prefetch(const void* first, const void* end) {
  const auto* const start = static_cast<const std::byte*>(first);
  const auto size = static_cast<std::size_t>(static_cast<const std::byte*>(end) - start);
  for (std::size_t at = 0; at < size; at += kCacheLine) prefetch(start + at);
  prefetch(start + size - 1);  // its line may begin before the next step
}

}  // namespace lessor
