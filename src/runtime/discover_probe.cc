#include "runtime/discover_probe.h"

#include "net/frame.h"
#include "net/outbox.h"
#include "runtime/clock.h"
#include "runtime/event_loop.h"
#include "runtime/limits.h"
#include "runtime/packet_port.h"
#include "runtime/reply_listener.h"

#include <sys/epoll.h>

namespace lessor::runtime {
namespace {

constexpr std::uint16_t kServerPort = 67;
constexpr std::uint16_t kClientPort = 68;
constexpr std::size_t kMaxReplies = 16;
constexpr std::size_t kRingFrames = 128;

Result<void> broadcast(const PacketPort& port, const net::Interface& interface, Bytes payload) {
  std::vector<std::byte> slot(net::kHeadroom + payload.size());
  copy_bytes(MutableBytes(slot).subspan(net::kHeadroom), payload);
  const Bytes frame = net::write_udp_frame(slot, net::kHeadroom, payload.size(),
                                           {.source_mac = interface.mac,
                                            .destination_mac = net::kMacBroadcast,
                                            .source = net::kIp4Any,
                                            .destination = net::kIp4Broadcast,
                                            .source_port = kClientPort,
                                            .destination_port = kServerPort});
  if (port.send_now(frame)) return {};
  return std::unexpected(last_error("send a frame by " + interface.name));
}

/// The reply in a frame, if it is one to us.
void collect(const ReceivedFrame& frame, std::vector<ProbeReply>& replies) {
  const auto parsed = frame.other_host ? std::nullopt : parse_reply(frame);
  if (!parsed || replies.size() >= kMaxReplies) return;
  replies.push_back({.payload = {parsed->payload.begin(), parsed->payload.end()},
                     .source = parsed->source,
                     .source_mac = parsed->source_mac});
}

}  // namespace

Result<std::vector<ProbeReply>> probe_for_servers(const net::Interface& interface, Bytes payload,
                                                  Duration wait) {
  auto loop = EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  auto port = PacketPort::open({.interface = interface.index,
                                .name = interface.name,
                                .ports = {kClientPort},
                                .arp = false,
                                .ring_frames = kRingFrames});
  if (!port) return std::unexpected(port.error());
  std::vector<ProbeReply> replies;
  const auto watched = (*loop)->watch((*port)->fd(), EPOLLIN, [&](std::uint32_t events) {
    if ((events & EPOLLERR) != 0) (void)(*port)->take_error();
    FrameSource& source = (*port)->source();
    ReceivedFrame frame;
    for (std::size_t i = 0; i < kReceiveBatch && source.next(frame); ++i) collect(frame, replies);
    source.release();
  });
  if (!watched) return std::unexpected(watched.error());
  const auto sent = broadcast(**port, interface, payload);
  if (!sent) return std::unexpected(sent.error());
  const Instant end = read_clock().mono + wait;
  while (read_clock().mono < end) (*loop)->turn(end);
  return replies;
}

}  // namespace lessor::runtime
