#include "cli/http_controls.h"

#include "control/limits.h"

#include <algorithm>

namespace lessor::cli {
namespace {

runtime::TcpAddress address_of(const config::HttpControlSocket& socket) {
  return {.address = socket.address, .port = socket.port};
}

}  // namespace

runtime::Result<void> HttpControls::open(const Sockets& sockets, control::Target& target,
                                         Tell tell) {
  target_ = &target;
  tell_ = std::move(tell);
  if (sockets.empty()) return {};
  auto made = runtime::TcpSockets::make(sockets.size() + control::kSpareTcpSockets);
  if (!made) return std::unexpected(made.error());
  sockets_ = std::move(*made);
  for (const config::HttpControlSocket& socket : sockets) {
    auto identity = control::read_identity(socket);
    if (!identity) return std::unexpected(identity.error());
    auto entry = open_one(address_of(socket), std::move(*identity), {});
    if (!entry) return std::unexpected(entry.error());
    entries_.push_back(std::move(*entry));
  }
  return {};
}

runtime::Result<void> HttpControls::start() {
  for (const Entry& entry : entries_) {
    if (auto started = entry.server->start(); !started) return started;
  }
  return {};
}

HttpControls::Entry* HttpControls::find(const runtime::TcpAddress& address) {
  const auto found = std::ranges::find(entries_, address, &Entry::address);
  return found == entries_.end() ? nullptr : &*found;
}

/// The sockets that nobody wants any more. From 127.0.0.1 to 0.0.0.0 the port is still theirs.
std::vector<int> HttpControls::giving_way(const std::vector<runtime::TcpAddress>& wanted) const {
  std::vector<int> sockets;
  for (const Entry& entry : entries_) {
    if (std::ranges::count(wanted, entry.address) == 0) {
      sockets.push_back(entry.server->listening());
    }
  }
  return sockets;
}

runtime::Result<HttpControls::Entry> HttpControls::open_one(const runtime::TcpAddress& address,
                                                            control::HttpIdentity identity,
                                                            std::span<const int> own) {
  auto listening = sockets_->listen(address, own);
  if (!listening) return std::unexpected(listening.error());
  auto server =
      control::HttpServer::open(std::move(*listening), std::move(identity), *target_, tell_);
  if (!server) return std::unexpected(server.error());
  return Entry{.address = address, .server = std::move(*server)};
}

runtime::Result<HttpControls::Change> HttpControls::prepare(const Sockets& sockets) {
  if (!sockets.empty() && sockets_ == nullptr) {
    return std::unexpected(runtime::refusal("open a control socket of type http",
                                            "the server started without one and gave up TCP",
                                            "it takes a restart"));
  }
  Change change;
  for (const config::HttpControlSocket& socket : sockets) {
    auto identity = control::read_identity(socket);
    if (!identity) return std::unexpected(identity.error());
    change.wanted.push_back(address_of(socket));
    change.identities.push_back(std::move(*identity));
  }
  const std::vector<int> leaving = giving_way(change.wanted);
  for (std::size_t i = 0; i < change.wanted.size(); ++i) {
    if (find(change.wanted[i]) != nullptr) continue;
    auto entry = open_one(change.wanted[i], std::move(change.identities[i]), leaving);
    if (!entry) return std::unexpected(entry.error());
    change.fresh.push_back(std::move(*entry));
  }
  return change;
}

HttpControls::Committed HttpControls::commit(Change change) {
  Committed done;
  std::vector<Entry> kept;
  for (Entry& entry : entries_) {
    const auto wanted = std::ranges::find(change.wanted, entry.address);
    if (wanted == change.wanted.end()) {
      done.retired.push_back(std::move(entry));
      continue;
    }
    const auto at = static_cast<std::size_t>(wanted - change.wanted.begin());
    entry.server->replace(std::move(change.identities[at]));
    kept.push_back(std::move(entry));
  }
  for (Entry& entry : change.fresh) {
    const auto started = entry.server->start();
    if (!started) done.trouble = runtime::to_string(started.error());
    if (started) kept.push_back(std::move(entry));
  }
  entries_ = std::move(kept);
  return done;
}

}  // namespace lessor::cli
