#pragma once
// Finds one Ethernet interface by name, for those who speak frames on it. Must not know: sockets.

#include "net/interfaces.h"
#include "runtime/system_error.h"

#include <string>

namespace lessor::runtime {

/// The interface `name`, up and with a carrier; one that was just brought up is waited for, a
/// second or two. The errors say what to do: no such interface (and the nearest), none of Ethernet,
/// down, no carrier.
[[nodiscard]] Result<net::Interface> find_ethernet(const std::string& name);

}  // namespace lessor::runtime
