#pragma once
// Commands to a running relay, over a UNIX socket in Kea's envelope: relay-status, relay-metrics,
// config-reload, version-get, list-commands.

#include "cli/relay/relay_report.h"
#include "control/envelope.h"
#include "runtime/unix_server.h"

#include <expected>
#include <memory>

namespace lessor::cli {

/// What commands act on. Called on the control thread; may wait for the packet thread.
class RelayTarget {
 public:
  /// The error is a sentence.
  [[nodiscard]] virtual std::expected<RelayReport, std::string> report() = 0;
  [[nodiscard]] virtual std::expected<std::string, std::string> reload() = 0;

 protected:
  ~RelayTarget() = default;
};

/// Listens from listen() on, answers from start() on, removes the socket at its end.
class RelayControl final : private runtime::StreamRequestHandler {
 public:
  [[nodiscard]] static runtime::Result<std::unique_ptr<RelayControl>> listen(
      const std::string& path, RelayTarget& target);
  [[nodiscard]] runtime::Result<void> start() { return server_->start(); }

 private:
  explicit RelayControl(RelayTarget& target) : target_(target) {}
  [[nodiscard]] std::unique_ptr<runtime::StreamRequestReader> reader(
      runtime::StreamPeer& peer) override;
  [[nodiscard]] runtime::StreamReply answer(std::string_view request,
                                            const runtime::StreamPeer& peer) override;
  [[nodiscard]] std::string too_long(std::size_t max_request_bytes) override;
  [[nodiscard]] control::Answer answer_to(std::string_view request, bool may_change);
  [[nodiscard]] control::Answer execute(std::string_view request, bool may_change);

  RelayTarget& target_;
  std::unique_ptr<runtime::StreamServer> server_;
};

}  // namespace lessor::cli
