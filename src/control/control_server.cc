#include "control/control_server.h"

#include "control/command_reader.h"
#include "control/commands.h"
#include "control/limits.h"
#include "runtime/unix_client.h"

#include <cerrno>

namespace lessor::control {
namespace {

/// The socket's mode lets its group connect: to look. Changing takes root or the server's own user.
Access access_of(const runtime::StreamPeer& peer) {
  return peer.owner ? Access::write : Access::read;
}

}  // namespace

runtime::Result<std::unique_ptr<ControlServer>> ControlServer::listen(const std::string& path,
                                                                      Target& target) {
  std::unique_ptr<ControlServer> control(new ControlServer(target));
  auto server = runtime::serve_unix(path,
                                    {.max_request_bytes = kMaxRequestBytes,
                                     .max_connections = kMaxConnections,
                                     .patience = kIdleLimit},
                                    *control);
  if (!server) return std::unexpected(server.error());
  control->server_ = std::move(*server);
  return control;
}

std::unique_ptr<runtime::StreamRequestReader> ControlServer::reader(runtime::StreamPeer&) {
  return command_reader();
}

runtime::StreamReply ControlServer::answer(std::string_view request,
                                           const runtime::StreamPeer& peer) {
  return {.text = write_answer(execute_one(target_, request, access_of(peer)))};
}

std::string ControlServer::too_long(std::size_t max_request_bytes) {
  return write_answer(
      {Result::error,
       "the command is larger than " + std::to_string(max_request_bytes) + " octets",
       {}});
}

runtime::Result<Answer> ask(const std::string& path, std::string_view command,
                            std::string_view arguments) {
  const auto text = runtime::ask_unix(path, write_request(command, arguments), kAskPatience);
  if (!text) return std::unexpected(text.error());
  if (text->empty()) {
    return std::unexpected(
        runtime::SystemError{.attempted = "get an answer from " + path,
                             .number = ECONNRESET,
                             .reason = "the server closed the connection without one",
                             .hint = "it may be stopping, or talking to too many others"});
  }
  auto answer = read_answer(*text);
  if (!answer)
    return std::unexpected(runtime::refusal("read an answer from " + path, answer.error()));
  return std::move(*answer);
}

}  // namespace lessor::control
