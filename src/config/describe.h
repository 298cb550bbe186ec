#pragma once
// A configuration in words: what `lessor check` prints, and the server before its first packet.

#include "config/http_sockets.h"
#include "config/server_config.h"

#include <string>
#include <vector>

namespace lessor::config {

/// Several lines of text for people: interfaces, subnets with their pools and sizes, options by
/// name, reservations, lifetimes, timers, lease store. What has its default is left out, except
/// what everybody asks for. Ends with a newline.
[[nodiscard]] std::string describe(const ServerConfig& config,
                                   const std::vector<HttpControlSocket>& http_sockets = {});

}  // namespace lessor::config
