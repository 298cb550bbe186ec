#include "server/v4/sender.h"

#include "wire/v4/option_cursor.h"
#include "wire/v4/protocol.h"

namespace lessor::server::v4 {
namespace {

/// Options looked at in search of option 82, pads included. No client sends as many; who does so
/// stays without the name of his port.
constexpr std::size_t kOptionsLookedAt = 64;
/// Octets of a port's name that count: more than any relay's circuit-id has.
constexpr std::size_t kNameOctets = 64;

constexpr wire::OptionCode kCircuitId = 1;  // RFC 3046 3.1
constexpr wire::OptionCode kRemoteId = 2;   // RFC 3046 3.2

/// Cheap, and good enough for counts that live for milliseconds: nobody sees what it gives.
std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * 0x9e3779b97f4a7c15U;
  return state ^ state >> 32;
}

std::uint64_t mix(std::uint64_t state, const net::Mac& mac) {
  const std::uint64_t high = load_be16(mac.octets.data());
  return mix(state, high << 32 | load_be32(mac.octets.data() + 2));
}

std::uint64_t of_neighbour(std::uint64_t state, const net::Datagram& in) {
  return in.framed ? mix(state, in.source_mac) : mix(state, in.source.value);
}

/// The last option 82: a relay adds its own behind the client's options (R3046-2.1-b).
Bytes find_relay_info(Bytes message) {
  Bytes found;
  wire::OptionCursor options(message.subspan(wire::kOptionsOffset));
  wire::RawOption option;
  for (std::size_t i = 0; i < kOptionsLookedAt && options.next(option); ++i) {
    if (option.code == wire::kOptionDhcpAgentOptions) found = option.value;
  }
  return found;
}

Bytes find_port(Bytes relay_info) {
  Bytes remote_id;
  wire::OptionCursor parts(relay_info, wire::OptionCursor::Grammar::sub_options);
  for (wire::RawOption part; parts.next(part);) {
    if (part.code == kCircuitId) return part.value;
    if (part.code == kRemoteId) remote_id = part.value;
  }
  return remote_id;
}

}  // namespace

Sender read_sender(const net::Datagram& in, HashKey key) {
  const bool has_header = in.payload.size() >= wire::kOptionsOffset;
  const std::byte* message = in.payload.data();
  const std::uint32_t giaddr = has_header ? load_be32(message + wire::kGiaddrOffset) : 0;
  const std::uint32_t ciaddr = has_header ? load_be32(message + wire::kCiaddrOffset) : 0;
  const Bytes port = has_header ? find_port(find_relay_info(in.payload)) : Bytes();

  const std::uint64_t interface = mix(key.k0, in.interface);
  std::uint64_t neighbour = interface ^ key.k1;
  if (giaddr != 0) neighbour = of_neighbour(neighbour, in);
  const std::uint64_t relay = mix(neighbour, giaddr);
  const std::uint64_t name =
      port.empty() ? 0 : sip_hash(key, port.first(std::min(port.size(), kNameOctets)));
  const std::uint64_t of_port = mix(relay, name);
  const bool on_link = giaddr == 0 && ciaddr == 0 && in.framed;
  std::uint64_t hardware = 0;
  if (has_header) {
    hardware = mix(mix(of_port, load_be64(message + wire::kChaddrOffset)),
                   load_be64(message + wire::kChaddrOffset + 8));
  }
  const bool by_frame = on_link || !has_header;
  const std::uint64_t client = by_frame ? mix(of_port, in.source_mac) : hardware;
  return {.names = {interface, neighbour, relay, of_port, client},
          .hardware = hardware,
          .has_relay = giaddr != 0,
          .has_port = !port.empty()};
}

}  // namespace lessor::server::v4
