#include "config/http_sockets.h"

#include "base/text.h"
#include "config/limits.h"
#include "net/address.h"
#include "wire/ip6_text.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace lessor::config {
namespace {

constexpr std::string_view kConfigFolder = "/etc/lessor";
constexpr std::array<std::string_view, 3> kTlsKeys{"trust-anchor", "cert-file", "key-file"};
constexpr std::array<std::string_view, 5> kHttpKeys{
    "socket-address", "socket-port", "authentication", "http-headers", "cert-required"};
/// Fields that say where an answer ends, and who may ask: ours to write.
constexpr std::array<std::string_view, 6> kOwnFields{"content-length", "transfer-encoding",
                                                     "connection",     "content-type",
                                                     "date",           "www-authenticate"};

std::string text_of(const Node& map, std::string_view key) {
  const std::string* text = map.text(key);
  return text == nullptr ? std::string() : *text;
}

std::string path_of(std::string_view folder, const std::string& file) {
  return file.empty() ? file : (std::filesystem::path(folder) / file).string();
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x20 || octet == 0x7f;
  });
}

/// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

void read_address(const Node& map, HttpControlSocket& socket, Report& report) {
  if (const std::string* text = map.text("socket-address")) {
    if (!net::parse_ip4(*text) && !wire::parse_ip6(*text)) {
      report.error(*map.find("socket-address"),
                   quote(*text) + " is no address: write that of an interface, or 127.0.0.1");
    }
    socket.address = *text;
  }
  if (const auto port = map.integer("socket-port")) socket.port = static_cast<std::uint16_t>(*port);
}

/// The name, or else the file that holds it.
void check_either(const Node& map, std::string_view word, std::string_view file, Report& report) {
  if (!map.find(word) || !map.find(file)) return;
  report.error(*map.find(file), std::string(word) + " and " + std::string(file) +
                                    " cannot both be there: remove one of them");
}

std::optional<HttpUser> read_user(const Node& map, std::string_view folder, Report& report) {
  check_either(map, "user", "user-file", report);
  check_either(map, "password", "password-file", report);
  HttpUser user{.user = text_of(map, "user"),
                .user_file = path_of(folder, text_of(map, "user-file")),
                .password = text_of(map, "password"),
                .password_file = path_of(folder, text_of(map, "password-file"))};
  if (user.password.empty() && user.password_file.empty()) {
    report.error(map, "the user has no password: write \"password-file\"");
    return std::nullopt;
  }
  if (user.user.empty() && user.user_file.empty() && user.password_file.empty()) {
    report.error(map, "the user has no name: write \"user\"");
    return std::nullopt;
  }
  // RFC 7617 2: the first colon ends the name; controls are in neither.
  if (user.user.find(':') != std::string::npos || !is_printable(user.user)) {
    report.error(*map.find("user"), quote(user.user) +
                                        " is no name of a user: it may hold neither "
                                        "a colon nor control characters");
  }
  if (!is_printable(user.password)) {
    report.error(*map.find("password"), "a password may not hold control characters");
  }
  return user;
}

void read_authentication(const Node& map, HttpControlSocket& socket, Report& report) {
  const auto authentication = map.find("authentication");
  if (!authentication) return;
  socket.realm = text_of(*authentication, "realm");
  if (!is_printable(socket.realm) || socket.realm.find_first_of("\"\\") != std::string::npos) {
    report.error(*authentication->find("realm"),
                 "the realm may hold neither quotes nor control characters");
  }
  const std::string folder = path_of(kConfigFolder, text_of(*authentication, "directory"));
  const auto clients = authentication->find("clients");
  if (!clients) return;
  for (const Node& client : clients->maps()) {
    auto user = read_user(client, folder.empty() ? kConfigFolder : folder, report);
    if (user) socket.users.push_back(std::move(*user));
  }
}

void read_headers(const Node& map, HttpControlSocket& socket, Report& report) {
  const auto list = map.find("http-headers");
  if (!list) return;
  for (const Node& each : list->maps()) {
    const HttpControlSocket::Header header{text_of(each, "name"), text_of(each, "value")};
    if (!is_token(header.name)) {
      report.error(each, quote(header.name) + " is no name of a header field");
    } else if (std::ranges::count(kOwnFields, to_lower(header.name)) > 0) {
      report.error(each, "the field " + header.name + " is the server's own: leave it out");
    } else if (!is_printable(header.value)) {
      report.error(each, "the value of " + header.name + " may not hold control characters");
    }
    socket.headers.push_back(header);
  }
}

/// All three, or none of them.
void read_tls(const Node& map, HttpControlSocket& socket, Report& report) {
  if (*map.text("socket-type") != "https") {
    for (const std::string_view key : kTlsKeys) {
      if (map.text(key) == nullptr || map.text(key)->empty()) continue;
      report.error(*map.find(key), "this is for TLS: write \"socket-type\": \"https\"");
    }
    return;
  }
  for (const std::string_view key : kTlsKeys) {
    if (!text_of(map, key).empty()) continue;
    report.error(map, std::string(key) +
                          " is missing: https needs trust-anchor, cert-file and "
                          "key-file");
  }
  socket.tls =
      HttpControlSocket::Tls{.trust_anchor = path_of(kConfigFolder, text_of(map, "trust-anchor")),
                             .cert_file = path_of(kConfigFolder, text_of(map, "cert-file")),
                             .key_file = path_of(kConfigFolder, text_of(map, "key-file")),
                             .cert_required = map.boolean("cert-required").value_or(true)};
}

void check_proof(const Node& map, const HttpControlSocket& socket, Report& report) {
  if (socket.users.empty() && (!socket.tls || !socket.tls->cert_required)) {
    report.error(
        map, std::string("anybody who can connect could give commands: write \"authentication\" "
                         "with \"clients\", or ") +
                 (socket.tls ? "\"cert-required\": true" : "use https with certificates"));
  } else if (!socket.tls && !is_loopback(socket)) {
    report.note(map,
                "passwords and answers pass the network readable by others: use https, or an "
                "address of this host alone");
  }
}

}  // namespace

std::optional<HttpControlSocket> read_http_socket(const Node& map, Report& report) {
  if (const auto name = map.find("socket-name")) {
    report.error(*name, "this is for sockets of type unix: write socket-address and socket-port");
  }
  HttpControlSocket socket;
  read_address(map, socket, report);
  read_authentication(map, socket, report);
  read_headers(map, socket, report);
  read_tls(map, socket, report);
  check_proof(map, socket, report);
  return socket;
}

void refuse_http_keys(const Node& map, Report& report) {
  const auto refuse = [&](std::string_view key) {
    const auto found = map.find(key);
    if (found) report.error_at_key(*found, "this is for sockets of type http or https: remove it");
  };
  std::ranges::for_each(kHttpKeys, refuse);
  std::ranges::for_each(kTlsKeys, refuse);
}

std::string url_of(const HttpControlSocket& socket) {
  const bool v6 = socket.address.find(':') != std::string::npos;
  return std::string(socket.tls ? "https" : "http") + "://" + (v6 ? "[" : "") + socket.address +
         (v6 ? "]:" : ":") + std::to_string(socket.port) + "/";
}

bool is_loopback(const HttpControlSocket& socket) {
  if (const auto address = net::parse_ip4(socket.address)) return address->value >> 24U == 127;
  const auto address = wire::parse_ip6(socket.address);
  return address && wire::print_ip6(*address) == "::1";
}

}  // namespace lessor::config
