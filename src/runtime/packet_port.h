#pragma once
// A packet socket on one Ethernet interface: frames in by a ring, frames out past the queueing
// discipline. Must not know: DHCP.

#include "runtime/file_descriptor.h"
#include "runtime/frame_source.h"
#include "runtime/send_queue.h"

#include <memory>
#include <string>
#include <vector>

namespace lessor::runtime {

/// Bound to one interface; receives UDP to a few ports, and ARP, nothing else.
class PacketPort {
 public:
  struct Options {
    net::InterfaceIndex interface = 0;
    std::string name;  ///< for errors
    std::vector<std::uint16_t> ports = {67};
    bool arp = true;
    std::size_t ring_frames = 1'024;  ///< 0: no ring, frames are read by recvmmsg
    /// Without a ring: more room for frames that wait than the kernel gives by itself.
    bool large_buffer = true;
    /// What is sent passes the host's own packet taps (tcpdump, watch) and its queueing
    /// discipline, which costs some time.
    bool visible = false;
    /// Frames to any hardware address are received, not only those to the interface's own.
    bool promiscuous = false;
  };

  /// Errors: EPERM without CAP_NET_RAW, ENODEV when the interface has gone.
  [[nodiscard]] static Result<std::unique_ptr<PacketPort>> open(const Options& options);
  PacketPort(const PacketPort&) = delete;
  PacketPort& operator=(const PacketPort&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] FrameSource& source() { return *source_; }
  [[nodiscard]] bool has_ring() const { return has_ring_; }
  /// Why there is no ring, when one was asked for and refused.
  [[nodiscard]] const std::string& ring_refusal() const { return ring_refusal_; }
  /// Takes the error that the kernel reports once when the interface goes down (a level-triggered
  /// loop would spin on it). False when the interface has gone for good and the binding with it.
  [[nodiscard]] bool take_error() const;
  /// Sends one small frame now; false when the kernel would not take it.
  [[nodiscard]] bool send_now(Bytes frame) const;

 private:
  PacketPort(const Options& options, FileDescriptor fd, std::unique_ptr<FrameSource> source,
             bool has_ring, std::string ring_refusal);

  net::InterfaceIndex interface_;
  FileDescriptor fd_;
  std::unique_ptr<FrameSource> source_;  // after fd_: the ring is unmapped first
  bool has_ring_;
  std::string ring_refusal_;
};

}  // namespace lessor::runtime
