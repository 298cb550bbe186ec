#include "runtime/delay_line.h"

#include "runtime/clock.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <deque>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace lessor::runtime {
namespace {

constexpr std::size_t kFrameMax = 65'536;    // veth carries frames of any length up to this
constexpr std::size_t kFramesOnWay = 4'096;  // more are lost, as on any line that is too slow

struct Travelling {
  Instant arrives;
  std::vector<char> frame;
};

Result<FileDescriptor> open_end(const std::string& interface) {
  const std::string attempted = "open a packet socket on " + interface;
  FileDescriptor end(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!end.is_open()) return std::unexpected(last_error(attempted));
  // Only what comes in by the cable, not what we send into it.
  const int on = 1;
  if (::setsockopt(end.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0) {
    return std::unexpected(last_error(attempted));
  }
  sockaddr_ll where{};
  where.sll_family = AF_PACKET;
  where.sll_protocol = htons(ETH_P_ALL);
  where.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  if (::bind(end.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
    return std::unexpected(last_error(attempted));
  }
  return end;
}

int until(Instant due) {
  const auto ms = (due - read_clock().mono).to_milliseconds();
  return static_cast<int>(std::clamp<std::int64_t>(ms + 1, 0, 1'000));
}

}  // namespace

Result<DelayLine> DelayLine::open(const std::string& near, const std::string& far, Duration delay) {
  auto near_end = open_end(near);
  if (!near_end) return std::unexpected(near_end.error());
  auto far_end = open_end(far);
  if (!far_end) return std::unexpected(far_end.error());
  return DelayLine(std::move(*near_end), std::move(*far_end), delay);
}

int DelayLine::carry() const {
  std::vector<char> buffer(kFrameMax);
  std::deque<Travelling> travelling;
  for (;;) {
    std::array<pollfd, 2> ends{{{near_.get(), POLLIN, 0}, {far_.get(), POLLIN, 0}}};
    const int timeout = travelling.empty() ? -1 : until(travelling.front().arrives);
    if (::poll(ends.data(), ends.size(), timeout) < 0 && errno != EINTR) return errno;
    ssize_t size = 0;
    while ((size = ::recv(near_.get(), buffer.data(), buffer.size(), 0)) > 0) {
      if (travelling.size() == kFramesOnWay) continue;
      travelling.push_back({read_clock().mono + delay_, {buffer.begin(), buffer.begin() + size}});
    }
    while ((size = ::recv(far_.get(), buffer.data(), buffer.size(), 0)) > 0) {
      (void)::send(near_.get(), buffer.data(), static_cast<std::size_t>(size), 0);
    }
    while (!travelling.empty() && travelling.front().arrives <= read_clock().mono) {
      const std::vector<char>& frame = travelling.front().frame;
      (void)::send(far_.get(), frame.data(), frame.size(), 0);
      travelling.pop_front();
    }
  }
}

}  // namespace lessor::runtime
