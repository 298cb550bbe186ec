#include "cli/http_controls.h"

#include "control/limits.h"

#include <algorithm>
#include <cerrno>

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
    auto entry = open_one(address_of(socket), std::move(*identity));
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

runtime::Result<HttpControls::Entry> HttpControls::open_one(const runtime::TcpAddress& address,
                                                            control::HttpIdentity identity) {
  auto listening = sockets_->listen(address);
  if (!listening) return std::unexpected(listening.error());
  auto server =
      control::HttpServer::open(std::move(*listening), std::move(identity), *target_, tell_);
  if (!server) return std::unexpected(server.error());
  return Entry{.address = address, .server = std::move(*server)};
}

/// Where the port is taken by a socket of our own, it is no other program that has to go.
runtime::SystemError HttpControls::as_ours(runtime::SystemError error,
                                           const runtime::TcpAddress& wanted) const {
  const auto own = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return entry.address.port == wanted.port; });
  if (error.number != EADDRINUSE || own == entries_.end()) return error;
  error.hint = "this server has that port at " + own->address.address +
               ": take that socket away by a reload of its own first, or write another port";
  return error;
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
  for (std::size_t i = 0; i < change.wanted.size(); ++i) {
    if (find(change.wanted[i]) != nullptr) continue;
    auto entry = open_one(change.wanted[i], std::move(change.identities[i]));
    if (!entry) return std::unexpected(as_ours(std::move(entry.error()), change.wanted[i]));
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
