#pragma once
// `lessor serve --interface IF`: a whole configuration from an interface's own address and a few
// words of the command line. Must not know: JSON, sockets.

#include "config/load.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::config {

/// The words as a person typed them; empty or absent = not given.
struct InterfaceWords {
  std::string interface;                  ///< --interface eth0
  std::optional<std::string> pool;        ///< --pool A-B, or a prefix
  std::vector<std::string> exclude;       ///< --exclude A, or A-B; any number
  std::optional<std::string> router;      ///< --router R
  std::optional<std::string> dns;         ///< --dns D,D...
  std::optional<std::string> domain;      ///< --domain example.org
  std::optional<std::string> lease_time;  ///< --lease-time 1h, or infinite
};

/// The subnet of the interface's own address (the one that holds --pool, when given; else its first
/// that is no link-local one), leased whole except network, broadcast, every address of this host,
/// its default gateways, and the addresses named. No router or DNS option unless given. An address
/// that was never leased is probed first. Each problem's path is the option at fault.
[[nodiscard]] std::expected<ServerConfig, std::vector<Problem>> make_interface_config(
    const InterfaceWords& words, const Environment& host);

}  // namespace lessor::config
