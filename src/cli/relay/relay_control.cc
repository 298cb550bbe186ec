#include "cli/relay/relay_control.h"

#include "cli/version.h"
#include "control/command_reader.h"
#include "control/limits.h"
#include "control/object_scan.h"

#include <unistd.h>
#include <utility>

namespace lessor::cli {
namespace {

using control::Answer;
using control::ObjectScan;
using control::Result;

Answer failure(std::string why) { return {Result::error, std::move(why), {}}; }

}  // namespace

runtime::Result<std::unique_ptr<RelayControl>> RelayControl::listen(const std::string& path,
                                                                    RelayTarget& target) {
  std::unique_ptr<RelayControl> control(new RelayControl(target));
  auto server = runtime::serve_unix(path,
                                    {.max_request_bytes = control::kMaxRequestBytes,
                                     .max_connections = control::kMaxConnections,
                                     .patience = control::kIdleLimit},
                                    *control);
  if (!server) return std::unexpected(server.error());
  control->server_ = std::move(*server);
  return control;
}

std::unique_ptr<runtime::StreamRequestReader> RelayControl::reader(runtime::StreamPeer&) {
  return control::command_reader();
}

runtime::StreamReply RelayControl::answer(std::string_view request,
                                          const runtime::StreamPeer& peer) {
  return {.text = write_answer(answer_to(request, peer.owner))};
}

/// The socket's mode lets its group connect: to look.
Answer RelayControl::answer_to(std::string_view request, bool may_change) {
  const ObjectScan scan = control::scan_object(request);
  if (scan.state == ObjectScan::State::refused) return failure(std::string(scan.error));
  if (scan.state == ObjectScan::State::more) return failure("the command is not whole");
  return execute(request.substr(0, scan.end), may_change);
}

std::string RelayControl::too_long(std::size_t max_request_bytes) {
  return write_answer(
      failure("the command is larger than " + std::to_string(max_request_bytes) + " octets"));
}

Answer RelayControl::execute(std::string_view text, bool may_change) {
  const auto request = control::read_request(text);
  if (!request) return failure(request.error());
  const std::string& command = request->command;
  if (command == "version-get") return {Result::ok, std::string("lessor ") + kVersion, {}};
  if (command == "list-commands") {
    return {
        Result::ok,
        {},
        R"(["config-reload", "list-commands", "relay-metrics", "relay-status", "version-get"])"};
  }
  if (command == "config-reload") {
    if (!may_change) return failure("config-reload: only root and the relay's own user may");
    auto done = target_.reload();
    return done ? Answer{Result::ok, *done, {}} : failure(done.error());
  }
  const bool metrics = command == "relay-metrics";
  if (!metrics && command != "relay-status") {
    return {Result::unsupported, "'" + command + "' is no command of the relay", {}};
  }
  const auto report = target_.report();
  if (!report) return failure(report.error());
  if (metrics) return {Result::ok, to_metrics(*report), {}};
  return {Result::ok, {}, to_json(*report)};
}

}  // namespace lessor::cli
