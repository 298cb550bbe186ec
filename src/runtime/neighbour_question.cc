#include "runtime/neighbour_question.h"

#include "net/arp.h"
#include "runtime/clock.h"
#include "runtime/limits.h"

#include <array>
#include <optional>
#include <poll.h>

namespace lessor::runtime {
namespace {

constexpr int kTries = 3;
constexpr Duration kWait = Duration::seconds(1);

std::optional<net::Mac> read_answer(PacketPort& port, net::Ip4 neighbour) {
  std::optional<net::Mac> found;
  ReceivedFrame frame;
  for (std::size_t i = 0; i < kReceiveBatch && port.source().next(frame); ++i) {
    if (frame.outgoing || frame.in_vlan) continue;
    const auto packet = net::parse_arp_frame(frame.frame);
    if (packet && packet->sender_address == neighbour) found = packet->sender_mac;
  }
  port.source().release();
  return found;
}

std::optional<net::Mac> await_answer(PacketPort& port, net::Ip4 neighbour) {
  const Instant end = read_clock().mono + kWait;
  for (Duration left = kWait; left > Duration(); left = end - read_clock().mono) {
    pollfd events{.fd = port.fd(), .events = POLLIN, .revents = 0};
    (void)poll(&events, 1, static_cast<int>(left.to_milliseconds() + 1));
    if (const auto found = read_answer(port, neighbour)) return found;
    if ((events.revents & POLLERR) != 0 && !port.take_error()) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Result<net::Mac> ask_for_neighbour(PacketPort& port, const NeighbourQuestion& question) {
  std::array<std::byte, net::kArpFrame> room;
  const Bytes frame =
      net::write_arp_frame(room, net::kMacBroadcast,
                           net::arp_question(question.from_mac, question.from, question.neighbour));
  for (int i = 0; i < kTries; ++i) {
    (void)port.send_now(frame);
    if (const auto found = await_answer(port, question.neighbour)) return *found;
  }
  return std::unexpected(refusal("ask by ARP for " + net::to_string(question.neighbour),
                                 "nobody answers", "is it up, and on this link?"));
}

}  // namespace lessor::runtime
