#include "net/icmp.h"

#include "net/checksum.h"

namespace lessor::net {
namespace {

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kEchoReply = 0;
constexpr std::uint8_t kUnreachable = 3;
constexpr std::uint8_t kEcho = 8;
constexpr std::size_t kHeader = 8;
constexpr std::uint16_t kFragmentMask = 0x3fff;  // more fragments, and the offset

/// An IPv4 packet's addresses and what it carries of ICMP; nothing when it carries none.
struct Icmp {
  Ip4 source;
  Ip4 destination;
  Bytes message;
};
std::optional<Icmp> read_ip(Bytes packet) {
  constexpr std::size_t kIpHeader = 20;
  if (packet.size() < kIpHeader || load_u8(packet.data()) >> 4 != 4) return std::nullopt;
  const std::size_t header = (load_u8(packet.data()) & 0x0fU) * std::size_t{4};
  const bool is_fragment = (load_be16(packet.data() + 6) & kFragmentMask) != 0;
  if (header < kIpHeader || packet.size() < header + kHeader || is_fragment) return std::nullopt;
  if (load_u8(packet.data() + 9) != kIcmp) return std::nullopt;
  return Icmp{.source = {load_be32(packet.data() + 12)},
              .destination = {load_be32(packet.data() + 16)},
              .message = packet.subspan(header)};
}

std::uint32_t number_of(Bytes message) { return load_be32(message.data() + 4); }

/// RFC 792: an error carries the internet header and the first 64 bits of what it is about.
std::optional<EchoSighting> read_error(Bytes message) {
  const auto about = read_ip(message.subspan(kHeader));
  if (!about || load_u8(about->message.data()) != kEcho) return std::nullopt;
  return EchoSighting{.kind = EchoSighting::Kind::unreachable,
                      .address = about->destination,
                      .number = number_of(about->message)};
}

}  // namespace

std::array<std::byte, kEchoRequest> write_echo_request(const EchoProbe& probe) {
  std::array<std::byte, kEchoRequest> message{};
  ByteWriter out(message);
  out.u8(kEcho);
  out.u8(0);
  out.be16(0);
  out.be32(probe.number);
  out.be64(probe.token);
  store_be16(message.data() + 2, internet_checksum(checksum_add(0, message)));
  return message;
}

std::optional<EchoSighting> read_echo_answer(Bytes packet) {
  const auto ip = read_ip(packet);
  if (!ip) return std::nullopt;
  const std::uint8_t type = load_u8(ip->message.data());
  if (type == kUnreachable) return read_error(ip->message);
  if (type != kEchoReply || ip->message.size() < kEchoRequest) return std::nullopt;
  if (internet_checksum(checksum_add(0, ip->message)) != 0) return std::nullopt;
  return EchoSighting{.kind = EchoSighting::Kind::reply,
                      .address = ip->source,
                      .number = number_of(ip->message),
                      .token = load_be64(ip->message.data() + kHeader)};
}

}  // namespace lessor::net
