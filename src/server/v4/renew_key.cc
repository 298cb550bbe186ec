#include "server/v4/renew_key.h"

#include "server/v4/claims.h"
#include "server/v4/refine.h"
#include "server/v4/server_address.h"
#include "wire/v4/message_writer.h"

namespace lessor::server::v4 {
namespace {

constexpr std::size_t kKept = wire::kNonceSize + 4;

/// Hashed with our secret key: nobody else can tell what comes out. No identifier of a client is
/// hashed so, as none begins like this.
wire::Nonce make_nonce(const Packet& packet, const World& world, net::Ip4 address, HashKey seed) {
  std::array<std::byte, 64> room;
  ByteWriter text(room);
  text.bytes(as_bytes("forcerenew nonce"));
  text.be32(address.value);
  text.be64(packet.client.identity.high);
  text.be64(static_cast<std::uint64_t>(world.now.mono.to_nanoseconds()));
  text.be64(static_cast<std::uint64_t>(world.now.wall.seconds));
  text.be32(packet.request.xid);
  const Hash128 hash = sip_hash_128(seed, text.written());
  wire::Nonce nonce;
  store_be64(nonce.data(), hash.high);
  store_be64(nonce.data() + 8, hash.low);
  return nonce;
}

RenewGrant grant_in_subnet(const Packet& packet, const World& world, const Decision& decision,
                           HashKey seed) {
  const auto server = choose_server_address(packet.request, packet.in, packet.subnet().prefix,
                                            world.interfaces, world.prepared.config().interfaces);
  if (!server) return {.is_taken = true};
  RenewGrant grant{.is_taken = true, .is_told = true};
  const auto lease = world.leases.find(decision.address);
  const bool is_again = lease && is_running(*lease, packet.client, world.now.mono) &&
                        lease->xid == packet.request.xid;
  const auto kept = is_again ? renew_key_of(*lease) : std::nullopt;
  grant.key.nonce = kept ? kept->nonce : make_nonce(packet, world, decision.address, seed);
  grant.key.server = server->identifier;
  return grant;
}

}  // namespace

bool takes_forcerenew(const Packet& packet) {
  return packet.view != nullptr && !is_bootp(packet) && wire::takes_forcerenew(*packet.view);
}

RenewGrant grant_renewal(const Packet& packet, const World& world, const Decision& decision,
                         HashKey seed) {
  if (!takes_forcerenew(packet)) return {};
  const bool is_written = decision.verdict == Verdict::ack && decision.effect == Effect::bind;
  if (!is_written) return {.is_taken = true};
  if (packet.network == nullptr) return grant_in_subnet(packet, world, decision, seed);
  return grant_in_subnet(settle_in_subnet(packet, world, decision.address), world, decision, seed);
}

void keep_renew_key(const RenewGrant& grant, lease::ExtrasWriter& extras) {
  if (!grant.is_taken) {
    (void)extras.set(lease::Extra::renew_key, {});
  } else if (grant.is_told) {
    std::array<std::byte, kKept> value;
    copy_bytes(value, grant.key.nonce);
    store_be32(value.data() + wire::kNonceSize, grant.key.server.value);
    (void)extras.set(lease::Extra::renew_key, value);
  }
}

std::optional<RenewKey> renew_key_of(const lease::Lease& lease) {
  if (lease.extras.empty()) return std::nullopt;
  const Bytes value = find_extra(lease, lease::Extra::renew_key);
  if (value.size() != kKept) return std::nullopt;
  RenewKey key;
  copy_bytes(key.nonce, value.first(wire::kNonceSize));
  key.server = {load_be32(value.data() + wire::kNonceSize)};
  return key;
}

/// The digest is of the whole message, its own place zero (RFC 3118 5.2, RFC 6704 3.1.2).
std::size_t write_forcerenew(const lease::Lease& lease, const RenewKey& key, std::uint64_t replay,
                             wire::HmacMd5 hmac, MutableBytes room) {
  wire::Header header;
  header.set_hardware_address(lease.hardware);
  header.xid = static_cast<std::uint32_t>(replay ^ (replay >> 32U));
  header.ciaddr = lease.address;
  wire::MessageWriter writer(room);
  writer.header(header);
  writer.option_u8(wire::kOptionDhcpMessageType,
                   static_cast<std::uint8_t>(wire::MessageType::forcerenew));
  writer.option_ip4(wire::kOptionDhcpServerIdentifier, key.server);
  const wire::Nonce zero{};
  writer.option(wire::kOptionAuthenticate,
                wire::write_reconfigure_key(
                    {.kind = wire::ReconfigureKey::Kind::digest, .replay = replay, .key = zero}));
  const std::size_t digest_at = writer.size() - wire::kNonceSize;
  writer.end();
  writer.pad_to(wire::kMinMessageSize);
  if (!writer.ok()) return 0;
  copy_bytes(room.subspan(digest_at), hmac(key.nonce, writer.message()));
  return writer.size();
}

}  // namespace lessor::server::v4
