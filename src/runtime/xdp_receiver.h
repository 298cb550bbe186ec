#pragma once
// Receiving by AF_XDP: frames that are for us come to memory of ours before the kernel has made
// packets of them, and without the copy that would go up its IP stack. Must not know: DHCP.

#include "net/interfaces.h"
#include "runtime/file_descriptor.h"
#include "runtime/frame_source.h"
#include "runtime/xdp_program.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lessor::runtime {

/// One receive queue's AF_XDP socket. Readable when there are frames.
class XdpQueue : public FrameSource {
 public:
  [[nodiscard]] virtual int fd() const = 0;
};

/// The sockets of all receive queues of one interface, and the program that gives them what is for
/// us (xdp_program.h). The program goes with this object, however the process ends.
class XdpReceiver {
 public:
  struct Options {
    net::InterfaceIndex interface = 0;
    std::string name;
    std::vector<std::uint16_t> ports = {67};
    std::size_t frames = 4'096;  ///< room for those that wait, over all queues
  };

  /// Takes nothing until it is told for whom. Errors: EPERM without CAP_BPF, CAP_NET_ADMIN and
  /// CAP_NET_RAW; EOPNOTSUPP where the driver has no XDP of its own; EBUSY where another program
  /// has the interface; drivers that would hide VLAN tags.
  [[nodiscard]] static Result<std::unique_ptr<XdpReceiver>> open(const Options& options);
  ~XdpReceiver();
  XdpReceiver(const XdpReceiver&) = delete;
  XdpReceiver& operator=(const XdpReceiver&) = delete;

  [[nodiscard]] std::span<const std::unique_ptr<XdpQueue>> queues() const { return queues_; }
  /// Takes what is sent to `mac`, or to everybody, for one of `own` (the first kXdpAddresses of
  /// them) or 255.255.255.255. No system call.
  void take_for(const net::Mac& mac, std::span<const net::Ip4> own);
  /// Takes nothing: all goes to the packet socket.
  void take_nothing();

 private:
  XdpReceiver() = default;
  [[nodiscard]] Result<void> make_maps(std::size_t queues);
  [[nodiscard]] Result<void> open_queues(const Options& options, std::size_t queues);
  [[nodiscard]] Result<void> attach(const Options& options, std::uint32_t tag_function);

  FileDescriptor sockets_map_;
  FileDescriptor aim_map_;
  XdpAim* aim_ = nullptr;  // the second's memory
  std::vector<std::unique_ptr<XdpQueue>> queues_;
  FileDescriptor link_;  // the program runs on the interface as long as it is open
};

}  // namespace lessor::runtime
