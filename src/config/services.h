#pragma once
// The parts of a configuration that are about the host and not about clients: interfaces, lease
// database, control sockets, loggers.

#include "config/http_sockets.h"
#include "config/node.h"
#include "config/server_config.h"

#include <vector>

namespace lessor::config {

/// Each reads its part of `global` (the Dhcp4 map).
[[nodiscard]] InterfacePolicy read_interfaces(const Node& global, Report& report);
[[nodiscard]] LeaseDatabase read_lease_database(const Node& global, Report& report);
struct ControlSockets {
  std::vector<ControlSocket> local;
  std::vector<HttpControlSocket> http;
};
[[nodiscard]] ControlSockets read_control_sockets(const Node& global, Report& report);
[[nodiscard]] std::vector<Logger> read_loggers(const Node& global, Report& report);
/// Refuses what is no facility of syslog, in capitals or not.
void check_facility(const Node& output, std::string_view name, Report& report);
[[nodiscard]] OtherServerPolicy read_other_servers(const Node& global, Report& report);

/// Whether the kernel could have an interface of this name.
[[nodiscard]] bool is_interface_name(std::string_view name);

}  // namespace lessor::config
