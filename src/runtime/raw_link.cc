#include "runtime/raw_link.h"

#include "base/text.h"
#include "runtime/clock.h"
#include "runtime/interface_watch.h"

#include <csignal>
#include <poll.h>
#include <sys/epoll.h>

namespace lessor::runtime {
namespace {

constexpr std::size_t kSmallestFrame = 14;  // the kernel pads what is shorter than 60
constexpr Duration kCarrierWait = Duration::milliseconds(1'500);

std::string not_there(const net::InterfaceTable& table, std::string_view name) {
  std::vector<std::string_view> names;
  std::string all;
  for (const net::Interface& one : table.all()) {
    names.push_back(one.name);
    all.append(all.empty() ? "" : ", ").append(one.name);
  }
  if (const auto near = nearest(name, names)) return "did you mean " + std::string(*near) + "?";
  return "there are " + all;
}

/// The kernel is slow to say that an interface which was just brought up has a carrier.
Result<void> await_carrier(InterfaceWatch& watch, const std::string& name) {
  const Instant end = read_clock().mono + kCarrierWait;
  while (true) {
    const net::Interface* const found = watch.table().find(name);
    const bool may_come = found != nullptr && found->admin_up && !found->up;
    const Duration left = end - read_clock().mono;
    if (!may_come || left <= Duration()) return {};
    pollfd events{.fd = watch.fd(), .events = POLLIN, .revents = 0};
    (void)poll(&events, 1, static_cast<int>(left.to_milliseconds() + 1));
    const auto taken = watch.take_events();
    if (!taken) return std::unexpected(taken.error());
  }
}

Result<net::Interface> find_interface(const std::string& name) {
  auto watch = InterfaceWatch::open();
  if (!watch) return std::unexpected(watch.error());
  const auto awaited = await_carrier(*watch, name);
  if (!awaited) return std::unexpected(awaited.error());
  const std::string shown = sanitise(as_bytes(name), 32);
  const std::string attempted = "use the interface " + shown;
  const net::Interface* const found = watch->table().find(name);
  if (found == nullptr) {
    return std::unexpected(
        refusal(attempted, "there is none of that name", not_there(watch->table(), name)));
  }
  if (!found->ethernet) {
    return std::unexpected(refusal(attempted, "it does not carry Ethernet frames"));
  }
  if (!found->admin_up) {
    return std::unexpected(
        refusal(attempted, "it is down", "bring it up: ip link set " + shown + " up"));
  }
  if (!found->up) {
    return std::unexpected(refusal(attempted, "it has no carrier", "nothing is plugged in"));
  }
  return *found;
}

}  // namespace

Result<std::unique_ptr<RawLink>> RawLink::open(const std::string& name, const std::string& filter) {
  auto interface = find_interface(name);
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
