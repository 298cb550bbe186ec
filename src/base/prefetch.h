#pragma once
// Asking the memory for what will be read soon: it comes while something else is done.

#include <cstddef>
#include <cstdint>

namespace lessor {

/// Has what stands from `first` up to `end` brought into the caches.
inline void prefetch(const void* first, const void* end) {
  constexpr std::uintptr_t kCacheLine = 64;
  const auto inside = reinterpret_cast<std::uintptr_t>(first) % kCacheLine;
  const auto* at = static_cast<const std::byte*>(first) - inside;
  for (; at < static_cast<const std::byte*>(end); at += kCacheLine) __builtin_prefetch(at);
}

}  // namespace lessor
