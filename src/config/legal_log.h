#pragma once
// hooks-libraries: the parameters of Kea's libdhcp_legal_log.so, libdhcp_forensic_log.so before.

#include "config/client_classes.h"
#include "config/node.h"
#include "config/server_config.h"

#include <optional>

namespace lessor::config {

/// Reads the hook's parameters from `global` (the Dhcp4 map); nothing where the hook is not there.
/// Refused by name: databases; a second such library; programs without an absolute path.
[[nodiscard]] std::optional<LegalLog> read_legal_log(const Node& global, ClassNames& classes,
                                                     Report& report);

/// user-context: whether leases of this subnet are in the legal log. Not said: they are.
[[nodiscard]] bool read_legal_logging(const Node& subnet, Report& report);

/// The program of a hook's parameter, by its absolute path; nothing, with a report, where it is
/// none, and where the parameter is not there.
[[nodiscard]] std::optional<std::string> read_program(const Node& parameters, std::string_view key,
                                                      Report& report);

}  // namespace lessor::config
