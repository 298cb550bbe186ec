#include "runtime/frame_source.h"

#include "runtime/limits.h"
#include "runtime/socket_options.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <vector>

namespace lessor::runtime {
namespace {

// A ring's slot also holds the kernel's header: about 1,960 octets are left for the frame.
constexpr std::size_t kSlotSize = kReceiveSlot;
constexpr std::size_t kBlockSize = 65'536;
constexpr std::size_t kSlotsPerBlock = kBlockSize / kSlotSize;

void describe(std::uint32_t status, std::uint16_t tag_control, ReceivedFrame& frame) {
  frame.checksum = net::ChecksumState::verify;
  if ((status & TP_STATUS_CSUM_VALID) != 0) frame.checksum = net::ChecksumState::valid;
  if ((status & TP_STATUS_CSUMNOTREADY) != 0) frame.checksum = net::ChecksumState::not_ready;
  frame.in_vlan = (status & TP_STATUS_VLAN_VALID) != 0 && net::names_vlan(tag_control);
  frame.losing = (status & TP_STATUS_LOSING) != 0;
}

void describe(const sockaddr_ll& from, ReceivedFrame& frame) {
  frame.other_host = from.sll_pkttype == PACKET_OTHERHOST;
  frame.outgoing = from.sll_pkttype == PACKET_OUTGOING;
}

/// Of a packet socket. Asking begins the count anew.
std::uint64_t losses_of(int fd) {
  tpacket_stats stats{};
  socklen_t size = sizeof stats;
  if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) != 0) return 0;
  return stats.tp_drops;
}

/// Slots in memory shared with the kernel; each belongs to one side, as its status word says.
class FrameRing final : public FrameSource {
 public:
  FrameRing(int fd, std::byte* memory, std::size_t slots)
      : fd_(fd), memory_(memory), slots_(slots) {}
  FrameRing(const FrameRing&) = delete;
  FrameRing& operator=(const FrameRing&) = delete;
  ~FrameRing() override { munmap(memory_, slots_ * kSlotSize); }

  bool next(ReceivedFrame& frame) override {
    release();
    std::byte* slot = memory_ + head_ * kSlotSize;
    auto& header = *reinterpret_cast<tpacket2_hdr*>(slot);
    const std::uint32_t status = status_of(header).load(std::memory_order_acquire);
    if ((status & TP_STATUS_USER) == 0) return false;
    held_ = &header;
    frame.frame = {slot + header.tp_mac, header.tp_snaplen};
    frame.whole = header.tp_snaplen == header.tp_len;
    describe(status, header.tp_vlan_tci, frame);
    describe(*reinterpret_cast<const sockaddr_ll*>(slot + TPACKET_ALIGN(sizeof(tpacket2_hdr))),
             frame);
    return true;
  }

  [[nodiscard]] Bytes ahead(std::size_t distance) const override {
    const std::size_t next = head_ + (held_ == nullptr ? 0 : 1);
    std::byte* slot = memory_ + (next + distance - 1) % slots_ * kSlotSize;
    auto& header = *reinterpret_cast<tpacket2_hdr*>(slot);
    if ((status_of(header).load(std::memory_order_acquire) & TP_STATUS_USER) == 0) return {};
    return {slot + header.tp_mac, header.tp_snaplen};
  }

  void release() override {
    if (held_ == nullptr) return;
    status_of(*held_).store(TP_STATUS_KERNEL, std::memory_order_release);
    held_ = nullptr;
    head_ = (head_ + 1) % slots_;
  }

  /// The kernel fills in order: then the slot half a ring ahead is filled too.
  [[nodiscard]] bool is_crowded() const override {
    std::byte* ahead = memory_ + (head_ + slots_ / 2) % slots_ * kSlotSize;
    const auto status = status_of(*reinterpret_cast<tpacket2_hdr*>(ahead));
    return (status.load(std::memory_order_relaxed) & TP_STATUS_USER) != 0;
  }

  std::uint64_t take_losses() override { return losses_of(fd_); }

 private:
  static std::atomic_ref<std::uint32_t> status_of(tpacket2_hdr& header) {
    return std::atomic_ref<std::uint32_t>(header.tp_status);
  }

  int fd_;
  std::byte* memory_;
  std::size_t slots_;
  std::size_t head_ = 0;
  tpacket2_hdr* held_ = nullptr;
};

