// Clients and servers around a relay, as fast as the machine allows: preloaded DHCPDISCOVERs on one
// interface, the DHCPOFFERs that belong to them on another, and what comes out on either side is
// counted by the kernel, without being read. Prints packets a second.
//
//   relay_load CLIENTS_IF SERVER_IF GIADDR SERVER_ADDRESS RELAY_UPLINK_MAC CIRCUIT_ID SECONDS RATE
//
// RATE bounds what is sent, packets a second to each side; 0: no bound.

#include "bench/relay/ends.h"
#include "net/frame.h"

#include <chrono>
#include <netinet/in.h>
#include <string_view>
#include <sys/uio.h>
#include <thread>
#include <vector>

namespace lessor::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kClients = 4'096;
constexpr std::size_t kHeadroom = 48;
constexpr std::size_t kPayload = 300;
constexpr std::size_t kBatch = 32;

struct Ends {
  net::Mac clients_mac, server_mac, relay_mac;
  net::Ip4 giaddr, server;
  std::string_view circuit;
};

/// Writes a message of client `n` into `slot` and returns the frame.
Bytes write_message(MutableBytes slot, std::size_t n, const Ends& ends, bool reply) {
  const auto client = static_cast<std::uint32_t>(n);
  std::byte* p = slot.data() + kHeadroom;
  store_u8(p, reply ? 2 : 1);
  store_u8(p + 1, 1);
  store_u8(p + 2, 6);
  store_be32(p + 4, 0x10000000U + client);
  store_be16(p + 10, 0x8000);  // broadcast
  if (reply) store_be32(p + 16, ends.giaddr.value + 1 + client % 250);
  if (reply) store_be32(p + 24, ends.giaddr.value);
  store_be16(p + 28, 0x0200);
  store_be32(p + 30, client);
  ByteWriter options(slot.subspan(kHeadroom + 236, kPayload - 236));
  options.be32(0x63825363);
  for (const int octet : {53, 1, reply ? 2 : 1}) options.u8(static_cast<std::uint8_t>(octet));
  if (reply) {
    options.be16(54 << 8 | 4);
    options.be32(ends.server.value);
    for (const int octet : {51, 4, 0, 0, 14, 16, 82}) options.u8(static_cast<std::uint8_t>(octet));
    options.u8(static_cast<std::uint8_t>(ends.circuit.size() + 2));
    options.u8(1);
    options.u8(static_cast<std::uint8_t>(ends.circuit.size()));
    options.bytes(as_bytes(ends.circuit));
  }
  options.u8(255);
  if (reply) {
    return net::write_udp_frame(slot, kHeadroom, kPayload,
                                {.source_mac = ends.server_mac,
                                 .destination_mac = ends.relay_mac,
                                 .source = ends.server,
                                 .destination = ends.giaddr,
                                 .source_port = 67,
                                 .destination_port = 67});
  }
  return net::write_udp_frame(slot, kHeadroom, kPayload,
                              {.source_mac = ends.clients_mac,
                               .destination_mac = net::kMacBroadcast,
                               .destination = net::kIp4Broadcast,
                               .source_port = 68,
                               .destination_port = 67});
}

