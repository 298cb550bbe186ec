#include "control/http_server.h"

#include "base/text.h"
#include "control/limits.h"
#include "runtime/clock.h"
#include "runtime/own_files.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace lessor::control {
namespace {

/// The text of a small file without the ends of lines after it.
runtime::Result<std::string> read_secret(const std::string& path) {
  const std::string attempted = "read " + path;
  const std::string wide = runtime::find_wide_mode(path);
  if (!wide.empty()) {
    return std::unexpected(runtime::refusal(attempted, wide, "chmod 0640 it, and change it"));
  }
  // A pipe would keep us waiting for somebody to write.
  const runtime::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    return std::unexpected(
        runtime::last_error(attempted,
                            "the server's user needs the right to read it; after the "
                            "start, in folders that it read from when it started"));
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::unexpected(runtime::refusal(attempted, "it is no plain file"));
  }
  std::string text(kMaxCredentialFile + 1, '\0');
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return std::unexpected(runtime::last_error(attempted));
  text.resize(static_cast<std::size_t>(size));
  if (text.size() > kMaxCredentialFile) {
    return std::unexpected(runtime::refusal(attempted, "it is no file of a name or password"));
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (!text.empty()) return text;
  return std::unexpected(runtime::refusal(attempted, "it is empty"));
}

/// The word itself, or what the file holds.
runtime::Result<std::string> word_or_file(const std::string& word, const std::string& file) {
  if (file.empty()) return word;
  return read_secret(file);
}

runtime::Result<void> add_user(const config::HttpUser& user, HttpUsers& users) {
  auto password = word_or_file(user.password, user.password_file);
  if (!password) return std::unexpected(password.error());
  auto name = word_or_file(user.user, user.user_file);
  if (!name) return std::unexpected(name.error());
  if (name->empty()) {  // Kea: a password-file alone holds both
    const std::size_t colon = password->find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == password->size()) {
      return std::unexpected(runtime::refusal("use " + user.password_file,
                                              "without \"user\" it has to hold user:password"));
    }
    name = password->substr(0, colon);
    password->erase(0, colon + 1);
  }
  if (name->find(':') != std::string::npos) {
    return std::unexpected(
        runtime::refusal("use " + user.user_file, "a user's name may hold no colon"));
  }
  users.add(*name, *password);
  return {};
}

}  // namespace

runtime::Result<HttpIdentity> read_identity(const config::HttpControlSocket& socket) {
  HttpIdentity identity;
  identity.settings.realm = socket.realm;
  for (const auto& [name, value] : socket.headers) {
    identity.settings.fields.push_back({name, value});
  }
  for (const config::HttpUser& user : socket.users) {
    if (auto added = add_user(user, identity.settings.users); !added) {
      return std::unexpected(added.error());
    }
  }
  if (!socket.tls) return identity;
  auto tls = runtime::TlsServer::open({.trust_anchor = socket.tls->trust_anchor,
                                       .cert_file = socket.tls->cert_file,
                                       .key_file = socket.tls->key_file,
                                       .cert_required = socket.tls->cert_required});
  if (!tls) return std::unexpected(tls.error());
  identity.tls = std::move(*tls);
  return identity;
}

std::vector<std::string> files_of(const config::HttpControlSocket& socket) {
  std::vector<std::string> files;
  for (const config::HttpUser& user : socket.users) {
    files.push_back(user.user_file);
    files.push_back(user.password_file);
  }
  if (socket.tls) {
    files.insert(files.end(),
                 {socket.tls->trust_anchor, socket.tls->cert_file, socket.tls->key_file});
  }
  std::erase(files, std::string());
  if (socket.tls) {
    // What is in a folder of certificates is mostly links.
    std::error_code no_folder;
    for (std::filesystem::directory_iterator at(socket.tls->trust_anchor, no_folder), end;
         !no_folder && at != end; at.increment(no_folder)) {
      if (at->is_symlink(no_folder)) files.push_back(at->path());
    }
  }
  return files;
}

HttpServer::HttpServer(HttpIdentity identity, Target& target, HttpHandler::Tell tell)
    : handler_(
          target, std::move(identity.settings), [] { return runtime::read_clock().mono; },
          std::move(tell)),
      tls_(std::move(identity.tls)) {}

runtime::Result<std::unique_ptr<HttpServer>> HttpServer::open(runtime::FileDescriptor listening,
                                                              HttpIdentity identity, Target& target,
                                                              HttpHandler::Tell tell) {
  std::unique_ptr<HttpServer> http(new HttpServer(std::move(identity), target, std::move(tell)));
  auto listener = runtime::tcp_listener(
      std::move(listening),
      [self = http.get()](runtime::FileDescriptor fd) { return self->channel(std::move(fd)); });
  auto server = runtime::StreamServer::open({.max_request_bytes = kMaxRequestBytes + kMaxHttpHead,
                                             .max_connections = kMaxConnections,
                                             .patience = kIdleLimit},
                                            std::move(listener), http->handler_);
  if (!server) return std::unexpected(server.error());
  http->server_ = std::move(*server);
  return http;
}

void HttpServer::replace(HttpIdentity identity) {
  const std::scoped_lock lock(mutex_);
  handler_.replace(std::move(identity.settings));
  tls_ = std::move(identity.tls);
}

std::unique_ptr<runtime::StreamChannel> HttpServer::channel(runtime::FileDescriptor fd) {
  const std::scoped_lock lock(mutex_);
  handler_.note_accept();
  return tls_ ? tls_->accept(std::move(fd)) : runtime::plain_channel(std::move(fd));
}

}  // namespace lessor::control
