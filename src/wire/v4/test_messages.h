#pragma once
// Messages for the tests of this folder, built octet by octet.

#include "wire/v4/message_writer.h"

#include <initializer_list>
#include <memory>
#include <vector>

namespace lessor::wire::testing {

/// A vector of its own name, so that + is found beside it.
struct Octets : std::vector<std::byte> {
  using std::vector<std::byte>::vector;
};

inline Octets octets(std::initializer_list<int> values) {
  Octets out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

inline Octets copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Code, length, value.
inline Octets option(int code, const Octets& value) {
  return octets({code, static_cast<int>(value.size())}) + value;
}
inline Octets option(int code, std::string_view text) { return option(code, copy(as_bytes(text))); }

/// A client's header with MAC c0:01:1b:69:00:00 and xid 0x1aed.
inline Header client_header() {
  Header header{.op = Op::request, .xid = 0x1aed, .flags = kBroadcastFlag};
  header.set_hardware_address({.type = kHtypeEthernet,
                               .size = 6,
                               .octets = {std::byte{0xc0}, std::byte{0x01}, std::byte{0x1b},
                                          std::byte{0x69}, std::byte{0}, std::byte{0}}});
  return header;
}

/// `header` and the cookie, then `options` as they are.
inline Octets message(const Octets& options, const Header& header = client_header()) {
  Octets room(kOptionsOffset + options.size());
  MessageWriter writer(room);
  writer.header(header);
  writer.raw(options);
  return room;
}

inline void put(Octets& into, std::size_t offset, const Octets& from) {
  copy_bytes(MutableBytes(into).subspan(offset), from);
}

/// A copy on the heap without a spare octet: a read outside is a sanitizer's finding.
class Exact {
 public:
  explicit Exact(Bytes bytes) : size_(bytes.size()), room_(new std::byte[bytes.size()]) {
    copy_bytes({room_.get(), size_}, bytes);
  }
  [[nodiscard]] Bytes bytes() const { return {room_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> room_;
};

}  // namespace lessor::wire::testing
