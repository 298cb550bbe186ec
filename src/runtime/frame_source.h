#pragma once
// Frames as they are received, one at a time: out of a packet socket's ring that the kernel fills
// (TPACKET_V2), where a ring is refused by recvmmsg; out of an AF_XDP socket (xdp_receiver.h).

#include "net/frame.h"
#include "runtime/system_error.h"

#include <memory>

namespace lessor::runtime {

/// One received frame with what the kernel says of it. `frame` is borrowed: valid until the
/// source's next() or release().
struct ReceivedFrame {
  Bytes frame;
  net::ChecksumState checksum = net::ChecksumState::verify;
  bool whole = true;        ///< not cut to the slot
  bool other_host = false;  ///< addressed to another host's MAC
  bool outgoing = false;    ///< sent by this host
  bool in_vlan = false;     ///< carried a tag that names a VLAN (the kernel took it off)
  bool losing = false;      ///< the kernel has dropped frames since take_losses() was last called
};

/// Where frames come from.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  /// The next frame, the one before it given back; false when there is none now. Call it until it
  /// says false, or kReceiveBatch times: then none is left where the loop does not see it.
  [[nodiscard]] virtual bool next(ReceivedFrame& frame) = 0;
  /// The frame that next() gives at its `distance`th call from now (at least 1: the next), where it
  /// is here already and can be told for little; else empty. Valid until next() or release().
  [[nodiscard]] virtual Bytes ahead(std::size_t distance) const = 0;
  /// Gives the last frame back.
  virtual void release() = 0;
  /// Whether more than half of the room for frames is taken: soon the kernel drops some unseen.
  [[nodiscard]] virtual bool is_crowded() const = 0;
  /// How many frames the kernel has dropped since the last call, for want of room.
  [[nodiscard]] virtual std::uint64_t take_losses() = 0;
};

/// A ring of about `frames` slots shared with the kernel. Errors: ENOMEM, or EPERM and EINVAL where
/// a sandbox refuses rings.
[[nodiscard]] Result<std::unique_ptr<FrameSource>> open_frame_ring(int fd, std::size_t frames);
/// The same by recvmmsg into slots of our own.
[[nodiscard]] Result<std::unique_ptr<FrameSource>> open_frame_batches(int fd);

}  // namespace lessor::runtime
