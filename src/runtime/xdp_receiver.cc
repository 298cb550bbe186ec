#include "runtime/xdp_receiver.h"

#include "base/huge_pages.h"
#include "runtime/ethtool.h"
#include "runtime/limits.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <cerrno>
#include <linux/if_link.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xdp/xsk.h>

namespace lessor::runtime {
namespace {

// The kernel keeps so much of each slot for programs that put something before a frame.
constexpr std::size_t kKernelHeadroom = 256;
constexpr std::size_t kLongestFrame = kReceiveSlot - kKernelHeadroom;
// Bound to its interface before it is attached: such a program may ask the driver (Linux 6.3).
constexpr std::uint32_t kBoundToDevice = 1U << 6;
constexpr const char* kTagFunction = "bpf_xdp_metadata_rx_vlan_tag";
constexpr const char* kNeedsRights =
    "it takes CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW: start it as root";
// The kernel gives a queue back a moment after its socket has gone, so after a restart.
constexpr int kBindTries = 50;
constexpr int kBindPauseMs = 10;
// The kernel calls functions of its own only for programs under a license that it knows to agree
// with its own; these few instructions may be had under this one.
constexpr const char* kProgramLicense = "Dual MIT/GPL";

struct DeleteUmem {
  void operator()(xsk_umem* umem) const { (void)xsk_umem__delete(umem); }
};
struct DeleteSocket {
  void operator()(xsk_socket* socket) const { xsk_socket__delete(socket); }
};
struct FreePages {
  void operator()(std::byte* memory) const { free_huge_pages(memory); }
};
struct FreeTypes {
  void operator()(btf* types) const { btf__free(types); }
};

/// A socket with slots in memory that it shares with the kernel. Each slot is either in the fill
/// ring (the kernel's to write), in the receive ring, or held for our reader.
class Queue final : public XdpQueue {
  // Then it is in whole pages, as the kernel wants it.
  static_assert(2 * kReceiveBatch * kReceiveSlot >= kWorthHugePage);

 public:
  /// `slots` is a power of two.
  explicit Queue(std::uint32_t slots)
      : slots_(slots),
        memory_(static_cast<std::byte*>(allocate_huge_pages(slots * kReceiveSlot))) {}

  /// An errno, negative, or 0.
  int open(const std::string& interface, std::uint32_t queue) {
    const xsk_umem_config memory{.fill_size = slots_,
                                 .comp_size = 1,  // of what is sent: nothing is
                                 .frame_size = kReceiveSlot,
                                 .frame_headroom = 0,
                                 .flags = 0};
    xsk_umem* umem = nullptr;
    int failed =
        xsk_umem__create(&umem, memory_.get(), slots_ * kReceiveSlot, &fill_, &completed_, &memory);
    if (failed != 0) return failed;
    umem_.reset(umem);
    xsk_socket_config config{};
    config.rx_size = slots_;
    config.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;
    config.bind_flags = XDP_COPY;
    xsk_socket* socket = nullptr;
    failed = -EBUSY;
    for (int tries = 0; failed == -EBUSY && tries < kBindTries; ++tries) {
      if (tries > 0) (void)poll(nullptr, 0, kBindPauseMs);  // nothing tells
      failed =
          xsk_socket__create(&socket, interface.c_str(), queue, umem, &received_, nullptr, &config);
    }
    if (failed != 0) return failed;
    socket_.reset(socket);
    std::uint32_t at = 0;
    (void)xsk_ring_prod__reserve(&fill_, slots_, &at);
    for (std::uint32_t i = 0; i < slots_; ++i) {
      *xsk_ring_prod__fill_addr(&fill_, at + i) = std::uint64_t{i} * kReceiveSlot;
    }
    xsk_ring_prod__submit(&fill_, slots_);
    return 0;
  }

  [[nodiscard]] int fd() const override { return xsk_socket__fd(socket_.get()); }
  int put_into(int map) { return xsk_socket__update_xskmap(socket_.get(), map); }

  bool next(ReceivedFrame& frame) override {
    if (read_ == held_) {
      release();
      losing_ = waiting() == slots_;
      held_ = xsk_ring_cons__peek(&received_, kReceiveBatch, &first_);
      if (held_ == 0) return false;
    }
    const xdp_desc& slot = *xsk_ring_cons__rx_desc(&received_, first_ + read_++);
    frame = {.frame = {memory_.get() + slot.addr, slot.len},
             .checksum = net::ChecksumState::unsaid,
             .losing = std::exchange(losing_, false)};
    return true;
  }

