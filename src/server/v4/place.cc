#include "server/v4/place.h"

#include <algorithm>
#include <array>

namespace lessor::server::v4 {
namespace {

// No secret: the number has to mean the same after a restart. Who makes up ports needs none.
constexpr HashKey kPortKey{0x6c6573736f722d70, 0x6f72742d6e616d65};

constexpr std::uint8_t kByCircuit = 1;
constexpr std::uint8_t kByRemote = 2;

[[gnu::noinline]] std::uint64_t number_of_port(net::Ip4 scope, std::uint8_t kind, Bytes name) {
  std::array<std::byte, 4 + 1 + 255> text;
  ByteWriter out(text);
  out.be32(scope.value);
  out.u8(kind);
  out.bytes(name.first(std::min<std::size_t>(name.size(), 255)));
  // 0 is no port.
  return std::max<std::uint64_t>(sip_hash(kPortKey, out.written()), 1);
}

}  // namespace

lease::Place place_of(const wire::Request& request, const config::Subnet& subnet) {
  lease::Place place{.relay = request.giaddr};
  const net::Ip4 scope = request.giaddr.is_zero() ? net::Ip4{subnet.link} : request.giaddr;
  if (request.relay.circuit_id) {
    place.port = number_of_port(scope, kByCircuit, *request.relay.circuit_id);
  } else if (request.relay.remote_id) {
    place.port = number_of_port(scope, kByRemote, *request.relay.remote_id);
  }
  return place;
}

lease::Holder subnet_holder(std::uint32_t subnet_id, HashKey key) {
  return subnet_id == 0 ? 0 : (subnet_id * 0x9e3779b97f4a7c15U) ^ key.k0;
}

lease::Holder random_holder(std::uint32_t subnet_id, HashKey key) {
  return subnet_id == 0 ? 0 : (subnet_id * 0x9e3779b97f4a7c15U) ^ key.k1;
}

lease::Holder class_holder(std::uint32_t number, HashKey key) {
  std::array<std::byte, 4> text;
  store_be32(text.data(), number);
  return sip_hash(key, text);
}

bool is_made_up(const net::HardwareAddress& hardware) {
  constexpr std::byte kLocal{2};
  return hardware.size == 6 && (hardware.octets[0] & kLocal) != std::byte{0};
}

Account account_of(const net::HardwareAddress& hardware, const lease::Place& place,
                   std::uint32_t subnet_id, HashKey key) {
  std::array<std::byte, 4 + 8 + 2 + 16> text;
  ByteWriter out(text);
  out.be32(place.relay.value);
  const Bytes relay = out.written();
  out.be64(place.port);
  const Bytes port = out.written();
  out.u8(hardware.type);
  out.u8(hardware.size);
  out.bytes(hardware.bytes());
  const Bytes client = out.written();
  return {{sip_hash(key, client), place.port == 0 ? 0 : sip_hash(key, port),
           place.relay.is_zero() ? 0 : sip_hash(key, relay)},
          subnet_holder(subnet_id, key),
          is_made_up(hardware) ? random_holder(subnet_id, key) : 0};
}

}  // namespace lessor::server::v4
