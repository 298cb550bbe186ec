#pragma once
// What the benchmark's two programs share: packet sockets bound to an interface, by name, and text
// to addresses. For bench/relay only.

#include "net/address.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace lessor::bench {

inline constexpr std::uint16_t kEveryProtocol = 3;  // ETH_P_ALL

/// Ends the program when a system call failed.
inline int must(int result, const char* what) {
  if (result < 0) {
    std::perror(what);
    std::exit(1);
  }
  return result;
}

inline void set_option(int fd, int level, int name, int value, const char* what) {
  must(setsockopt(fd, level, name, &value, sizeof value), what);
}

/// A packet socket on `interface` that receives every protocol, or none.
inline int open_link(const std::string& interface, bool receives) {
  const int fd = must(socket(AF_PACKET, SOCK_RAW, 0), "socket");
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  if (address.sll_ifindex == 0) must(-1, interface.c_str());
  if (receives) store_be16(reinterpret_cast<std::byte*>(&address.sll_protocol), kEveryProtocol);
  must(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "ignore outgoing");
  return fd;
}

/// Passes UDP over IPv4 (without IP options) to `port`, for `op`, that has a giaddr; 64 octets of
/// it.
inline void pass_only(int fd, std::uint16_t port, std::uint8_t op) {
  constexpr std::uint32_t kUdp = 42;  // where the UDP payload begins
  const std::array<sock_filter, 12> code{{
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0800, 0, 9),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 7),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 36),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 5),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kUdp),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, op, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kUdp + 24),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 64),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
  const sock_fprog program{.len = code.size(), .filter = const_cast<sock_filter*>(code.data())};
  must(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), "filter");
}

inline net::Mac mac_of(const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  const int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  must(ioctl(fd, SIOCGIFHWADDR, &request), "hardware address");
  net::Mac mac;
  copy_bytes(mac.octets, as_bytes(std::string_view(request.ifr_hwaddr.sa_data, 6)));
  return mac;
}

inline net::Ip4 address_of(const char* text) {
  const auto address = net::parse_ip4(text);
  if (!address) must(-1, text);
  return *address;
}

inline net::Mac mac_from(const char* text) {
  const auto mac = net::parse_mac(text);
  if (!mac) must(-1, text);
  return *mac;
}

}  // namespace lessor::bench
