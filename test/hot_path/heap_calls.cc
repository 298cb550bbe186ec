#include "heap_calls.h"

#include <cstddef>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  note_heap_call();
  return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) {
  note_heap_call();
  return __libc_calloc(number, size);
}
void* realloc(void* memory, std::size_t size) {
  note_heap_call();
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note_heap_call();
  return __libc_memalign(alignment, size);
}
}
