#include "cli/client/control.h"

#include "control/command_reader.h"
#include "control/control_server.h"
#include "control/envelope.h"
#include "control/object_scan.h"

#include <array>
#include <cerrno>
#include <unistd.h>

namespace lessor::cli {
namespace {

constexpr std::size_t kMaxRequest = 4'096;

struct Command {
  std::string_view name;
  ClientOrder order;
};
constexpr std::array kCommands{
    Command{"client-status", ClientOrder::status}, Command{"client-renew", ClientOrder::renew},
    Command{"client-rebind", ClientOrder::rebind}, Command{"client-release", ClientOrder::release},
    Command{"client-inform", ClientOrder::inform}};

control::Answer refuse(std::string why) { return {control::Result::error, std::move(why), {}}; }

}  // namespace

ClientControl::ClientControl(Ask ask) : ask_(std::move(ask)), owner_(::geteuid()) {}

runtime::Result<std::unique_ptr<ClientControl>> ClientControl::listen(const std::string& path,
                                                                      Ask ask) {
  std::unique_ptr<ClientControl> control(new ClientControl(std::move(ask)));
  auto server =
      runtime::serve_unix(path, {.max_request_bytes = kMaxRequest, .max_connections = 8}, *control);
  if (!server) return std::unexpected(server.error());
  control->server_ = std::move(*server);
  return control;
}

std::unique_ptr<runtime::StreamRequestReader> ClientControl::reader(runtime::StreamPeer&) {
  return control::command_reader();
}

runtime::StreamReply ClientControl::answer(std::string_view request,
                                           const runtime::StreamPeer& peer) {
  return {.text = answer_text(request, peer.uid)};
}

std::string ClientControl::answer_text(std::string_view request, unsigned uid) {
  if (uid != 0 && uid != owner_) {
    return control::write_answer(refuse("only root and the client's own user are heard here"));
  }
  const control::ObjectScan scan = control::scan_object(request);
  if (scan.state != control::ObjectScan::State::complete) {
    return control::write_answer(refuse("the command is not whole"));
  }
  const auto read = control::read_request(request.substr(0, scan.end));
  if (!read) return control::write_answer(refuse(read.error()));
  const auto* const command = std::ranges::find(kCommands, read->command, &Command::name);
  if (command == kCommands.end()) {
    return control::write_answer(
        {control::Result::unsupported, "a client has no such command", {}});
  }
  const auto answered = ask_(command->order);
  if (!answered) return control::write_answer(refuse(answered.error()));
  const bool status = command->order == ClientOrder::status;
  return control::write_answer({control::Result::ok, status ? std::string() : *answered,
                                status ? *answered : std::string()});
}

std::string ClientControl::too_long(std::size_t max_request_bytes) {
  return control::write_answer(
      refuse("the command is larger than " + std::to_string(max_request_bytes) + " octets"));
}

std::expected<ClientAnswer, std::string> ask_client(const std::string& path, ClientOrder order) {
  const auto* const command = std::ranges::find(kCommands, order, &Command::order);
  const auto answer = control::ask(path, command->name);
  if (!answer) {
    const int number = answer.error().number;
    if (number == ENOENT || number == ECONNREFUSED) return ClientAnswer();
    return std::unexpected(to_string(answer.error()));
  }
  const bool done = answer->result == control::Result::ok;
  return ClientAnswer{.runs = true,
                      .done = done,
                      .text = answer->arguments.empty() ? answer->text : answer->arguments};
}

}  // namespace lessor::cli
