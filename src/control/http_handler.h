#pragma once
// Commands over HTTP: what a request is answered, in Kea's shape: POST, JSON, a list of one answer.
// Must not know: sockets, TLS, files.

#include "control/http_message.h"
#include "control/http_users.h"
#include "control/target.h"
#include "runtime/stream_server.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace lessor::control {

/// What a socket goes by. Whoever can connect gives commands when there are no `users`: the caller
/// sees to it that he has shown a certificate.
struct HttpSettings {
  HttpUsers users;
  std::string realm;
  std::vector<HttpField> fields;  ///< of every answer
};

/// Commands are done on the server's thread, as those of a local socket are.
class HttpHandler final : public runtime::StreamRequestHandler {
 public:
  using Clock = std::function<Instant()>;
  /// What an operator should know, a line. Called on the server's thread.
  using Tell = std::function<void(std::string)>;
  HttpHandler(Target& target, HttpSettings settings, Clock clock, Tell tell);

  /// Any thread. Who is connected already proved who he is under the settings before, and has to
  /// connect again.
  void replace(HttpSettings settings);
  /// A connection is made, and is good while the settings of this moment hold. The server's thread.
  void note_accept() { accepted_ = generation(); }
  /// Which settings hold, and which held for the latest connection. For the reader.
  [[nodiscard]] unsigned generation() const;
  [[nodiscard]] unsigned accepted() const { return accepted_; }

  [[nodiscard]] std::unique_ptr<runtime::StreamRequestReader> reader(
      runtime::StreamPeer& peer) override;
  [[nodiscard]] runtime::StreamReply answer(std::string_view request,
                                            const runtime::StreamPeer& peer) override;
  [[nodiscard]] std::string too_long(std::size_t max_request_bytes) override;
  [[nodiscard]] std::string too_late() override;

  /// Whether these credentials of `peer` are somebody's; a wrong guess is noted. For the reader.
  [[nodiscard]] bool admits(std::string_view credentials, const runtime::StreamPeer& peer);

 private:
  [[nodiscard]] HttpSettings settings() const;
  [[nodiscard]] std::string refuse(HttpStatus status, std::string_view text,
                                   std::string extra = {}) const;
  [[nodiscard]] std::string refuse_stranger(const HttpHead& head, unsigned address) const;
  [[nodiscard]] std::string refuse_head(HttpStatus status) const;
  [[nodiscard]] std::string too_long_text(std::size_t most) const;
  [[nodiscard]] std::optional<std::string> find_refusal(const HttpHead& head) const;

  Target& target_;
  Clock clock_;
  Tell tell_;
  GuessLimit guesses_;  // the server's thread, as the next
  GuessReport report_;
  unsigned accepted_ = 1;
  mutable std::mutex mutex_;
  unsigned generation_ = 1;  // guarded by it
  HttpSettings settings_;    // and so are these
};

}  // namespace lessor::control
