#pragma once
// What the host has against relaying as told: interfaces that are not there, addresses that are
// ours, no way to a server. Pure: judges an interface table. Must not know: sockets.

#include "net/interfaces.h"
#include "relay/v4/settings.h"

#include <functional>
#include <string>
#include <vector>

namespace lessor::cli {

/// One objection, a sentence.
struct RelayObjection {
  bool may_heal = false;  ///< an interface may come, get an address, a route may be learnt
  std::string text;
};

/// The name of the interface by which a destination is reached; empty when there is no way.
using WayTo = std::function<std::string(net::Ip4 destination)>;

/// Every objection, in the order of the settings.
[[nodiscard]] std::vector<RelayObjection> check_host(const relay::v4::Settings& settings,
                                                     const net::InterfaceTable& interfaces,
                                                     const WayTo& way_to);

/// Every server that is named somewhere, each once, in the order of the settings.
[[nodiscard]] std::vector<relay::v4::Server> all_servers(const relay::v4::Settings& settings);

}  // namespace lessor::cli