  [[nodiscard]] Bytes ahead(std::size_t distance) const override {
    if (read_ + distance > held_) return {};
    const auto at = static_cast<std::uint32_t>(read_ + distance - 1);
    const xdp_desc& slot = *xsk_ring_cons__rx_desc(&received_, first_ + at);
    return {memory_.get() + slot.addr, slot.len};
  }

  /// What was read goes back to the kernel, in one piece; what was not is peeked at again.
  void release() override {
    if (held_ == 0) return;
    std::uint32_t at = 0;
    (void)xsk_ring_prod__reserve(&fill_, read_, &at);  // it has room for all slots that there are
    for (std::uint32_t i = 0; i < read_; ++i) {
      const std::uint64_t inside = xsk_ring_cons__rx_desc(&received_, first_ + i)->addr;
      *xsk_ring_prod__fill_addr(&fill_, at + i) = inside / kReceiveSlot * kReceiveSlot;
    }
    xsk_ring_cons__cancel(&received_, held_ - read_);
    xsk_ring_cons__release(&received_, read_);
    xsk_ring_prod__submit(&fill_, read_);
    held_ = read_ = 0;
  }

  [[nodiscard]] bool is_crowded() const override { return waiting() > slots_ / 2; }

  std::uint64_t take_losses() override {
    xdp_statistics now{};
    socklen_t size = sizeof now;
    if (getsockopt(fd(), SOL_XDP, XDP_STATISTICS, &now, &size) != 0) return 0;
    const std::uint64_t lost = now.rx_dropped + now.rx_ring_full;
    return lost - std::exchange(lost_, lost);
  }

 private:
  [[nodiscard]] std::uint32_t waiting() const {
    const std::atomic_ref<std::uint32_t> put(*received_.producer);
    return put.load(std::memory_order_relaxed) - *received_.consumer;
  }

  std::uint32_t slots_;
  std::unique_ptr<std::byte, FreePages> memory_;
  xsk_ring_prod fill_{};
  xsk_ring_cons completed_{};
  std::unique_ptr<xsk_umem, DeleteUmem> umem_;
  xsk_ring_cons received_{};
  std::unique_ptr<xsk_socket, DeleteSocket> socket_;  // before umem_, which it uses
  std::uint32_t first_ = 0;                           // of those held
  std::uint32_t held_ = 0;
  std::uint32_t read_ = 0;  // of those held
  bool losing_ = false;
  std::uint64_t lost_ = 0;  // when take_losses() was called last
};

std::string receiving_on(const std::string& name) { return "receive by AF_XDP on " + name; }

SystemError failure(int number, const std::string& attempted) {
  if (number == EPERM || number == EACCES) return error_of(number, attempted, kNeedsRights);
  if (number == EOPNOTSUPP) return error_of(number, attempted, "its driver has no XDP of its own");
  return error_of(number, attempted);
}

/// The kernel's function that tells a program of the tag beside a frame; 0: there is none.
std::uint32_t find_tag_function() {
  const std::unique_ptr<btf, FreeTypes> types(btf__load_vmlinux_btf());
  if (types == nullptr) return 0;
  const int id = btf__find_by_name_kind(types.get(), kTagFunction, BTF_KIND_FUNC);
  return id > 0 ? static_cast<std::uint32_t>(id) : 0;
}

/// How the program is to find VLAN tags: a frame whose tag it does not see would be taken for one
/// of the network without tags.
Result<std::uint32_t> how_tags_are_told(const DriverFacts& facts, const std::string& name) {
  // What a veth peer sends has its tag beside it, whatever either's settings say.
  if (facts.driver == "veth") {
    const std::uint32_t function = find_tag_function();
    if (function != 0) return function;
    return std::unexpected(refusal(receiving_on(name),
                                   "this kernel does not tell of VLAN tags on a veth",
                                   "Linux 6.8 does, with its type information in /sys/kernel/btf"));
  }
  if (!facts.takes_tags_off) return 0;
  return std::unexpected(refusal(receiving_on(name), "the driver takes VLAN tags off frames first",
                                 "ethtool -K " + name + " rxvlan off"));
}

}  // namespace

Result<std::unique_ptr<XdpReceiver>> XdpReceiver::open(const Options& options) {
  libbpf_set_print(nullptr);  // they would speak on standard error
  const auto facts = ask_driver(options.name);
  if (!facts) return std::unexpected(facts.error());
  const auto tag_function = how_tags_are_told(*facts, options.name);
  if (!tag_function) return std::unexpected(tag_function.error());
  std::unique_ptr<XdpReceiver> receiver(new XdpReceiver);
  const std::size_t queues = std::min(facts->receive_queues, kMaxXdpQueues);
  if (const auto made = receiver->make_maps(queues); !made) {
    return std::unexpected(made.error());
  }
  if (const auto opened = receiver->open_queues(options, queues); !opened) {
    return std::unexpected(opened.error());
  }
  if (const auto attached = receiver->attach(options, *tag_function); !attached) {
    return std::unexpected(attached.error());
  }
  return receiver;
}

XdpReceiver::~XdpReceiver() {
  if (aim_ != nullptr) munmap(aim_, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
}

Result<void> XdpReceiver::make_maps(std::size_t queues) {
  const std::string attempted = "make the maps of an XDP program";
  sockets_map_ = FileDescriptor(bpf_map_create(BPF_MAP_TYPE_XSKMAP, "lessor_sockets", 4, 4,
                                               static_cast<std::uint32_t>(queues), nullptr));
  if (!sockets_map_.is_open()) return std::unexpected(failure(errno, attempted));
  LIBBPF_OPTS(bpf_map_create_opts, shared, .map_flags = BPF_F_MMAPABLE);
  aim_map_ = FileDescriptor(
      bpf_map_create(BPF_MAP_TYPE_ARRAY, "lessor_aim", 4, sizeof(XdpAim), 1, &shared));
  if (!aim_map_.is_open()) return std::unexpected(failure(errno, attempted));
  void* memory = mmap(nullptr, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)),
                      PROT_READ | PROT_WRITE, MAP_SHARED, aim_map_.get(), 0);
  if (memory == MAP_FAILED) return std::unexpected(failure(errno, attempted));
  aim_ = static_cast<XdpAim*>(memory);
  return {};
}

