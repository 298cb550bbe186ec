#pragma once
// The program that sorts an interface's frames before the kernel's own path: DHCP that is for us
// goes to our AF_XDP sockets, everything else on its way. Must not know: sockets, DHCP messages.

#include "net/frame.h"

#include <array>
#include <cstdint>
#include <linux/bpf.h>
#include <span>
#include <vector>

namespace lessor::runtime {

/// Addresses that the program compares a destination with; datagrams to others that are ours take
/// the kernel's path, which is slower but no other.
inline constexpr std::size_t kXdpAddresses = 16;

/// Whom frames must be for. In memory that the program reads while we write: a change takes no
/// system call. Values are as on the wire.
struct XdpAim {
  std::uint32_t taking = 0;  ///< 0: all frames go on their way
  std::array<std::byte, 6> mac{};
  std::uint16_t padding = 0;
  std::array<std::uint32_t, kXdpAddresses> addresses{};  ///< what is unused is 255.255.255.255
};

/// What the program is made of.
struct XdpProgram {
  int sockets = -1;  ///< the BPF_MAP_TYPE_XSKMAP of AF_XDP sockets by receive queue
  int aim = -1;      ///< the BPF_MAP_TYPE_ARRAY of one XdpAim
  std::span<const std::uint16_t> ports;
  std::size_t longest = 0;  ///< octets of a frame that a socket has room for
  /// The type id of the kernel's bpf_xdp_metadata_rx_vlan_tag(), where tags stand beside the frame;
  /// 0: they stand in it.
  std::uint32_t tag_function = 0;
  std::uint32_t without_socket = XDP_PASS;  ///< what becomes of frames of a queue without a socket
};

/// Takes untagged Ethernet frames to `aim.mac` or to everybody, which hold a whole IPv4 datagram
/// without options, by UDP to one of `ports`, to 255.255.255.255 or one of `aim.addresses`. What it
/// is not sure of it leaves alone: who receives looks at every field again.
[[nodiscard]] std::vector<bpf_insn> xdp_program(const XdpProgram& parts);

}  // namespace lessor::runtime
