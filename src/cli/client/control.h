#pragma once
// The UNIX socket of one interface's client: what it is asked, and asking it. Only root and the
// client's own user are heard.

#include "cli/client/words.h"
#include "cli/exit_code.h"
#include "runtime/unix_server.h"

#include <functional>
#include <memory>

namespace lessor::cli {

/// Listens from listen() on, answers from start() on.
class ClientControl final : private runtime::StreamRequestHandler {
 public:
  /// What was done, or the status as JSON; else why not, as a sentence. Called on a thread of the
  /// socket's.
  using Ask = std::function<std::expected<std::string, std::string>(ClientOrder order)>;
  [[nodiscard]] static runtime::Result<std::unique_ptr<ClientControl>> listen(
      const std::string& path, Ask ask);
  [[nodiscard]] runtime::Result<void> start() { return server_->start(); }

 private:
  explicit ClientControl(Ask ask);
  [[nodiscard]] std::unique_ptr<runtime::StreamRequestReader> reader(
      runtime::StreamPeer& peer) override;
  [[nodiscard]] runtime::StreamReply answer(std::string_view request,
                                            const runtime::StreamPeer& peer) override;
  [[nodiscard]] std::string too_long(std::size_t max_request_bytes) override;
  [[nodiscard]] std::string answer_text(std::string_view request, unsigned uid);

  Ask ask_;
  unsigned owner_;  // who started the client; it is somebody else by the time it answers
  std::unique_ptr<runtime::StreamServer> server_;
};

/// The client's answer to an order.
struct ClientAnswer {
  bool runs = false;  ///< somebody answered
  bool done = false;
  std::string text;  ///< a sentence, or the status as JSON
};
/// Asks the client behind the socket at `path`. The error is a sentence; that nobody runs is none.
[[nodiscard]] std::expected<ClientAnswer, std::string> ask_client(const std::string& path,
                                                                  ClientOrder order);

}  // namespace lessor::cli