/// Slots of our own that recvmmsg fills, a batch at a time.
class FrameBatches final : public FrameSource {
 public:
  explicit FrameBatches(int fd) : fd_(fd) {
    for (std::size_t i = 0; i < kReceiveBatch; ++i) {
      Slot& slot = slots_[i];
      slot.vector = {.iov_base = slot.frame.data(), .iov_len = slot.frame.size()};
    }
  }

  bool next(ReceivedFrame& frame) override {
    if (at_ == filled_) {
      // A part of a batch means that the socket was empty: the loop says when it is not.
      const bool was_emptied = filled_ % kReceiveBatch != 0;
      filled_ = at_ = 0;
      if (was_emptied || !fill()) return false;
    }
    const Slot& slot = slots_[at_];
    const mmsghdr& message = messages_[at_++];
    const std::size_t size = std::min<std::size_t>(message.msg_len, slot.frame.size());
    frame.frame = Bytes(slot.frame).first(size);
    frame.whole = (message.msg_hdr.msg_flags & MSG_TRUNC) == 0;
    describe_auxiliary(message.msg_hdr, frame);
    describe(slot.from, frame);
    return true;
  }

  [[nodiscard]] Bytes ahead(std::size_t distance) const override {
    const std::size_t at = at_ + distance - 1;
    if (at >= filled_) return {};
    const std::size_t size = messages_[at].msg_len;
    return Bytes(slots_[at].frame).first(std::min(size, kSlotSize));
  }

  void release() override {}
  [[nodiscard]] bool is_crowded() const override { return is_half_full(fd_); }
  std::uint64_t take_losses() override { return losses_of(fd_); }

 private:
  struct Slot {
    std::array<std::byte, kSlotSize> frame;
    sockaddr_ll from;
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(tpacket_auxdata))> control;
    iovec vector;
  };

  bool fill() {
    for (std::size_t i = 0; i < kReceiveBatch; ++i) {
      Slot& slot = slots_[i];
      messages_[i].msg_hdr = {.msg_name = &slot.from,
                              .msg_namelen = sizeof slot.from,
                              .msg_iov = &slot.vector,
                              .msg_iovlen = 1,
                              .msg_control = slot.control.data(),
                              .msg_controllen = slot.control.size(),
                              .msg_flags = 0};
    }
    const int count = recvmmsg(fd_, messages_.data(), kReceiveBatch, MSG_DONTWAIT, nullptr);
    at_ = 0;
    filled_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    return filled_ > 0;
  }

  static void describe_auxiliary(const msghdr& message, ReceivedFrame& frame) {
    describe(0, 0, frame);
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_level != SOL_PACKET ||
        header->cmsg_type != PACKET_AUXDATA) {
      return;
    }
    const auto& data = *reinterpret_cast<const tpacket_auxdata*>(CMSG_DATA(header));
    describe(data.tp_status, data.tp_vlan_tci, frame);
  }

  int fd_;
  std::array<Slot, kReceiveBatch> slots_{};
  std::array<mmsghdr, kReceiveBatch> messages_{};
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace

Result<std::unique_ptr<FrameSource>> open_frame_ring(int fd, std::size_t frames) {
  const int version = TPACKET_V2;
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0) {
    return std::unexpected(last_error("use the ring format TPACKET_V2"));
  }
  const std::size_t blocks =
      std::max<std::size_t>((frames + kSlotsPerBlock - 1) / kSlotsPerBlock, 1);
  const std::size_t slots = blocks * kSlotsPerBlock;
  const tpacket_req request{.tp_block_size = kBlockSize,
                            .tp_block_nr = static_cast<unsigned>(blocks),
                            .tp_frame_size = kSlotSize,
                            .tp_frame_nr = static_cast<unsigned>(slots)};
  if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0) {
    return std::unexpected(last_error("set up a receive ring"));
  }
  void* memory =
      mmap(nullptr, slots * kSlotSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (memory == MAP_FAILED) return std::unexpected(last_error("map a receive ring"));
  return std::make_unique<FrameRing>(fd, static_cast<std::byte*>(memory), slots);
}

Result<std::unique_ptr<FrameSource>> open_frame_batches(int fd) {
  const int on = 1;
  if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) != 0) {
    return std::unexpected(last_error("ask for checksum states and VLAN tags"));
  }
  return std::make_unique<FrameBatches>(fd);
}

}  // namespace lessor::runtime
