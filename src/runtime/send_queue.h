#pragma once
// Datagrams on their way into one socket: sent in batches, kept and tried again a bounded number of
// times when the socket is full. Must not know: what they are.

#include "net/outbox.h"
#include "runtime/counters.h"
#include "runtime/limits.h"

#include <netinet/in.h>
#include <vector>

namespace lessor::runtime {

/// One datagram or frame to send. `bytes` lie in the Outbox slot `slot` until it is recycled.
struct Outgoing {
  Bytes bytes;
  std::uint32_t slot = 0;
  bool addressed = false;  ///< a datagram with the addresses below; else a frame that has its own
  sockaddr_in to{};
  in_pktinfo from{};
};

/// A bounded queue in front of a socket. No heap after construction. One thread.
class SendQueue {
 public:
  enum class State : std::uint8_t {
    empty,          ///< everything is sent
    wait_writable,  ///< the socket's buffer is full: try again on EPOLLOUT
    wait_a_moment,  ///< the device's queue is full: try again after kSendPause
  };
  /// Sends through `fd`; finished slots go back to `outbox`, and are counted in `counters`, those
  /// sent as `sent`.
  SendQueue(int fd, net::Outbox& outbox, PacketCounters& counters, IoCount sent);
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;
  /// What was not sent goes back to the Outbox unsent.
  ~SendQueue() { finish_first(count_, IoCount::send_no_interface); }

  /// Adds one, sending what is there when it is full. What does not fit even then is dropped and
  /// counted: a client asks again.
  void push(const Outgoing& outgoing);
  /// Sends what it can. A datagram that the kernel refuses is dropped and counted; a full socket
  /// keeps the rest, and after kMaxSendTries gives up the first.
  State flush();
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] State state() const { return state_; }

 private:
  [[nodiscard]] int send_batch();
  void finish_first(std::size_t count, IoCount as);
  [[nodiscard]] State stall(int error);
  [[nodiscard]] const Outgoing& at(std::size_t i) const {
    return ring_[(head_ + i) % kSendQueueCapacity];
  }

  int fd_;
  net::Outbox& outbox_;
  PacketCounters& counters_;
  IoCount sent_;
  std::vector<Outgoing> ring_;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  int tries_ = 0;
  State state_ = State::empty;
};

}  // namespace lessor::runtime
