// The least that anything between two packet sockets does: each frame of UDP port 67 is taken from
// a ring, its headers are written anew, giaddr and hops are set, and it leaves on the other side.
// It remembers nothing, checks nothing and adds no option: what a relay agent's rate is measured
// against.
//
//   forwarder DOWNLINK UPLINK GIADDR SERVER SERVER_MAC

#include "bench/relay/ends.h"
#include "net/frame.h"

#include <atomic>
#include <poll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <vector>

namespace lessor::bench {
namespace {

constexpr std::size_t kSlot = 2'048;
constexpr std::size_t kSlots = 4'096;
constexpr std::size_t kBatch = 32;
constexpr std::size_t kHeadroom = 48;

/// A ring to take frames from, and batches to send frames by.
class Side {
 public:
  explicit Side(const std::string& interface) : fd_(open_link(interface, true)) {
    set_option(fd_, SOL_PACKET, PACKET_VERSION, TPACKET_V2, "ring version");
    set_option(fd_, SOL_PACKET, PACKET_QDISC_BYPASS, 1, "bypass");
    const tpacket_req ring{.tp_block_size = 65'536,
                           .tp_block_nr = kSlots * kSlot / 65'536,
                           .tp_frame_size = kSlot,
                           .tp_frame_nr = kSlots};
    must(setsockopt(fd_, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring), "ring");
    void* memory = mmap(nullptr, kSlots * kSlot, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    if (memory == MAP_FAILED) must(-1, "mmap");
    ring_ = static_cast<std::byte*>(memory);
    for (std::size_t i = 0; i < kBatch; ++i) {
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  [[nodiscard]] int fd() const { return fd_; }

  /// The next frame, or an empty one. give_back() when it is read.
  Bytes next() {
    auto& header = *reinterpret_cast<tpacket2_hdr*>(ring_ + at_ * kSlot);
    const std::uint32_t status =
        std::atomic_ref<std::uint32_t>(header.tp_status).load(std::memory_order_acquire);
    if ((status & TP_STATUS_USER) == 0) return {};
    return {ring_ + at_ * kSlot + header.tp_mac, header.tp_snaplen};
  }
  void give_back() {
    auto& header = *reinterpret_cast<tpacket2_hdr*>(ring_ + at_ * kSlot);
    std::atomic_ref<std::uint32_t>(header.tp_status)
        .store(TP_STATUS_KERNEL, std::memory_order_release);
    at_ = (at_ + 1) % kSlots;
  }

  /// Room for the next frame to send.
  MutableBytes slot() { return MutableBytes(room_).subspan(count_ * kSlot, kSlot); }
  void add(Bytes frame) {
    vectors_[count_] = {.iov_base = const_cast<std::byte*>(frame.data()), .iov_len = frame.size()};
    if (++count_ == kBatch) flush();
  }
  void flush() {
    if (count_ > 0) (void)sendmmsg(fd_, messages_.data(), static_cast<unsigned>(count_), 0);
    count_ = 0;
  }

 private:
  int fd_;
  std::byte* ring_ = nullptr;
  std::size_t at_ = 0;
  std::vector<std::byte> room_ = std::vector<std::byte>(kBatch * kSlot);
  std::array<iovec, kBatch> vectors_{};
  std::array<mmsghdr, kBatch> messages_{};
  std::size_t count_ = 0;
};

struct Way {
  Side& from;
  Side& to;
  net::UdpEndpoints headers;
  net::Ip4 giaddr;
  bool up;
};

void forward(const Way& way) {
  for (std::size_t i = 0; i < kBatch; ++i) {
    const Bytes frame = way.from.next();
    if (frame.empty()) break;
    const std::size_t size = frame.size() - net::kFrameHeaders;
    if (frame.size() > net::kFrameHeaders + 236 && size + kHeadroom <= kSlot &&
        load_u8(frame.data() + 23) == 17) {
      const MutableBytes slot = way.to.slot();
      copy_bytes(slot.subspan(kHeadroom, size), frame.subspan(net::kFrameHeaders));
      std::byte* message = slot.data() + kHeadroom;
      if (way.up) store_u8(message + 3, static_cast<std::uint8_t>(load_u8(message + 3) + 1));
      store_be32(message + 24, way.giaddr.value);
      way.to.add(write_udp_frame(slot, kHeadroom, size, way.headers));
    }
    way.from.give_back();
  }
  way.to.flush();
}

[[noreturn]] void run(char** words) {
  Side down(words[1]), up(words[2]);
  const net::Ip4 giaddr = address_of(words[3]), server = address_of(words[4]);
  const Way ways[] = {{down,
                       up,
                       {.source_mac = mac_of(words[2]),
                        .destination_mac = mac_from(words[5]),
                        .source = giaddr,
                        .destination = server,
                        .source_port = 67,
                        .destination_port = 67},
                       giaddr,
                       true},
                      {up,
                       down,
                       {.source_mac = mac_of(words[1]),
                        .destination_mac = net::kMacBroadcast,
                        .source = giaddr,
                        .destination = net::kIp4Broadcast,
                        .source_port = 67,
                        .destination_port = 68},
                       giaddr,
                       false}};
  while (true) {
    std::array<pollfd, 2> waiting{{{down.fd(), POLLIN, 0}, {up.fd(), POLLIN, 0}}};
    must(poll(waiting.data(), waiting.size(), -1), "poll");
    for (const Way& way : ways) forward(way);
  }
}

}  // namespace
}  // namespace lessor::bench

int main(int count, char** words) {
  if (count != 6) {
    std::fputs("usage: forwarder DOWNLINK UPLINK GIADDR SERVER SERVER_MAC\n", stderr);
    return 2;
  }
  lessor::bench::run(words);
}
