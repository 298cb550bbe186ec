#pragma once
// What the machine adds to the words of `lessor client`: its name, its DUID, the interface's
// hardware address. Must not know: sockets.

#include "cli/client/words.h"
#include "net/interfaces.h"

namespace lessor::cli {

/// What this machine is known by.
struct MachineIdentity {
  std::string hostname;         ///< its own; empty when it has none worth telling
  std::vector<std::byte> duid;  ///< empty when there is none
};

/// The words' settings made whole for one interface.
[[nodiscard]] client::v4::Settings settings_for(const ClientWords& words,
                                                const net::Interface& interface,
                                                const MachineIdentity& machine);
/// The rules for one interface: the metric keeps several apart.
[[nodiscard]] client::v4::HostRules rules_for(const ClientWords& words,
                                              const net::Interface& interface);
/// This host's name up to the first dot; empty when it is none to tell ("localhost").
[[nodiscard]] std::string name_to_tell(const std::string& hostname);

}  // namespace lessor::cli
