#include "runtime/send_queue.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

namespace lessor::runtime {
namespace {

struct Control {
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(in_pktinfo))> bytes;
};

/// Points `message` at what `outgoing` says; `vector` and `control` are its storage.
void describe(const Outgoing& outgoing, iovec& vector, Control& control, msghdr& message) {
  vector = {.iov_base = const_cast<std::byte*>(outgoing.bytes.data()),
            .iov_len = outgoing.bytes.size()};
  message = {.msg_name = nullptr,
             .msg_namelen = 0,
             .msg_iov = &vector,
             .msg_iovlen = 1,
             .msg_control = nullptr,
             .msg_controllen = 0,
             .msg_flags = 0};
  if (!outgoing.addressed) return;
  message.msg_name = const_cast<sockaddr_in*>(&outgoing.to);
  message.msg_namelen = sizeof outgoing.to;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  *reinterpret_cast<in_pktinfo*>(CMSG_DATA(header)) = outgoing.from;
}

}  // namespace

SendQueue::SendQueue(int fd, net::Outbox& outbox, PacketCounters& counters, IoCount sent)
    : fd_(fd), outbox_(outbox), counters_(counters), sent_(sent), ring_(kSendQueueCapacity) {}

void SendQueue::push(const Outgoing& outgoing) {
  if (count_ == kSendQueueCapacity && state_ == State::empty) (void)flush();
  if (count_ == kSendQueueCapacity) {
    outbox_.recycle(outgoing.slot);
    counters_.add(IoCount::send_dropped_full);
    return;
  }
  ring_[(head_ + count_) % kSendQueueCapacity] = outgoing;
  ++count_;
}

SendQueue::State SendQueue::flush() {
  state_ = State::empty;
  while (count_ > 0) {
    const int sent = send_batch();
    if (sent > 0) {
      tries_ = 0;
      finish_first(static_cast<std::size_t>(sent), sent_);
      continue;
    }
    const int error = errno;
    if (error == EINTR) continue;
    state_ = stall(error);
    if (state_ != State::empty) break;
  }
  return state_;
}

/// The first datagram was not taken. A full socket is worth waiting for, a while; anything else is
/// about this datagram (ENETDOWN, ENETUNREACH, EMSGSIZE, EPERM from a firewall) and drops it.
SendQueue::State SendQueue::stall(int error) {
  const bool buffer_full = error == EAGAIN;
  const bool device_full = error == ENOBUFS || error == ENOMEM;
  if (!buffer_full && !device_full) {
    finish_first(1, IoCount::send_failed);
    return State::empty;
  }
  if (++tries_ > kMaxSendTries) {
    tries_ = 0;
    finish_first(1, IoCount::send_dropped_full);
  }
  if (count_ == 0) return State::empty;
  counters_.add(IoCount::send_retries);
  return buffer_full ? State::wait_writable : State::wait_a_moment;
}

int SendQueue::send_batch() {
  std::array<mmsghdr, kSendBatch> messages;
  std::array<iovec, kSendBatch> vectors;
  std::array<Control, kSendBatch> controls;
  const std::size_t count = std::min(count_, kSendBatch);
  for (std::size_t i = 0; i < count; ++i) {
    describe(at(i), vectors[i], controls[i], messages[i].msg_hdr);
  }
  return sendmmsg(fd_, messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
}

void SendQueue::finish_first(std::size_t count, IoCount as) {
  for (std::size_t i = 0; i < count; ++i) outbox_.recycle(at(i).slot);
  counters_.add(as, count);
  head_ = (head_ + count) % kSendQueueCapacity;
  count_ -= count;
}

}  // namespace lessor::runtime
