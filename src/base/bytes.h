#pragma once
// Byte views, big-endian loads and stores, and the two sticky cursors that read and write wire
// formats. Must not know: DHCP, sockets, time.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace lessor {

/// Borrowed bytes, read only. Whoever hands them out says how long they live.
using Bytes = std::span<const std::byte>;
/// Borrowed bytes that the callee may fill.
using MutableBytes = std::span<std::byte>;

/// Views text as bytes and bytes as text; no copy, no terminator.
[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Copies `from` to the front of `to`. Precondition: `to` is at least as long. The project's one
/// memcpy of bytes.
inline void copy_bytes(MutableBytes to, Bytes from) {
  if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
}
[[nodiscard]] inline bool equal_bytes(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

[[nodiscard]] constexpr std::uint8_t load_u8(const std::byte* p) {
  return static_cast<std::uint8_t>(*p);
}
[[nodiscard]] constexpr std::uint16_t load_be16(const std::byte* p) {
  return static_cast<std::uint16_t>(load_u8(p) << 8 | load_u8(p + 1));
}
[[nodiscard]] constexpr std::uint32_t load_be32(const std::byte* p) {
  return static_cast<std::uint32_t>(load_be16(p)) << 16 | load_be16(p + 2);
}
[[nodiscard]] constexpr std::uint64_t load_be64(const std::byte* p) {
  return static_cast<std::uint64_t>(load_be32(p)) << 32 | load_be32(p + 4);
}
constexpr void store_u8(std::byte* p, std::uint8_t v) { *p = static_cast<std::byte>(v); }
constexpr void store_be16(std::byte* p, std::uint16_t v) {
  store_u8(p, static_cast<std::uint8_t>(v >> 8));
  store_u8(p + 1, static_cast<std::uint8_t>(v));
}
constexpr void store_be32(std::byte* p, std::uint32_t v) {
  store_be16(p, static_cast<std::uint16_t>(v >> 16));
  store_be16(p + 2, static_cast<std::uint16_t>(v));
}
constexpr void store_be64(std::byte* p, std::uint64_t v) {
  store_be32(p, static_cast<std::uint32_t>(v >> 32));
  store_be32(p + 4, static_cast<std::uint32_t>(v));
}

/// Reads a wire format front to back. Sticky: after one read past the end every read yields zero or
/// empty and ok() is false, so a caller reads ten fields and asks once.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return has(1) ? load_u8(advance(1)) : std::uint8_t{0}; }
  std::uint16_t be16() { return has(2) ? load_be16(advance(2)) : std::uint16_t{0}; }
  std::uint32_t be32() { return has(4) ? load_be32(advance(4)) : 0U; }
  std::uint64_t be64() { return has(8) ? load_be64(advance(8)) : 0U; }
  /// The next `count` bytes as a view into the input; empty after a failure.
  Bytes bytes(std::size_t count) { return has(count) ? Bytes(advance(count), count) : Bytes(); }
  /// Everything not yet read.
  Bytes rest() { return bytes(remaining()); }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] std::size_t remaining() const { return ok_ ? bytes_.size() - offset_ : 0; }
  /// True when every byte was read and nothing failed.
  [[nodiscard]] bool finished() const { return ok_ && offset_ == bytes_.size(); }

 private:
  bool has(std::size_t count) {
    ok_ = ok_ && bytes_.size() - offset_ >= count;
    return ok_;
  }
  const std::byte* advance(std::size_t count) {
    const std::byte* at = bytes_.data() + offset_;
    offset_ += count;
    return at;
  }

  Bytes bytes_;
  std::size_t offset_ = 0;
  bool ok_ = true;
};

/// Writes a wire format front to back into the caller's buffer. Sticky: a write that does not fit
/// writes nothing and makes ok() false for good.
class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes room) : room_(room) {}

  void u8(std::uint8_t v) {
    if (fits(1)) store_u8(advance(1), v);
  }
  void be16(std::uint16_t v) {
    if (fits(2)) store_be16(advance(2), v);
  }
  void be32(std::uint32_t v) {
    if (fits(4)) store_be32(advance(4), v);
  }
  void be64(std::uint64_t v) {
    if (fits(8)) store_be64(advance(8), v);
  }
  void bytes(Bytes from) {
    if (fits(from.size())) {
      std::byte* at = advance(from.size());
      copy_bytes({at, from.size()}, from);
    }
  }
  /// Room for the next `count` bytes, for the caller to fill; empty after a failure. One check for
  /// what is written as a whole.
  [[nodiscard]] MutableBytes claim(std::size_t count) {
    return fits(count) ? MutableBytes(advance(count), count) : MutableBytes();
  }
  void zeros(std::size_t count) {
    if (fits(count) && count > 0) std::memset(advance(count), 0, count);
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t room() const { return ok_ ? room_.size() - size_ : 0; }
  /// What was written so far.
  [[nodiscard]] MutableBytes written() const { return room_.first(size_); }

 private:
  bool fits(std::size_t count) {
    ok_ = ok_ && room_.size() - size_ >= count;
    return ok_;
  }
  std::byte* advance(std::size_t count) {
    std::byte* at = room_.data() + size_;
    size_ += count;
    return at;
  }

  MutableBytes room_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace lessor