/// Frames of all clients, ready to be sent in batches, over and over.
class Source {
 public:
  Source(const std::string& interface, const Ends& ends, bool reply)
      : fd_(open_link(interface, false)),
        room_(kClients * kSlot),
        vectors_(kClients),
        messages_(kClients) {
    set_option(fd_, SOL_PACKET, PACKET_QDISC_BYPASS, 1, "bypass");
    for (std::size_t i = 0; i < kClients; ++i) {
      const MutableBytes slot = MutableBytes(room_).subspan(i * kSlot, kSlot);
      const Bytes frame = write_message(slot, i, ends, reply);
      vectors_[i] = {.iov_base = const_cast<std::byte*>(frame.data()), .iov_len = frame.size()};
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  void send_batch() {
    const int sent = sendmmsg(fd_, &messages_[at_], kBatch, 0);
    if (sent > 0) sent_ += static_cast<std::uint64_t>(sent);
    at_ = (at_ + kBatch) % kClients;
  }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  static constexpr std::size_t kSlot = 384;
  int fd_;
  std::vector<std::byte> room_;
  std::vector<iovec> vectors_;
  std::vector<mmsghdr> messages_;
  std::size_t at_ = 0;
  std::uint64_t sent_ = 0;
};

/// Counts what a filter passes. Its buffer is full at once, so that nothing is copied.
class Sink {
 public:
  Sink(const std::string& interface, std::uint16_t port, std::uint8_t op)
      : fd_(open_link(interface, true)) {
    pass_only(fd_, port, op);
    set_option(fd_, SOL_SOCKET, SO_RCVBUF, 1, "receive buffer");
    (void)take();
  }
  /// Since the last call.
  std::uint64_t take() {
    tpacket_stats stats{};
    socklen_t size = sizeof stats;
    must(getsockopt(fd_, SOL_PACKET, PACKET_STATISTICS, &stats, &size), "statistics");
    return stats.tp_packets;
  }

 private:
  int fd_;
};

/// Somebody has port 67 here, so that the kernel sends no ICMP errors; he never reads.
void hold_port() {
  const int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
  set_option(fd, SOL_SOCKET, SO_RCVBUF, 1, "receive buffer");
  sockaddr_in any{};
  any.sin_family = AF_INET;
  store_be16(reinterpret_cast<std::byte*>(&any.sin_port), 67);
  must(bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any), "bind port 67");
}

struct Tally {
  std::uint64_t requests = 0, replies = 0, sent = 0;
  double seconds = 0;
};

Tally measure(Source& clients, Source& server, Sink& at_server, Sink& at_clients, double seconds,
              double rate) {
  (void)at_server.take();
  (void)at_clients.take();
  const std::uint64_t before = clients.sent() + server.sent();
  const Clock::time_point start = Clock::now();
  double passed = 0;
  std::uint64_t batches = 0;
  while (passed < seconds) {
    clients.send_batch();
    server.send_batch();
    ++batches;
    passed = std::chrono::duration<double>(Clock::now() - start).count();
    const double ahead = rate > 0 ? static_cast<double>(batches * kBatch) / rate - passed : 0;
    if (ahead > 0.001) std::this_thread::sleep_for(std::chrono::duration<double>(ahead));
  }
  return {at_server.take(), at_clients.take(), clients.sent() + server.sent() - before, passed};
}

int run(char** words) {
  const std::string clients_if = words[1], server_if = words[2];
  const Ends ends{.clients_mac = mac_of(clients_if),
                  .server_mac = mac_of(server_if),
                  .relay_mac = mac_from(words[5]),
                  .giaddr = address_of(words[3]),
                  .server = address_of(words[4]),
                  .circuit = words[6]};
  hold_port();
  Source clients(clients_if, ends, false), server(server_if, ends, true);
  Sink at_server(server_if, 67, 1), at_clients(clients_if, 68, 2);
  const double seconds = std::atof(words[7]), rate = std::atof(words[8]);
  // A relay's first packets ask for neighbours and meet cold caches.
  (void)measure(clients, server, at_server, at_clients, 0.3, 5'000);
  const Tally t = measure(clients, server, at_server, at_clients, seconds, rate);
  std::printf("{\"requests\": %.0f, \"replies\": %.0f, \"sent\": %.0f}\n",
              static_cast<double>(t.requests) / t.seconds,
              static_cast<double>(t.replies) / t.seconds, static_cast<double>(t.sent) / t.seconds);
  return 0;
}

}  // namespace
}  // namespace lessor::bench

int main(int count, char** words) {
  if (count != 9) {
    std::fputs(
        "usage: relay_load CLIENTS_IF SERVER_IF GIADDR SERVER RELAY_MAC CIRCUIT SECONDS "
        "RATE\n",
        stderr);
    return 2;
  }
  return lessor::bench::run(words);
}
