#pragma once
// A control socket of type http or https: its files, its TCP socket, its thread.

#include "config/http_sockets.h"
#include "control/http_handler.h"
#include "runtime/tcp_listener.h"
#include "runtime/tls_server.h"

namespace lessor::control {

/// What the files of a configured socket hold.
struct HttpIdentity {
  HttpSettings settings;
  std::unique_ptr<runtime::TlsServer> tls;  ///< null: http
};

/// Reads them. Errors: a file cannot be read, holds nothing of use, or is open to others.
[[nodiscard]] runtime::Result<HttpIdentity> read_identity(const config::HttpControlSocket& socket);

/// All files that read_identity() reads, for who has to keep the right to.
[[nodiscard]] std::vector<std::string> files_of(const config::HttpControlSocket& socket);

/// Listens from open() on, answers from start() on.
class HttpServer {
 public:
  /// `listening` is a TCP socket that listens. `target` outlives the server; `tell` is called on
  /// its thread.
  [[nodiscard]] static runtime::Result<std::unique_ptr<HttpServer>> open(
      runtime::FileDescriptor listening, HttpIdentity identity, Target& target,
      HttpHandler::Tell tell);
  [[nodiscard]] runtime::Result<void> start() { return server_->start(); }
  /// From the next connection on; those that are there get no further request answered. Any thread.
  void replace(HttpIdentity identity);

 private:
  HttpServer(HttpIdentity identity, Target& target, HttpHandler::Tell tell);
  [[nodiscard]] std::unique_ptr<runtime::StreamChannel> channel(runtime::FileDescriptor fd);

  HttpHandler handler_;
  std::mutex mutex_;
  std::unique_ptr<runtime::TlsServer> tls_;  // guarded by it
  std::unique_ptr<runtime::StreamServer> server_;
};

}  // namespace lessor::control
