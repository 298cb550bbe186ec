#pragma once
// What the packet sockets count: every refusal by its reason, and what was sent or could not be.
// Must not know: sockets.

#include "net/frame.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace lessor::runtime {

/// A count with one writer; any thread may read it.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.store(value() + n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// What is counted beside the refusals.
enum class IoCount : std::uint8_t {
  received_framed,    ///< datagrams taken as frames
  received_udp,       ///< datagrams taken from the UDP socket
  received_xdp,       ///< frames that came by AF_XDP: counted as framed or refused, too
  received_arp,       ///< ARP sightings
  receive_lost,       ///< dropped by the kernel because a ring or buffer was full
  sent_framed,        ///< frames sent
  sent_udp,           ///< datagrams sent by the UDP socket
  sent_probes,        ///< ARP probes and ICMP echo requests sent
  send_retries,       ///< times that a socket was full and was tried again
  send_dropped_full,  ///< given up because a socket stayed full
  send_failed,        ///< refused by the kernel (no route, interface gone down, too big)
  send_no_interface,  ///< for an interface that is not served any more
};
inline constexpr std::size_t kIoCountSize = 12;

/// The count's name in status and metrics: "send-dropped-full".
[[nodiscard]] std::string_view name(IoCount count);

/// All counts of the packet sockets. Written by the packet thread, read by any.
class PacketCounters {
 public:
  void add(IoCount count, std::uint64_t n = 1) { counts_[static_cast<std::size_t>(count)].add(n); }
  void add(net::FrameRefusal refusal) { refused_[static_cast<std::size_t>(refusal)].add(); }
  [[nodiscard]] std::uint64_t value(IoCount count) const {
    return counts_[static_cast<std::size_t>(count)].value();
  }
  [[nodiscard]] std::uint64_t value(net::FrameRefusal refusal) const {
    return refused_[static_cast<std::size_t>(refusal)].value();
  }

 private:
  std::array<Counter, kIoCountSize> counts_;
  std::array<Counter, net::kFrameRefusalCount> refused_;
};

}  // namespace lessor::runtime
