#include "runtime/reply_listener.h"

#include "runtime/clock.h"
#include "runtime/limits.h"
#include "runtime/port_worker.h"
#include "runtime/threads.h"

#include <algorithm>
#include <sys/epoll.h>

namespace lessor::runtime {
namespace {

constexpr std::uint16_t kServerPort = 67;
constexpr std::uint16_t kClientPort = 68;

}  // namespace

struct ReplyListener::Ear {
  ListenedLink link;
  std::unique_ptr<PacketPort> port;
  bool paused = false;
};

std::optional<net::Datagram> parse_reply(const ReceivedFrame& frame) {
  if (frame.outgoing || !frame.whole || frame.in_vlan) return std::nullopt;
  const auto parsed = net::parse_frame(frame.frame, frame.checksum, kClientPort);
  if (!parsed || parsed->source_port != kServerPort) return std::nullopt;
  return *parsed;
}

Result<std::unique_ptr<ReplyListener>> ReplyListener::start(ReplyListenerHandler& handler) {
  auto loop = EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  auto bell = Wakeup::open();
  if (!bell) return std::unexpected(bell.error());
  std::unique_ptr<ReplyListener> listener(
      new ReplyListener(handler, std::move(*loop), std::move(*bell)));
  ReplyListener* self = listener.get();
  const auto watched =
      self->loop_->watch(self->bell_.fd(), EPOLLIN, [self](std::uint32_t) { self->take_orders(); });
  if (!watched) return std::unexpected(watched.error());
  auto thread = start_thread("listen", [self] { self->run(); });
  if (!thread) return std::unexpected(thread.error());
  listener->thread_ = std::move(*thread);
  return listener;
}

ReplyListener::ReplyListener(ReplyListenerHandler& handler, std::unique_ptr<EventLoop> loop,
                             Wakeup bell)
    : handler_(handler), loop_(std::move(loop)), bell_(std::move(bell)) {}

ReplyListener::~ReplyListener() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  bell_.ring();
  if (thread_.joinable()) thread_.join();
}

void ReplyListener::follow(std::vector<ListenedLink> links) {
  {
    const std::scoped_lock lock(mutex_);
    wanted_ = std::move(links);
  }
  bell_.ring();
}

void ReplyListener::run() {
  while (!done_) {
    loop_->turn(pause_ends_);
    end_pause(read_clock().mono);
  }
  std::vector<std::unique_ptr<PacketPort>> closing;
  for (const auto& [index, ear] : ears_) {
    loop_->forget(ear->port->fd());
    closing.push_back(std::move(ear->port));
  }
  ears_.clear();
  close_ports(std::move(closing));
}

void ReplyListener::take_orders() {
  bell_.drain();
  std::vector<ListenedLink> wanted;
  {
    const std::scoped_lock lock(mutex_);
    wanted = wanted_;
    done_ = stopping_;
  }
  std::vector<net::InterfaceIndex> unwanted;
  for (const auto& [index, ear] : ears_) {
    if (std::ranges::count(wanted, ear->link) == 0) unwanted.push_back(index);
  }
  for (const net::InterfaceIndex index : unwanted) close(index);
  for (const ListenedLink& link : wanted) {
    if (done_ || ears_.size() == kMaxListenedLinks) return;
    if (!ears_.contains(link.index)) open(link);
  }
}

void ReplyListener::open(const ListenedLink& link) {
  auto port = PacketPort::open({.interface = link.index,
                                .name = link.name,
                                .ports = {kClientPort},
                                .arp = false,
                                .ring_frames = 0,
                                .large_buffer = false});
  if (!port) return handler_.on_deaf(link, port.error());
  auto ear = std::make_unique<Ear>(link, std::move(*port));
  Ear* self = ear.get();
  const auto watched = loop_->watch(self->port->fd(), EPOLLIN,
                                    [this, self](std::uint32_t events) { hear(*self, events); });
  if (!watched) return handler_.on_deaf(link, watched.error());
  ears_.emplace(link.index, std::move(ear));
}

void ReplyListener::close(net::InterfaceIndex index) {
  loop_->forget(ears_.at(index)->port->fd());
  ears_.erase(index);
}

void ReplyListener::hear(Ear& ear, std::uint32_t events) {
  if ((events & EPOLLERR) != 0 && !ear.port->take_error()) return close(ear.link.index);
  const Now now = read_clock();
  if (pause_ends_ == Instant::never()) {
    pause_ends_ = now.mono + kListenPause;
    budget_ = kListenBudget;
  }
  FrameSource& source = ear.port->source();
  ReceivedFrame frame;
  const bool may = budget_ > 0;
  for (std::size_t i = 0; may && i < kReceiveBatch && source.next(frame); ++i) {
    auto parsed = parse_reply(frame);
    if (parsed) {
      parsed->interface = ear.link.index;
      handler_.on_reply(now, *parsed);
    }
    if (budget_ > 0) --budget_;
  }
  source.release();
  begin_pause(ear);
}

/// What comes before the pause ends waits in the kernel, as far as there is room.
void ReplyListener::begin_pause(Ear& ear) {
  ear.paused = true;
  loop_->rewatch(ear.port->fd(), 0);
}

void ReplyListener::end_pause(Instant now) {
  if (now < pause_ends_) return;
  pause_ends_ = Instant::never();
  for (const auto& [index, ear] : ears_) {
    if (!ear->paused) continue;
    ear->paused = false;
    loop_->rewatch(ear->port->fd(), EPOLLIN);
  }
}

}  // namespace lessor::runtime
