#include "runtime/raw_link.h"

#include "runtime/clock.h"
#include "runtime/ethernet_interface.h"

#include <csignal>
#include <sys/epoll.h>

namespace lessor::runtime {
namespace {

constexpr std::size_t kSmallestFrame = 14;  // the kernel pads what is shorter than 60

}  // namespace

Result<std::unique_ptr<RawLink>> RawLink::open(const std::string& name, const std::string& filter) {
  auto interface = find_ethernet(name);
  if (!interface) return std::unexpected(interface.error());
  auto loop = EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  auto capture = Capture::open(name, filter);
  if (!capture) return std::unexpected(capture.error());
  const auto deaf = capture->ignore_outgoing();
  if (!deaf) return std::unexpected(deaf.error());
  std::unique_ptr<RawLink> link(
      new RawLink(std::move(*interface), std::move(*capture), std::move(*loop)));
  RawLink* const self = link.get();
  const auto watched = link->loop_->watch(link->capture_.fd(), EPOLLIN,
                                          [self](std::uint32_t) { self->readable_ = true; });
  if (!watched) return std::unexpected(watched.error());
  const auto signals = link->loop_->watch_signals({SIGINT, SIGTERM, SIGHUP},
                                                  [self](int) { self->interrupted_ = true; });
  if (!signals) return std::unexpected(signals.error());
  return link;
}

Result<Duration> RawLink::send(Bytes frame) const {
  if (frame.size() < kSmallestFrame) {
    return std::unexpected(refusal("send " + std::to_string(frame.size()) + " octets",
                                   "an Ethernet frame has 14 at least"));
  }
  const Duration at = read_wall_clock();  // before: an answer is never older than its question
  const auto sent = capture_.send(frame);
  if (!sent) return std::unexpected(sent.error());
  return at;
}

Result<void> RawLink::wait(Instant deadline, const Capture::Take& take) {
  loop_->turn(deadline);
  if (!readable_) return {};
  readable_ = false;
  return capture_.drain(take);
}

}  // namespace lessor::runtime
