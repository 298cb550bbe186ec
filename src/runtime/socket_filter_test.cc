#include "runtime/socket_filter.h"

#include "net/arp.h"
#include "runtime/file_descriptor.h"

#include <array>
#include <gtest/gtest.h>
#include <numeric>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

/// Lets the kernel run a filter: on a pair of local datagram sockets, over any bytes.
class Filtered {
 public:
  explicit Filtered(const SocketFilter& filter) {
    std::array<int, 2> fds{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds.data()), 0);
    in_ = FileDescriptor(fds[0]);
    out_ = FileDescriptor(fds[1]);
    EXPECT_TRUE(attach_filter(out_.get(), filter));
  }
  [[nodiscard]] bool passes(Bytes bytes) const {
    EXPECT_EQ(send(in_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    std::array<std::byte, 2'048> room;
    const ssize_t size = recv(out_.get(), room.data(), room.size(), MSG_DONTWAIT);
    return size == static_cast<ssize_t>(bytes.size());  // whole, or not at all
  }

 private:
  FileDescriptor in_;
  FileDescriptor out_;
};

std::vector<std::byte> udp_frame(std::uint16_t port) {
  std::vector<std::byte> slot(48 + 300);
  const Bytes frame = net::write_udp_frame(slot, 48, 300, {.destination_port = port});
  return {frame.begin(), frame.end()};
}

std::vector<std::byte> arp_frame() {
  std::vector<std::byte> frame(net::kArpFrame);
  net::write_arp_frame(frame, net::kMacBroadcast, {});
  return frame;
}

TEST(FrameFilter, LetsOnePortAndArpThrough) {
  const Filtered with_arp(frame_filter({{67}}, true));
  const Filtered without_arp(frame_filter({{67}}, false));
  for (const Filtered* filtered : {&with_arp, &without_arp}) {
    EXPECT_TRUE(filtered->passes(udp_frame(67)));
    EXPECT_FALSE(filtered->passes(udp_frame(68)));
    EXPECT_FALSE(filtered->passes(udp_frame(0x6743)));
  }
  EXPECT_TRUE(with_arp.passes(arp_frame()));
  EXPECT_FALSE(without_arp.passes(arp_frame()));
}

TEST(FrameFilter, LetsSeveralPortsThrough) {
  const Filtered filtered(frame_filter({{67, 6'767, 68}}, true));
  for (const std::uint16_t port : std::to_array<std::uint16_t>({67, 68, 6'767}))
    EXPECT_TRUE(filtered.passes(udp_frame(port)));
  for (const std::uint16_t port : std::to_array<std::uint16_t>({66, 69, 6'768}))
    EXPECT_FALSE(filtered.passes(udp_frame(port)));
  EXPECT_TRUE(filtered.passes(arp_frame()));
}

TEST(FrameFilter, FindsThePortBehindIpOptions) {
  const Filtered filtered(frame_filter({{67}}, true));
  std::vector<std::byte> frame = udp_frame(67);
  store_u8(&frame[14], 0x47);
  EXPECT_FALSE(filtered.passes(frame));  // now two words of payload stand where options would
  store_be16(&frame[14 + 28 + 2], 67);
  EXPECT_TRUE(filtered.passes(frame));
}

TEST(FrameFilter, DropsWhatIsNotUdpOverIpv4) {
  const Filtered filtered(frame_filter({{67}}, true));
  std::vector<std::byte> other_type = udp_frame(67);
  store_be16(&other_type[12], 0x86dd);
  EXPECT_FALSE(filtered.passes(other_type));
  std::vector<std::byte> tcp = udp_frame(67);
  store_u8(&tcp[23], 6);
  EXPECT_FALSE(filtered.passes(tcp));
  std::vector<std::byte> later_piece = udp_frame(67);
  store_be16(&later_piece[20], 1);
  EXPECT_FALSE(filtered.passes(later_piece));
  std::vector<std::byte> first_piece = udp_frame(67);  // passes, to be counted
  store_be16(&first_piece[20], 0x2000);
  EXPECT_TRUE(filtered.passes(first_piece));
  for (std::size_t size = 1; size < net::kEthernetHeader + net::kIp4Header + 4; ++size) {
    EXPECT_FALSE(filtered.passes(Bytes(udp_frame(67)).first(size))) << size;
  }
}

TEST(DropAllFilter, DropsAll) {
  const Filtered filtered(drop_all_filter());
  EXPECT_FALSE(filtered.passes(udp_frame(67)));
}

TEST(InterfaceFilter, RunsOfInterfacesShareOneTest) {
  std::vector<net::InterfaceIndex> run(3'000);
  std::iota(run.begin(), run.end(), 10U);
  EXPECT_EQ(interface_filter(run).size(), 5);
  // Scattered ones do not: beyond a program's limit there is none, and everything passes.
  std::vector<net::InterfaceIndex> scattered;
  for (net::InterfaceIndex i = 1; i < 6'000; i += 2) scattered.push_back(i);
  EXPECT_TRUE(interface_filter(scattered).empty());
  scattered.resize(1'000);
  EXPECT_EQ(interface_filter(scattered).size(), 3'002);
  const Filtered accepted(interface_filter(scattered));  // the kernel takes it
  EXPECT_FALSE(accepted.passes(udp_frame(67)));          // a local datagram has no interface
  const Filtered nothing(interface_filter({}));
  EXPECT_FALSE(nothing.passes(udp_frame(67)));
  const Filtered none{SocketFilter()};
  EXPECT_TRUE(none.passes(udp_frame(67)));
}

}  // namespace
}  // namespace lessor::runtime
