#include "network.h"

#include "runtime/clock.h"
#include "runtime/socket_options.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

namespace lessor::runtime::testing {
namespace {

constexpr Duration kPatience = Duration::seconds(2);
constexpr Duration kQuiet = Duration::milliseconds(100);
constexpr int kReceivePatienceMs = 1'000;

bool readable(int fd) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, kReceivePatienceMs) == 1;
}

std::optional<Frame> receive_from(int fd) {
  Frame frame(65'536);
  if (!readable(fd)) return std::nullopt;
  const ssize_t size = recv(fd, frame.data(), frame.size(), MSG_DONTWAIT);
  if (size < 0) return std::nullopt;
  frame.resize(static_cast<std::size_t>(size));
  return frame;
}

sockaddr_in socket_address(net::Ip4 address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  store_be16(reinterpret_cast<std::byte*>(&result.sin_port), port);
  store_be32(reinterpret_cast<std::byte*>(&result.sin_addr), address.value);
  return result;
}

}  // namespace

void shell(const std::string& command) {
  EXPECT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT: the test's own words
}

Namespace::Namespace() {
  const FileDescriptor back(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(unshare(CLONE_NEWNET), 0);
  fd_ = FileDescriptor(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  shell("ip link set lo up");
  EXPECT_EQ(setns(back.get(), CLONE_NEWNET), 0);
}

void Namespace::enter() const { EXPECT_EQ(setns(fd_.get(), CLONE_NEWNET), 0); }

std::string Namespace::path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_.get());
}

Wire::Wire(const std::string& interface) : fd_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
  enlarge_receive_buffer(fd_.get(), 8 * 1'024 * 1'024);
  EXPECT_TRUE(set_option(fd_.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "listen"));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  store_be16(reinterpret_cast<std::byte*>(&address.sll_protocol), ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  EXPECT_EQ(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0)
      << interface;
}

void Wire::send(Bytes frame) const {
  EXPECT_EQ(::send(fd_.get(), frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
}

std::optional<Frame> Wire::receive() const { return receive_from(fd_.get()); }

std::optional<Frame> Wire::receive_udp(std::uint16_t port) const {
  while (auto frame = receive()) {
    if (net::parse_frame(*frame, net::ChecksumState::not_ready, port)) return frame;
  }
  return std::nullopt;
}

Udp::Udp(std::uint16_t port, const std::string& interface)
    : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  EXPECT_TRUE(set_option(fd_.get(), SOL_SOCKET, SO_BROADCAST, 1, "broadcast"));
  if (!interface.empty()) {
    EXPECT_EQ(setsockopt(fd_.get(), SOL_SOCKET, SO_BINDTODEVICE, interface.data(),
                         static_cast<socklen_t>(interface.size())),
              0);
  }
  const sockaddr_in address = socket_address(net::kIp4Any, port);
  EXPECT_EQ(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

void Udp::send(std::string_view text, net::Ip4 to, std::uint16_t port) const {
  const sockaddr_in address = socket_address(to, port);
  EXPECT_EQ(sendto(fd_.get(), text.data(), text.size(), 0,
                   reinterpret_cast<const sockaddr*>(&address), sizeof address),
            static_cast<ssize_t>(text.size()));
}

std::optional<std::string> Udp::receive() const {
  const auto received = receive_from(fd_.get());
  if (!received) return std::nullopt;
  return std::string(as_text(*received));
}

void Recorder::on_datagram(Now, const net::Datagram& in) {
  datagrams.push_back({.facts = in, .payload = std::string(as_text(in.payload))});
  datagrams.back().facts.payload = {};
  ++batch_;
}

void Recorder::fetch_ahead(Bytes payload) {
  ahead.push_back({.payload = std::string(as_text(payload)), .after = datagrams.size()});
}

bool Recorder::picks_in_crowd(std::size_t) {
  ++crowds;
  return wants != nullptr;
}

bool Recorder::admits(Now, const net::Datagram& in) { return wants(in); }

void Recorder::on_arp(Now, const net::ArpSighting& sighting) { sightings.push_back(sighting); }

void Recorder::on_batch_end(Now) {
  batches.push_back(batch_);
  batch_ = 0;
}

void Recorder::on_interfaces(const net::InterfaceTable&, std::span<const ServedInterface> all) {
  served.assign(all.begin(), all.end());
}

void Recorder::on_notice(std::string_view text) { notices.emplace_back(text); }

std::string Recorder::reason(std::string_view name) const {
  const auto found = std::ranges::find(served, name, &ServedInterface::name);
  return found == served.end() ? "-" : found->reason;
}

std::vector<std::string> Recorder::payloads() const {
  std::vector<std::string> all;
  for (const Datagram& datagram : datagrams) all.push_back(datagram.payload);
  return all;
}

PacketIoTest::PacketIoTest() {
  here.enter();
  shell("ip link add s0 address 02:00:00:00:00:0a type veth peer name c0 netns " + there.path() +
        " address 02:00:00:00:00:0b");
  shell("ip address add 192.0.2.1/24 brd + dev s0 && ip link set s0 up");
  const Visit visit(there, here);
  shell("ip address add 192.0.2.10/24 brd + dev c0 && ip link set c0 up");
}

void PacketIoTest::open(PacketIoOptions options) {
  auto opened_loop = EventLoop::open();
  ASSERT_TRUE(opened_loop);
  loop = std::move(*opened_loop);
  auto opened = PacketIo::open(*loop, outbox, said, std::move(options));
  ASSERT_TRUE(opened) << to_string(opened.error());
  io = std::move(*opened);
}

bool PacketIoTest::run_until(const std::function<bool()>& done) { return run(kPatience, done); }

void PacketIoTest::run_out() {
  (void)run(kQuiet, [] { return false; });
}

bool PacketIoTest::run(Duration patience, const std::function<bool()>& done) {
  const Instant end = read_clock().mono + patience;
  while (!done()) {
    if (read_clock().mono >= end) return false;
    loop->turn(std::min(io->next_deadline(), end));
    io->on_time(read_clock());
  }
  return true;
}

void PacketIoTest::send_crowd(std::size_t count, const Frame& many, const Frame& few) {
  const Visit visit(there, here);
  const Wire wire("c0");
  for (std::size_t i = 0; i < count; ++i) wire.send(i % 64 == 63 ? few : many);
}

net::InterfaceIndex PacketIoTest::index_of(std::string_view name) const {
  const net::Interface* interface = io->interfaces().find(name);
  return interface == nullptr ? 0 : interface->index;
}

Frame PacketIoTest::frame(std::string_view payload, net::Ip4 to) {
  Frame slot(net::kHeadroom + payload.size());
  copy_bytes(MutableBytes(slot).subspan(net::kHeadroom), as_bytes(payload));
  const Bytes whole = net::write_udp_frame(
      slot, net::kHeadroom, payload.size(),
      {.source_mac = kThereMac,
       .destination_mac = to == net::kIp4Broadcast ? net::kMacBroadcast : kHereMac,
       .source = kThere,
       .destination = to,
       .source_port = 68,
       .destination_port = 67});
  return {whole.begin(), whole.end()};
}

void PacketIoTest::reply(net::Envelope envelope, std::string_view payload) {
  copy_bytes(outbox.payload(), as_bytes(payload));
  envelope.source_port = 67;
  envelope.destination_port = 68;
  outbox.post(envelope, payload.size());
  io->send();
}

}  // namespace lessor::runtime::testing
