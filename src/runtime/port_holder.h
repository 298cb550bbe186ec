#pragma once
// Who holds a UDP port: for the error message when ours is busy.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace lessor::runtime {

/// The inodes of the sockets bound to local `port` in the text of /proc/net/udp (or udp6).
[[nodiscard]] std::set<std::uint64_t> sockets_on_port(std::string_view proc_net_udp,
                                                      std::uint16_t port);

/// The inodes of the sockets that the process of this folder of /proc has open; none that may not
/// be seen.
[[nodiscard]] std::set<std::uint64_t> sockets_of_process(const std::string& proc_folder);

/// A process that holds UDP `port`, as "dnsmasq (pid 123)"; nothing when none can be seen (another
/// user's process without privilege, or the kernel itself).
[[nodiscard]] std::optional<std::string> find_udp_port_holder(std::uint16_t port);

}  // namespace lessor::runtime
