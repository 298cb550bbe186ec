#include "runtime/socket_filter.h"

#include "net/frame.h"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

constexpr std::uint32_t kWholePacket = 0x40000;
constexpr std::uint32_t kProtocolUdp = 17;
constexpr std::uint32_t kFragmentOffset = 0x1fff;

// Where fields stand in a frame. The kernel has taken any outer VLAN tag off (it is in the packet
// socket's auxiliary data).
constexpr std::uint32_t kAtEtherType = 12;
constexpr std::uint32_t kAtIp = net::kEthernetHeader;
constexpr std::uint32_t kAtFragment = kAtIp + 6;
constexpr std::uint32_t kAtProtocol = kAtIp + 9;
constexpr std::uint32_t kAtPortBehindIp = kAtIp + 2;

sock_filter load(std::uint16_t size_and_mode, std::uint32_t k) {
  return BPF_STMT(static_cast<std::uint16_t>(BPF_LD | size_and_mode), k);
}
sock_filter give(std::uint32_t octets) { return BPF_STMT(BPF_RET | BPF_K, octets); }
/// Compares A with `k`; skips `yes` or `no` instructions.
sock_filter jump(std::uint16_t comparison, std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | comparison | BPF_K), k, yes, no);
}

}  // namespace

SocketFilter frame_filter(std::span<const std::uint16_t> ports, bool arp) {
  const auto more = static_cast<std::uint8_t>(ports.size() - 1);
  SocketFilter filter{
      load(BPF_H | BPF_ABS, kAtEtherType),
      jump(BPF_JEQ, net::kEtherTypeArp, static_cast<std::uint8_t>(more + (arp ? 8 : 9)), 0),
      jump(BPF_JEQ, net::kEtherTypeIp4, 0, static_cast<std::uint8_t>(more + 8)),
      load(BPF_B | BPF_ABS, kAtProtocol),
      jump(BPF_JEQ, kProtocolUdp, 0, static_cast<std::uint8_t>(more + 6)),
      load(BPF_H | BPF_ABS, kAtFragment),
      jump(BPF_JSET, kFragmentOffset, static_cast<std::uint8_t>(more + 4), 0),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, kAtIp),  // X = the IPv4 header's length
      load(BPF_H | BPF_IND, kAtPortBehindIp),
  };
  for (std::uint8_t i = 0; i <= more; ++i) {
    filter.push_back(
        jump(BPF_JEQ, ports[i], static_cast<std::uint8_t>(more - i), i == more ? 1 : 0));
  }
  filter.push_back(give(kWholePacket));
  filter.push_back(give(0));
  return filter;
}

SocketFilter drop_all_filter() { return {give(0)}; }

SocketFilter interface_filter(std::span<const net::InterfaceIndex> interfaces) {
  std::vector<net::InterfaceIndex> sorted(interfaces.begin(), interfaces.end());
  std::ranges::sort(sorted);
  SocketFilter filter{load(BPF_W | BPF_ABS, static_cast<std::uint32_t>(SKF_AD_OFF) +
                                                static_cast<std::uint32_t>(SKF_AD_IFINDEX))};
  // One test a run of neighbours: VLAN interfaces are usually made one after another.
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t last = first;
    while (last + 1 < sorted.size() && sorted[last + 1] <= sorted[last] + 1) ++last;
    filter.push_back(jump(BPF_JGE, sorted[first], 0, 2));
    filter.push_back(jump(BPF_JGT, sorted[last], 1, 0));
    filter.push_back(give(kWholePacket));
    first = last + 1;
  }
  filter.push_back(give(0));
  if (filter.size() > BPF_MAXINSNS) return {};
  return filter;
}

Result<void> attach_filter(int fd, const SocketFilter& filter) {
  if (filter.empty()) {
    const int nothing = 0;
    const int detached = setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &nothing, sizeof nothing);
    if (detached == 0 || errno == ENOENT) return {};
    return std::unexpected(last_error("take a socket's filter away"));
  }
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                           .filter = const_cast<sock_filter*>(filter.data())};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
    return std::unexpected(last_error("put a filter on a socket"));
  }
  return {};
}

}  // namespace lessor::runtime