Result<void> XdpReceiver::open_queues(const Options& options, std::size_t queues) {
  const auto slots = static_cast<std::uint32_t>(
      std::bit_floor(std::max<std::size_t>(options.frames / queues, 2 * kReceiveBatch)));
  for (std::uint32_t i = 0; i < queues; ++i) {
    auto queue = std::make_unique<Queue>(slots);
    int failed = queue->open(options.name, i);
    if (failed == 0) failed = queue->put_into(sockets_map_.get());
    if (failed != 0) {
      return std::unexpected(failure(-failed, "open an AF_XDP socket on " + options.name +
                                                  ", receive queue " + std::to_string(i)));
    }
    queues_.push_back(std::move(queue));
  }
  return {};
}

Result<void> XdpReceiver::attach(const Options& options, std::uint32_t tag_function) {
  const auto instructions = xdp_program({.sockets = sockets_map_.get(),
                                         .aim = aim_map_.get(),
                                         .ports = options.ports,
                                         .longest = kLongestFrame,
                                         .tag_function = tag_function});
  LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = BPF_XDP);
  if (tag_function != 0) {
    load.prog_flags = kBoundToDevice;
    load.prog_ifindex = options.interface;
  }
  const FileDescriptor program(bpf_prog_load(BPF_PROG_TYPE_XDP, "lessor", kProgramLicense,
                                             instructions.data(), instructions.size(), &load));
  if (!program.is_open()) {
    return std::unexpected(failure(errno, "load the XDP program for " + options.name));
  }
  // In the driver: the general way makes packets of frames first, and hides tags.
  LIBBPF_OPTS(bpf_link_create_opts, in_driver, .flags = XDP_FLAGS_DRV_MODE);
  link_ = FileDescriptor(
      bpf_link_create(program.get(), static_cast<int>(options.interface), BPF_XDP, &in_driver));
  if (link_.is_open()) return {};
  return std::unexpected(failure(errno, "attach the XDP program to " + options.name));
}

void XdpReceiver::take_for(const net::Mac& mac, std::span<const net::Ip4> own) {
  aim_->mac = mac.octets;
  for (std::size_t i = 0; i < kXdpAddresses; ++i) {
    const net::Ip4 address = i < own.size() ? own[i] : net::kIp4Broadcast;
    std::array<std::byte, 4> wire;
    store_be32(wire.data(), address.value);
    std::atomic_ref(aim_->addresses[i])
        .store(std::bit_cast<std::uint32_t>(wire), std::memory_order_relaxed);
  }
  std::atomic_ref(aim_->taking).store(1, std::memory_order_release);
}

void XdpReceiver::take_nothing() {
  std::atomic_ref(aim_->taking).store(0, std::memory_order_relaxed);
}

}  // namespace lessor::runtime
