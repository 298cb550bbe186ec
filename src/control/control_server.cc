#include "control/control_server.h"

#include "control/command_reader.h"
#include "control/commands.h"
#include "control/limits.h"
#include "control/object_scan.h"
#include "runtime/unix_client.h"

#include <cerrno>
#include <unistd.h>

namespace lessor::control {
namespace {

/// The socket's mode lets its group connect: to look. Changing takes root or the server's own user.
Access access_of(const runtime::UnixPeer& peer) {
  return peer.uid == 0 || peer.uid == ::geteuid() ? Access::write : Access::read;
}

}  // namespace

runtime::Result<std::unique_ptr<ControlServer>> ControlServer::listen(std::string path,
                                                                      Target& target) {
  std::unique_ptr<ControlServer> control(new ControlServer(target));
  auto server = runtime::UnixServer::listen({.path = std::move(path),
                                             .max_request_bytes = kMaxRequestBytes,
                                             .max_connections = kMaxConnections,
                                             .patience = kIdleLimit},
                                            *control);
  if (!server) return std::unexpected(server.error());
  control->server_ = std::move(*server);
  return control;
}

std::unique_ptr<runtime::UnixRequestReader> ControlServer::reader() { return command_reader(); }

std::string ControlServer::answer(std::string_view request, const runtime::UnixPeer& peer) {
  const ObjectScan scan = scan_object(request);
  if (scan.state == ObjectScan::State::complete) {
    return write_answer(execute(target_, request.substr(0, scan.end), access_of(peer)));
  }
  const bool refused = scan.state == ObjectScan::State::refused;
  return write_answer(
      {Result::error, std::string(refused ? scan.error : "the command is not whole"), {}});
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
