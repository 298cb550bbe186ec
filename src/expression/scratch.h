#pragma once
// Room for what the functions of one evaluation make: a fixed buffer, filled front to back. Must
// not know: functions.

#include "base/bytes.h"
#include "expression/limits.h"

#include <array>
#include <string_view>

namespace lessor::expression {

/// Sticky: what does not fit is left out, and ok() is false until clear(). Made once by who
/// evaluates, and used for packet after packet.
class Scratch {
 public:
  void clear() {
    size_ = 0;
    begun_ = 0;
    ok_ = true;
  }
  /// From here on a new value is put together.
  void begin() { begun_ = size_; }
  void put(std::byte octet) {
    if (size_ < kScratchSize) {
      octets_[size_++] = octet;
    } else {
      ok_ = false;
    }
  }
  void put(char c) { put(static_cast<std::byte>(c)); }
  void put(Bytes octets) {
    if (octets.size() > kScratchSize - size_) {
      ok_ = false;
      return;
    }
    copy_bytes(MutableBytes(octets_).subspan(size_, octets.size()), octets);
    size_ += octets.size();
  }
  void put(std::string_view text) { put(as_bytes(text)); }
  /// Decimal, with zeros in front up to `digits`.
  void put_number(std::uint32_t value, std::size_t digits = 1);
  /// Two digits, lower case.
  void put_hex(std::byte octet);
  /// What was put since begin(). Valid until clear().
  [[nodiscard]] Bytes made() const { return Bytes(octets_).subspan(begun_, size_ - begun_); }
  [[nodiscard]] bool ok() const { return ok_; }
  /// The texts that wait for their functions; here, so that nobody has to clear them first.
  [[nodiscard]] std::array<Bytes, kMaxStack>& stack() { return stack_; }

 private:
  std::array<Bytes, kMaxStack> stack_;
  std::array<std::byte, kScratchSize> octets_;
  std::size_t size_ = 0;
  std::size_t begun_ = 0;
  bool ok_ = true;
};

}  // namespace lessor::expression
