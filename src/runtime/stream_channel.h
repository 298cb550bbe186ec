#pragma once
// One connection of a stream server, whatever it runs over. Must not know: what passes.

#include "runtime/file_descriptor.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace lessor::runtime {

/// What came of reading or writing without waiting.
struct StreamProgress {
  enum class State {
    moved,       ///< `octets` passed
    wait_read,   ///< nothing yet; again when the descriptor can be read
    wait_write,  ///< nothing yet; again when it can be written
    ended,       ///< the peer has closed his writing side
    failed,
  };
  State state = State::failed;
  std::size_t octets = 0;
};

/// Never blocks.
class StreamChannel {
 public:
  virtual ~StreamChannel() = default;
  [[nodiscard]] virtual int fd() const = 0;
  [[nodiscard]] virtual StreamProgress read(std::span<char> room) = 0;
  [[nodiscard]] virtual StreamProgress write(std::string_view text) = 0;
  /// Says that nothing more is written. False: the peer is gone.
  [[nodiscard]] virtual bool finish() = 0;
};

/// The octets as they are. `fd` is a connected stream socket that does not block.
[[nodiscard]] std::unique_ptr<StreamChannel> plain_channel(FileDescriptor fd);

}  // namespace lessor::runtime
