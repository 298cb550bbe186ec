#pragma once
// An array of fixed size that is read all over the place: in huge pages when it is large. Must not
// know: what is in it.

#include "base/huge_pages.h"

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace lessor::load {

/// `size` values, each as its type begins. No heap after construction.
template <typename T>
class BigArray {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit BigArray(std::size_t size) : size_(size), huge_(size * sizeof(T) >= kHugePage) {
    void* const memory = huge_ ? allocate_huge_pages(whole_pages(size * sizeof(T)))
                               : ::operator new(size * sizeof(T), std::align_val_t(alignof(T)));
    values_ = static_cast<T*>(memory);
    std::uninitialized_value_construct_n(values_, size);
  }
  ~BigArray() {
    if (huge_) {
      free_huge_pages(values_);
    } else {
      ::operator delete(values_, std::align_val_t(alignof(T)));
    }
  }
  BigArray(const BigArray&) = delete;
  BigArray& operator=(const BigArray&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] T& operator[](std::size_t i) { return values_[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const { return values_[i]; }

 private:
  static std::size_t whole_pages(std::size_t octets) {
    return (octets + kHugePage - 1) / kHugePage * kHugePage;
  }

  std::size_t size_;
  bool huge_;
  T* values_ = nullptr;
};

}  // namespace lessor::load
