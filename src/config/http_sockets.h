#pragma once
// Control sockets of type http and https, as Kea 2.7.2 and later has them. Must not know: sockets,
// nor what is in the files that they name.

#include "config/node.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lessor::config {

/// Somebody who may give commands over HTTP. A file's text, read when the socket opens, stands for
/// the words of it; a `password_file` without user holds "user:password".
struct HttpUser {
  std::string user;
  std::string user_file;
  std::string password;
  std::string password_file;
  friend bool operator==(const HttpUser&, const HttpUser&) = default;
};

/// A control socket of type http or https. Somebody always has to prove who he is: by a password
/// (`users`) or by a certificate (`tls` with `cert_required`).
struct HttpControlSocket {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6
  std::uint16_t port = 8'000;
  std::string realm;
  std::vector<HttpUser> users;  ///< empty: no password is asked for
  struct Header {
    std::string name;
    std::string value;
    friend bool operator==(const Header&, const Header&) = default;
  };
  std::vector<Header> headers;  ///< of every answer
  struct Tls {
    std::string trust_anchor;  ///< a file, or a folder as `openssl rehash` makes it
    std::string cert_file;
    std::string key_file;
    bool cert_required = true;
    friend bool operator==(const Tls&, const Tls&) = default;
  };
  std::optional<Tls> tls;
  friend bool operator==(const HttpControlSocket&, const HttpControlSocket&) = default;
};

/// Reads one entry of control-sockets whose socket-type is http or https. Nothing when it cannot be
/// used, which is reported. Kea refuses HTTP with neither password nor TLS; Lessor refuses whatever
/// would hear a command of somebody who has proven nothing, at 127.0.0.1 too: there, every local
/// user is a stranger.
[[nodiscard]] std::optional<HttpControlSocket> read_http_socket(const Node& map, Report& report);

/// Reports the keys of http and https in an entry of type unix.
void refuse_http_keys(const Node& map, Report& report);

/// "https://192.0.2.1:8000/", an IPv6 address in brackets.
[[nodiscard]] std::string url_of(const HttpControlSocket& socket);

/// Whether only programs of this host can connect to it.
[[nodiscard]] bool is_loopback(const HttpControlSocket& socket);

}  // namespace lessor::config
