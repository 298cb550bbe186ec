#pragma once
// The control channel: commands over a UNIX socket, answered on a thread of their own.

#include "control/envelope.h"
#include "control/target.h"
#include "runtime/unix_server.h"

#include <memory>

namespace lessor::control {

/// Listens from listen() on, answers from start() on, removes the socket at its end.
class ControlServer final : private runtime::StreamRequestHandler {
 public:
  /// Makes the socket at `path` (0660). `target` outlives the server.
  [[nodiscard]] static runtime::Result<std::unique_ptr<ControlServer>> listen(
      const std::string& path, Target& target);
  [[nodiscard]] runtime::Result<void> start() { return server_->start(); }

 private:
  explicit ControlServer(Target& target) : target_(target) {}
  [[nodiscard]] std::unique_ptr<runtime::StreamRequestReader> reader(
      runtime::StreamPeer& peer) override;
  [[nodiscard]] runtime::StreamReply answer(std::string_view request,
                                            const runtime::StreamPeer& peer) override;
  [[nodiscard]] std::string too_long(std::size_t max_request_bytes) override;

  Target& target_;
  std::unique_ptr<runtime::StreamServer> server_;
};

/// Asks the server behind the socket at `path`. Error: nobody listens there, or no answer in time.
[[nodiscard]] runtime::Result<Answer> ask(const std::string& path, std::string_view command,
                                          std::string_view arguments = {});

}  // namespace lessor::control
