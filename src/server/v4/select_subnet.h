#pragma once
// Which subnet a client is on: the second door of a packet's walk. Pure. Must not know: leases.

#include "config/server_config.h"
#include "net/datagram.h"
#include "net/interfaces.h"
#include "server/v4/classify.h"
#include "wire/v4/request.h"

#include <string_view>

namespace lessor::server::v4 {

/// By which rule the subnet was chosen, in the order in which the rules are asked.
enum class SubnetRule : std::uint8_t {
  none,               ///< nothing fits
  link_selection,     ///< sub-option 5 of option 82 (RFC 3527)
  subnet_selection,   ///< option 118 (RFC 3011); it must be copied into the reply
  relay,              ///< giaddr: named under relay.ip-addresses, or inside the prefix
  ciaddr,             ///< the client's own address, sent to us by unicast
  interface_name,     ///< the subnet's `interface` key
  interface_address,  ///< an address of the receiving interface
};
[[nodiscard]] std::string_view name_of(SubnetRule rule);

struct Selection {
  const config::Subnet* subnet = nullptr;  ///< null when none fits
  SubnetRule rule = SubnetRule::none;      ///< the rule that decided, also when it found none
};

/// Chooses the subnet. A relay's word (RFC 3527, 3011, giaddr) is final: when it names a network
/// that is not ours the answer is none, never another subnet. Subnets that are guarded by other
/// classes than the packet's are passed over, for the next that fits by the same rule. `classes`
/// may be null: then the configuration has none. `known`: what has been found already.
[[nodiscard]] Selection select_subnet(const wire::Request& request, const net::Datagram& in,
                                      const net::InterfaceTable& interfaces,
                                      const config::ServerConfig& config,
                                      const Classes* classes = nullptr,
                                      const config::Located& known = {});

}  // namespace lessor::server::v4
