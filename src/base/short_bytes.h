#pragma once
// A byte string with its storage inside and a fixed limit: for identifiers that outlive their
// packet.

#include "base/bytes.h"

#include <array>

namespace lessor {

/// Up to Capacity bytes held by value (Capacity <= 255). Longer input is cut by `assign`, which
/// says so.
template <std::size_t Capacity>
class ShortBytes {
  static_assert(Capacity <= 255);

 public:
  ShortBytes() = default;
  explicit ShortBytes(Bytes bytes) { (void)assign(bytes); }

  /// Copies `bytes`; false when they were too long and the tail was cut.
  [[nodiscard]] bool assign(Bytes bytes) {
    const std::size_t size = bytes.size() < Capacity ? bytes.size() : Capacity;
    copy_bytes(storage_, bytes.first(size));
    size_ = static_cast<std::uint8_t>(size);
    return size == bytes.size();
  }
  [[nodiscard]] Bytes bytes() const { return {storage_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  friend bool operator==(const ShortBytes& a, const ShortBytes& b) {
    return equal_bytes(a.bytes(), b.bytes());
  }

 private:
  std::array<std::byte, Capacity> storage_;  // the first size_ of them mean something
  std::uint8_t size_ = 0;
};

}  // namespace lessor
