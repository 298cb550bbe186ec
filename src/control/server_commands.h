#pragma once
// Kea's commands about the server as a whole: its configuration, its service, its host.

#include "control/arguments.h"
#include "control/envelope.h"
#include "control/target.h"

namespace lessor::control {

[[nodiscard]] Answer build_report(Target& target, const Arguments& arguments);
[[nodiscard]] Answer config_get(Target& target, const Arguments& arguments);
/// -> {"hash": SHA-256 of what config-get answers, in hexadecimal}
[[nodiscard]] Answer config_hash_get(Target& target, const Arguments& arguments);
[[nodiscard]] Answer config_reload(Target& target, const Arguments& arguments);
/// {"Dhcp4": {...}}: takes the place of the running configuration
[[nodiscard]] Answer config_set(Target& target, const Arguments& arguments);
[[nodiscard]] Answer config_test(Target& target, const Arguments& arguments);
/// {} or {"filename": NAME} -> {"filename", "size"}
[[nodiscard]] Answer config_write(Target& target, const Arguments& arguments);
/// {"max-period": SECONDS, "origin": "user", "ha-partner" or a number}
[[nodiscard]] Answer dhcp_disable(Target& target, const Arguments& arguments);
/// {"origin": ...}
[[nodiscard]] Answer dhcp_enable(Target& target, const Arguments& arguments);
[[nodiscard]] Answer interface_list(Target& target, const Arguments& arguments);
[[nodiscard]] Answer leases_reclaim(Target& target, const Arguments& arguments);
[[nodiscard]] Answer server_tag_get(Target& target, const Arguments& arguments);
/// {"exit-value": N}
[[nodiscard]] Answer shutdown(Target& target, const Arguments& arguments);
[[nodiscard]] Answer status_get(Target& target, const Arguments& arguments);
/// {"interface", "address", "relay", "local", "remote", "link", "subnet", "classes"}, any of them:
/// which subnet such a client is on
[[nodiscard]] Answer subnet4_select_test(Target& target, const Arguments& arguments);
[[nodiscard]] Answer version_get(Target& target, const Arguments& arguments);

}  // namespace lessor::control
