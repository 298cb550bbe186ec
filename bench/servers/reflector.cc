// The least that can answer a DHCP client over the server's own packet interface: a DHCPDISCOVER
// gets an OFFER, a DHCPREQUEST an ACK, with an address that the hardware address spells and options
// that are the same for all. It stores nothing, decides nothing and checks no more than the frame:
// what a server's rate is measured against.
//
//   reflector INTERFACE SERVER-ADDRESS [xdp]
//
// With xdp it receives by AF_XDP, as a server does with "dhcp-socket-type": "xdp".

#include "base/text.h"
#include "net/frame.h"
#include "runtime/ethernet_interface.h"
#include "runtime/limits.h"
#include "runtime/packet_port.h"
#include "runtime/udp_port.h"
#include "runtime/xdp_receiver.h"

#include <array>
#include <cstdio>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/uio.h>
#include <vector>

namespace lessor::bench {
namespace {

constexpr std::size_t kHeader = 240;  // of a message, its cookie included
constexpr std::size_t kReply = 300;   // RFC 1542 2.1
constexpr std::size_t kHeadroom = 48;
constexpr std::size_t kSlot = kHeadroom + kReply;
constexpr std::uint32_t kLifetime = 3'600;
constexpr std::uint16_t kServerPort = 67;
constexpr std::uint16_t kClientPort = 68;

enum Code : std::uint8_t { mask = 1, lifetime = 51, type = 53, server = 54, t1 = 58, t2 = 59 };
enum Type : std::uint8_t { none = 0, discover = 1, offer = 2, request = 3, ack = 5 };

/// Replies on their way out, sent a receive batch at a time.
class Replies {
 public:
  explicit Replies(int fd) : fd_(fd) {
    for (std::size_t i = 0; i < runtime::kReceiveBatch; ++i) {
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  /// Room for the next one's headers and payload.
  MutableBytes slot() { return MutableBytes(room_).subspan(count_ * kSlot, kSlot); }
  void add(MutableBytes frame) {
    vectors_[count_++] = {.iov_base = frame.data(), .iov_len = frame.size()};
  }
  /// A full socket drops the rest: clients ask again.
  void flush() {
    if (count_ > 0) (void)sendmmsg(fd_, messages_.data(), static_cast<unsigned>(count_), 0);
    count_ = 0;
  }

 private:
  int fd_;
  std::array<std::byte, runtime::kReceiveBatch * kSlot> room_{};
  std::array<iovec, runtime::kReceiveBatch> vectors_{};
  std::array<mmsghdr, runtime::kReceiveBatch> messages_{};
  std::size_t count_ = 0;
};

/// Option 53.
Type type_of(Bytes payload) {
  std::size_t at = kHeader;
  while (at + 2 < payload.size() && load_u8(payload.data() + at) != 255) {
    const std::uint8_t code = load_u8(payload.data() + at);
    if (code == Code::type) return static_cast<Type>(load_u8(payload.data() + at + 2));
    at += code == 0 ? 1 : 2U + load_u8(payload.data() + at + 1);
  }
  return Type::none;
}

class Reflector {
 public:
  Reflector(int fd, net::Mac mac, net::Ip4 address) : replies_(fd), mac_(mac), address_(address) {}

  /// Answers what is there, a batch at most.
  void turn(runtime::FrameSource& source) {
    runtime::ReceivedFrame frame;
    for (std::size_t i = 0; i < runtime::kReceiveBatch && source.next(frame); ++i) {
      if (frame.other_host || frame.outgoing || !frame.whole) continue;
      const auto datagram = net::parse_frame(frame.frame, frame.checksum, kServerPort);
      if (datagram && datagram->payload.size() > kHeader) answer(*datagram);
    }
    source.release();
    replies_.flush();
  }

 private:
  void answer(const net::Datagram& in) {
    const Type asked = type_of(in.payload);
    if (asked != Type::discover && asked != Type::request) return;
    const MutableBytes slot = replies_.slot();
    const std::byte* message = in.payload.data();
    const net::Ip4 giaddr{load_be32(message + 24)}, ciaddr{load_be32(message + 12)};
    const std::uint32_t number = load_be32(message + 30);  // the last four octets of a MAC
    const net::Ip4 yiaddr{ciaddr.is_zero() ? 10U << 24 | (number & 0xffffff) : ciaddr.value};
    write(slot.subspan(kHeadroom), in.payload, asked, yiaddr);
    const bool broadcast = (load_be16(message + 10) & 0x8000) != 0 && giaddr.is_zero();
    net::UdpEndpoints ends{.source_mac = mac_,
                           .destination_mac = broadcast ? net::kMacBroadcast : in.source_mac,
                           .source = address_,
                           .destination = broadcast ? net::kIp4Broadcast : yiaddr,
                           .source_port = kServerPort,
                           .destination_port = kClientPort};
    if (!giaddr.is_zero()) {
      ends.destination = giaddr;
      ends.destination_port = kServerPort;
    }
    replies_.add(net::write_udp_frame(slot, kHeadroom, kReply, ends));
  }

  void write(MutableBytes to, Bytes question, Type asked, net::Ip4 yiaddr) const {
    ByteWriter out(to);
    out.bytes(question.first(kHeader));
    store_u8(to.data(), 2);  // BOOTREPLY
    store_be32(to.data() + 16, yiaddr.value);
    const auto number = [&](Code code, std::uint32_t value) {
      out.u8(code);
      out.u8(4);
      out.be32(value);
    };
    out.u8(Code::type);
    out.u8(1);
    out.u8(asked == Type::discover ? Type::offer : Type::ack);
    number(Code::server, address_.value);
    number(Code::lifetime, kLifetime);
    number(Code::t1, kLifetime / 2);
    number(Code::t2, kLifetime / 8 * 7);
    number(Code::mask, 0xff000000);
    out.u8(255);
    out.zeros(out.room());
  }

  Replies replies_;
  net::Mac mac_;
  net::Ip4 address_;
};

int fail(const runtime::SystemError& error) {
  std::fprintf(stderr, "reflector: %s\n", runtime::to_string(error).c_str());
  return 1;
}

/// Answers until a socket fails.
void serve(Reflector& reflector, std::span<runtime::FrameSource* const> sources,
           std::vector<pollfd> waiting) {
  while (poll(waiting.data(), waiting.size(), -1) > 0) {
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if ((waiting[i].revents & POLLERR) != 0) return;
      if ((waiting[i].revents & POLLIN) != 0) reflector.turn(*sources[i]);
    }
  }
}

int run(const char* name, net::Ip4 address, bool by_xdp) {
  const auto interface = runtime::find_ethernet(name);
  if (!interface) return fail(interface.error());
  // It is there so that the kernel sends no "port unreachable"; what it would get is dropped.
  const auto udp = runtime::UdpPort::open(kServerPort, {&*interface, 1});
  if (!udp) return fail(udp.error());
  const std::array<net::InterfaceIndex, 1> nowhere{1};
  if (const auto filtered = (*udp)->accept_only(nowhere); !filtered) return fail(filtered.error());
  const auto port = runtime::PacketPort::open({.interface = interface->index,
                                               .name = name,
                                               .ports = {kServerPort},
                                               .arp = false,
                                               .ring_frames = runtime::kMaxRingFrames});
  if (!port) return fail(port.error());
  std::vector<runtime::FrameSource*> sources{&(*port)->source()};
  std::vector<pollfd> waiting{{.fd = (*port)->fd(), .events = POLLIN, .revents = 0}};
  std::unique_ptr<runtime::XdpReceiver> receiver;
  if (by_xdp) {
    auto opened = runtime::XdpReceiver::open(
        {.interface = interface->index, .name = name, .frames = runtime::kMaxRingFrames});
    if (!opened) return fail(opened.error());
    receiver = std::move(*opened);
    receiver->take_for(interface->mac, {&address, 1});
    for (const auto& queue : receiver->queues()) {
      sources.push_back(queue.get());
      waiting.push_back({.fd = queue->fd(), .events = POLLIN, .revents = 0});
    }
  }
  Reflector reflector((*port)->fd(), interface->mac, address);
  std::puts("answering");
  std::fflush(stdout);
  serve(reflector, sources, std::move(waiting));
  return 1;
}

}  // namespace
}  // namespace lessor::bench

int main(int argc, char** argv) {
  const auto address = lessor::net::parse_ip4(argc >= 3 ? argv[2] : "");
  const bool by_xdp = argc == 4 && std::string_view(argv[3]) == "xdp";
  if (address && (argc == 3 || by_xdp)) return lessor::bench::run(argv[1], *address, by_xdp);
  std::fputs("usage: reflector INTERFACE SERVER-ADDRESS [xdp]\n", stderr);
  return 2;
}
