#pragma once
// The shared networks of a configuration: several subnets on one link. What a network's subnets
// take from it, and what they must agree on.

#include "config/subnet_checks.h"
#include "config/subnets.h"

#include <string>
#include <vector>

namespace lessor::config {

/// An element of shared-networks, and the map that it was read from.
struct ReadNetwork {
  Node node;
  SharedNetwork network;
  Parameters parameters;         ///< its own, else the global ones
  std::string interface;         ///< for its subnets, where they name none
  std::vector<net::Ip4> relays;  ///< likewise
};

/// Reads the `shared-networks` of the Dhcp4 map, all but their subnets. `maps` are its elements and
/// outlive the result. Refused: a network without a name, a name that stands twice.
[[nodiscard]] std::vector<ReadNetwork> read_networks(const std::vector<Node>& maps,
                                                     const Surroundings& around, Report& report);

/// Refused, as by Kea: subnets of one network that name different interfaces, or of which only some
/// are authoritative. Noted: a network without subnets, subnets that know their clients by
/// different identifiers.
void check_networks(const std::vector<ReadNetwork>& networks, const std::vector<ReadSubnet>& all,
                    Report& report);

}  // namespace lessor::config
