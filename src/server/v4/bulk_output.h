#pragma once
// What is still to be sent on one connection: whole messages behind their length (RFC 6926 6.1), in
// a room of fixed size. Must not know: what they say.

#include "base/bytes.h"

#include <memory>

namespace lessor::server::v4 {

class BulkOutput {
 public:
  /// Octets that are not sent yet, at most: some hundred answers.
  static constexpr std::size_t kCapacity = 65'536;
  /// The longest answer.
  static constexpr std::size_t kMaxMessage = 1'472;

  BulkOutput() : room_(std::make_unique<std::byte[]>(kCapacity)) {}

  /// Whether there is room for one more message, however long.
  [[nodiscard]] bool has_room() const { return kCapacity - end_ >= 2 + kMaxMessage; }
  /// Where the next message goes. Precondition: has_room().
  [[nodiscard]] MutableBytes next() { return {room_.get() + end_ + 2, kMaxMessage}; }
  /// It has so many octets.
  void add(std::size_t size) {
    store_be16(room_.get() + end_, static_cast<std::uint16_t>(size));
    end_ += 2 + size;
  }

  /// What is to be sent. Valid until the next call of anything else.
  [[nodiscard]] Bytes waiting() const { return {room_.get() + begin_, end_ - begin_}; }
  /// So many octets of it were.
  void sent(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }

 private:
  std::unique_ptr<std::byte[]> room_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace lessor::server::v4
