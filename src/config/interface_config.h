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

/// The same, understood. Whether it fits the host is not known yet.
struct InterfaceWishes {
  std::string interface;
  std::optional<net::Range4> pool;
  std::vector<net::Range4> exclude;  ///< sorted
  std::vector<net::Ip4> routers;
  std::vector<net::Ip4> named;  ///< routers and DNS servers: never leased
  std::vector<ConfiguredOption> options;
  Duration lease_time = Duration::seconds(3'600);  ///< --lease-time when it is not given
};

/// Reads the words. Each problem's path is the option at fault; what they say is wrong on any host.
[[nodiscard]] std::expected<InterfaceWishes, std::vector<Problem>> read_interface_words(
    const InterfaceWords& words);

/// The subnet of the interface's own address (the one that holds --pool, when given; else its first
/// that is no link-local or loopback one), leased whole except network, broadcast, every address of
/// this host, its default gateways, and the addresses named. No router or DNS option unless given.
/// An address that was never leased is probed first. Each problem's path is the option at fault.
[[nodiscard]] std::expected<ServerConfig, std::vector<Problem>> make_interface_config(
    const InterfaceWishes& wishes, const Environment& host);

}  // namespace lessor::config
