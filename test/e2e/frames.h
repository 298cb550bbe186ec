#pragma once
// DHCP messages and the frames around them for the load programs of these tests, by the letter of
// RFC 2131. It shares no DHCP code with the server, so that the two check each other.

#include "base/bytes.h"
#include "net/address.h"
#include "net/frame.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace lessor::e2e {

using net::Ip4;
using net::Mac;

enum MessageType : std::uint8_t { kDiscover = 1, kOffer, kRequest, kDecline, kAck, kNak, kRelease };
/// How MACs begin: of clients that keep to the rules, and of all others.
inline constexpr std::uint16_t kHonest = 0x02aa;
inline constexpr std::uint16_t kHostile = 0x02bb;
inline constexpr std::size_t kOptionsAt = 240;
inline constexpr std::size_t kFrameRoom = 1'514;
inline constexpr std::uint32_t kChaddrInMessage = 28;
inline constexpr std::uint32_t kChaddrInDatagram = 8 + kChaddrInMessage;  // behind a UDP header
inline constexpr std::uint32_t kChaddrInFrame = net::kFrameHeaders + kChaddrInMessage;

struct Message {
  std::uint8_t op = 1;
  std::uint8_t type = kDiscover;
  std::uint32_t xid = 0;
  std::uint16_t flags = 0;
  Ip4 ciaddr;
  Ip4 yiaddr;
  Ip4 giaddr;
  Mac mac;
  Ip4 requested;             ///< option 50; none when zero
  Ip4 server;                ///< option 54; none when zero
  std::string_view circuit;  ///< option 82, sub-option 1; none when empty
};

/// Option 82 with this circuit-id; nothing for none.
inline std::string circuit_option(std::string_view circuit) {
  if (circuit.empty()) return {};
  const auto octet = [](std::size_t value) { return std::string(1, static_cast<char>(value)); };
  return octet(82) + octet(circuit.size() + 2) + octet(1) + octet(circuit.size()) +
         std::string(circuit);
}

/// Writes `m` and returns its length; `room` holds 300 octets at least.
inline std::size_t write_message(const Message& m, MutableBytes room) {
  ByteWriter out(room);
  out.u8(m.op);
  out.be16(0x0106);
  out.u8(m.giaddr.is_zero() ? 0 : 1);
  out.be32(m.xid);
  out.be16(0);
  out.be16(m.flags);
  for (const Ip4 address : {m.ciaddr, m.yiaddr, Ip4{}, m.giaddr}) out.be32(address.value);
  out.bytes(m.mac.octets);
  out.zeros(10 + 64 + 128);
  out.be32(0x63825363);
  out.be16(53 << 8 | 1);
  out.u8(m.type);
  if (!m.requested.is_zero()) {
    out.be16(50 << 8 | 4);
    out.be32(m.requested.value);
  }
  if (!m.server.is_zero()) {
    out.be16(54 << 8 | 4);
    out.be32(m.server.value);
  }
  out.bytes(lessor::as_bytes(circuit_option(m.circuit)));
  out.u8(255);
  if (out.size() < 300) out.zeros(300 - out.size());
  return out.size();
}

/// The fields of a reply that a client acts on; false when it is none.
inline bool read_reply(Bytes packet, Message& reply) {
  if (packet.size() < kOptionsAt || load_u8(packet.data()) != 2) return false;
  reply.xid = load_be32(packet.data() + 4);
  reply.yiaddr = Ip4{load_be32(packet.data() + 16)};
  copy_bytes(reply.mac.octets, packet.subspan(28, 6));
  reply.type = 0;
  ByteReader options(packet.subspan(kOptionsAt));
  while (options.ok()) {
    const std::uint8_t code = options.u8();
    if (code == 255) break;
    if (code == 0) continue;
    const Bytes value = options.bytes(options.u8());
    if (code == 53 && value.size() == 1) reply.type = load_u8(value.data());
    if (code == 54 && value.size() == 4) reply.server = Ip4{load_be32(value.data())};
  }
  return options.ok() && reply.type != 0;
}

/// A locally administered MAC: two octets that say whose, then a number.
inline Mac mac_of(std::uint16_t whose, std::uint32_t number) {
  Mac mac;
  store_be16(mac.octets.data(), whose);
  store_be32(mac.octets.data() + 2, number);
  return mac;
}

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// From now on `fd` receives messages of clients whose MAC begins with `whose` only: chaddr stands
/// `chaddr_at` octets from the front.
inline void hear_only(int fd, std::uint32_t chaddr_at, std::uint16_t whose) {
  std::array<sock_filter, 4> program = {{
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, chaddr_at),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, whose, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xffff),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) die("filter");
}

/// A promiscuous packet socket on `interface` for IPv4 frames of others.
inline int open_link(const char* interface) {
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) die("packet socket");
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_IP);
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface));
  const int on = 1;
  const int room = 4 << 20;
  packet_mreq promiscuous{};
  promiscuous.mr_ifindex = address.sll_ifindex;
  promiscuous.mr_type = PACKET_MR_PROMISC;
  if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous) != 0 ||
      setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0 ||
      bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    die(interface);
  }
  static_cast<void>(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on));
  static_cast<void>(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room));
  static_cast<void>(setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room));
  return fd;
}

inline Ip4 address_argument(const char* text) {
  const auto address = net::parse_ip4(text);
  if (!address) std::fprintf(stderr, "%s is not an address\n", text), std::exit(2);
  return *address;
}

inline Mac mac_argument(const char* text) {
  const auto mac = net::parse_mac(text);
  if (!mac) std::fprintf(stderr, "%s is not a MAC address\n", text), std::exit(2);
  return *mac;
}

}  // namespace lessor::e2e
