#include "link.h"

#include "base/text.h"
#include "net/frame.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lessor::soak {
namespace {

constexpr std::uint16_t kServerPort = 67;
constexpr std::uint16_t kClientPort = 68;
constexpr std::size_t kHeadroom = 48;

[[noreturn]] void give_up(const std::string& text, bool system_error = false) {
  if (system_error) std::perror("soak_load");
  std::fprintf(stderr, "soak_load: %s\n", text.c_str());
  std::exit(2);
}

net::Ip4 address_of(std::string_view text) {
  const auto address = net::parse_ip4(text);
  if (!address) give_up(std::string(text) + " is not an address");
  return *address;
}

sockaddr_in port_67(net::Ip4 address) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  store_be16(reinterpret_cast<std::byte*>(&a.sin_port), kServerPort);
  store_be32(reinterpret_cast<std::byte*>(&a.sin_addr), address.value);
  return a;
}

void enlarge_receive_buffer(int fd) {
  const int room = 8 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
}

}  // namespace

Link::Link(const std::string& words) {
  const auto parts = split(words, ',');
  if (parts.size() != 6) {
    give_up(words + " is not INTERFACE,SERVER,FIRST-LAST,RESERVED,GIADDR,RELAY");
  }
  server_ = address_of(parts[1]);
  const auto pool = net::parse_range4(parts[2]);
  if (!pool) give_up(std::string(parts[2]) + " is no range of addresses");
  pool_ = *pool;
  reserved_ = address_of(parts[3]);
  giaddr_ = address_of(parts[4]);
  open_ethernet(std::string(parts[0]));
  if (!giaddr_.is_zero() && parts[5] == "ours") open_relay();
}

void Link::open_ethernet(const std::string& interface) {
  sockaddr_ll own{};
  own.sll_family = AF_PACKET;
  store_be16(reinterpret_cast<std::byte*>(&own.sll_protocol), net::kEtherTypeIp4);
  own.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  fd_ = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  packet_mreq all{};
  all.mr_ifindex = own.sll_ifindex;
  all.mr_type = PACKET_MR_PROMISC;
  if (bind(fd_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
      setsockopt(fd_, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0) {
    give_up("a packet socket on " + interface, true);
  }
  enlarge_receive_buffer(fd_);
  socklen_t size = sizeof own;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&own), &size);
  copy_bytes(router_mac_.octets, std::as_bytes(std::span(own.sll_addr)).first(6));
}

void Link::open_relay() {
  const sockaddr_in own = port_67(giaddr_);
  const sockaddr_in server = port_67(server_);
  relay_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (bind(relay_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
      connect(relay_, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) {
    give_up("a socket on port 67 of " + net::to_string(giaddr_), true);
  }
  enlarge_receive_buffer(relay_);
}

std::vector<int> Link::fds() const {
  return we_relay() ? std::vector{fd_, relay_} : std::vector{fd_};
}

bool Link::send(Bytes payload, const net::Mac& mac, net::Ip4 from, bool to_everybody) {
  if (we_relay() && to_everybody) {
    return ::send(relay_, payload.data(), payload.size(), MSG_DONTWAIT) >= 0;
  }
  std::array<std::byte, 2048> slot;
  copy_bytes(MutableBytes(slot).subspan(kHeadroom), payload);
  const Bytes frame =
      net::write_udp_frame(slot, kHeadroom, payload.size(),
                           {.source_mac = we_relay() ? router_mac_ : mac,
                            .destination_mac = to_everybody ? net::kMacBroadcast : server_mac_,
                            .source = from,
                            .destination = to_everybody ? net::kIp4Broadcast : server_,
                            .source_port = kClientPort,
                            .destination_port = kServerPort});
  return ::send(fd_, frame.data(), frame.size(), MSG_DONTWAIT) >= 0;
}

std::optional<Bytes> Link::receive() {
  for (const bool relayed : {false, true}) {
    if (relayed && !we_relay()) break;
    for (;;) {
      const ssize_t size = ::recv(relayed ? relay_ : fd_, room_.data(), room_.size(), MSG_DONTWAIT);
      if (size < 0 && errno == EAGAIN) break;
      if (size < 0) continue;  // an ICMP error, or the interface went down
      const Bytes received = Bytes(room_).first(static_cast<std::size_t>(size));
      const auto payload = relayed ? received : payload_of(received);
      if (payload) return payload;
    }
  }
  return std::nullopt;
}

/// What the server sent to a client's port. What it sent to our relay tells its MAC too.
std::optional<Bytes> Link::payload_of(Bytes frame) {
  const auto to_relay = net::parse_frame(frame, net::ChecksumState::valid, kServerPort);
  if (to_relay && to_relay->source == server_) server_mac_ = to_relay->source_mac;
  const auto parsed = net::parse_frame(frame, net::ChecksumState::verify, kClientPort);
  if (!parsed) return std::nullopt;
  server_mac_ = parsed->source_mac;
  return parsed->payload;
}

std::uint64_t Link::take_losses() {
  tpacket_stats stats{};
  socklen_t size = sizeof stats;
  getsockopt(fd_, SOL_PACKET, PACKET_STATISTICS, &stats, &size);
  return stats.tp_drops;
}

}  // namespace lessor::soak
