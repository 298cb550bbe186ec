#pragma once
// A datagram kept whole beyond its receive slot. Must not know: why it waits.

#include "base/bytes.h"
#include "net/datagram.h"

#include <array>

namespace lessor::server::v4 {

/// A copy of one datagram of at most kLimit octets.
template <std::size_t kLimit>
class KeptDatagram {
 public:
  /// Keeps a copy; false when it is too long.
  [[nodiscard]] bool keep(const net::Datagram& in) {
    if (in.payload.size() > bytes_.size()) return false;
    copy_bytes(bytes_, in.payload);
    size_ = in.payload.size();
    in_ = in;
    in_.payload = {};
    return true;
  }
  /// As it came. Valid while this object lives unchanged.
  [[nodiscard]] net::Datagram datagram() const {
    net::Datagram in = in_;
    in.payload = Bytes(bytes_.data(), size_);
    return in;
  }

 private:
  net::Datagram in_;
  std::size_t size_ = 0;
  std::array<std::byte, kLimit> bytes_;
};

}  // namespace lessor::server::v4
