#pragma once
// Classic BPF programs that decide in the kernel what reaches our sockets. They need no privilege
// and die with the socket. Must not know: DHCP.

#include "net/datagram.h"
#include "runtime/system_error.h"

#include <linux/filter.h>
#include <span>
#include <vector>

namespace lessor::runtime {

using SocketFilter = std::vector<sock_filter>;

/// For packet sockets: UDP over IPv4 to one of a few destination `ports` (one at least), and ARP
/// when `arp`. Later fragments carry no port and are dropped; first fragments pass and are counted
/// by their refusal.
[[nodiscard]] SocketFilter frame_filter(std::span<const std::uint16_t> ports, bool arp);
/// For packet sockets that are not ready yet.
[[nodiscard]] SocketFilter drop_all_filter();
/// For the UDP socket: only what came by one of `interfaces`. This drops the kernel's copy of what
/// the packet sockets deliver. Too many interfaces for a program (thousands, not in runs) give an
/// empty one, which accepts everything: the reader checks the interface again.
[[nodiscard]] SocketFilter interface_filter(std::span<const net::InterfaceIndex> interfaces);

/// Puts `filter` on the socket in place of any before, at once; an empty one only takes it away.
[[nodiscard]] Result<void> attach_filter(int fd, const SocketFilter& filter);

}  // namespace lessor::runtime
