#pragma once
// A raw socket for ICMP echo: asks hosts anywhere whether they are there. Must not know: who wants
// to know, and what an answer means.

#include "base/bytes.h"
#include "net/echo.h"
#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <memory>
#include <optional>

namespace lessor::runtime {

/// One thread. The kernel gives it a copy of all echo replies and of all destinations that cannot
/// be reached, whoever asked; of nothing else.
class EchoSocket {
 public:
  /// Errors: no right to it (CAP_NET_RAW).
  [[nodiscard]] static Result<EchoSocket> open();

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Sends the request as the kernel routes. False when it cannot leave: no route, a full buffer.
  [[nodiscard]] bool send(const net::EchoProbe& probe);
  /// The next IPv4 packet that came, cut to what an answer of ours is recognised by; nothing when
  /// there is none now. Valid until the next call.
  [[nodiscard]] std::optional<Bytes> next();

 private:
  static constexpr std::size_t kRoom = 256;  // two IP headers with options, two of ICMP, our data
  explicit EchoSocket(FileDescriptor fd);

  FileDescriptor fd_;
  std::unique_ptr<std::byte[]> room_;
};

}  // namespace lessor::runtime
