#pragma once
// The door of this folder: JSON text (Kea's Dhcp4 schema) in, one immutable ServerConfig out, or
// every problem with its place. Must not know: sockets, leases, the wire.

#include "config/http_sockets.h"
#include "config/problem.h"
#include "config/server_config.h"
#include "net/address.h"
#include "net/interfaces.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::config {

/// What "auto" pools must know of the host: addresses that are taken already. Empty in pure checks
/// (`lessor check` on another machine), where only what the file says is left out.
struct Environment {
  net::InterfaceTable interfaces;
  std::vector<net::Ip4> gateways;  ///< the host's default gateways
  /// Files and folders that may be read, with what is below; empty: all that the system allows.
  std::vector<std::string> readable = {};
};

/// A configuration that may be served.
struct Loaded {
  ServerConfig config;
  std::vector<HttpControlSocket> http_sockets;
  std::vector<Problem> notes;      ///< accepted, but worth a line: without effect, or doubtful
  std::vector<std::string> files;  ///< that it was read from: the file, and what it includes
};

/// Reads a whole configuration from `text`; `file_name` is for messages. A text of somebody's must
/// not make us read files, so includes are refused. On failure every problem found, in the order of
/// the text.
[[nodiscard]] std::expected<Loaded, std::vector<Problem>> load_text(std::string_view text,
                                                                    std::string file_name,
                                                                    const Environment& host);

/// Reads the file at `path` and what it includes, as load_text. A file that cannot be read is a
/// problem too.
[[nodiscard]] std::expected<Loaded, std::vector<Problem>> load_file(const std::string& path,
                                                                    const Environment& host);

/// Whether the absolute `path` is `place` or below it; links are not followed.
[[nodiscard]] bool is_within(const std::string& path, const std::string& place);

}  // namespace lessor::config
