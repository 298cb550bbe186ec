#pragma once
// For the tests of FORCERENEW: a site that gives nonces, clients that take them.

#include "server/v4/renew_key.h"
#include "server/v4/test_kit.h"

#include <algorithm>

namespace lessor::server::v4::testing {

inline constexpr std::string_view kAddress = "192.0.2.10";
using Kind = wire::ReconfigureKey::Kind;

/// No HMAC, but a function of all that one is a function of.
inline wire::Nonce digest_of(Bytes key, Bytes text) {
  const Hash128 hash = sip_hash_128({load_be64(key.data()), load_be64(key.data() + 8)}, text);
  wire::Nonce digest;
  store_be64(digest.data(), hash.high);
  store_be64(digest.data() + 8, hash.low);
  return digest;
}

inline Settings settings() {
  Settings made = Site::small();
  made.hmac_md5 = digest_of;
  return made;
}

inline config::ServerConfig renewing_site(config::ForceRenew when = config::ForceRenew::on_request,
                                          HugeVector<config::Subnet> subnets = {
                                              subnet(1, "192.0.2.0/24",
                                                     {pool("192.0.2.10-192.0.2.19")})}) {
  config::ServerConfig made = config_of(std::move(subnets));
  made.force_renew = when;
  return made;
}

inline Say capable(Say say) { return say.with(145, octets({1})); }

inline std::optional<wire::ReconfigureKey> key_in(const std::optional<Reply>& reply) {
  return reply ? wire::find_reconfigure_key(reply->view(), Kind::nonce) : std::nullopt;
}

/// The nonce that the reply gives; nothing when it gives none.
inline std::optional<wire::Nonce> nonce_in(const std::optional<Reply>& reply) {
  const auto key = key_in(reply);
  if (!key) return std::nullopt;
  wire::Nonce nonce;
  copy_bytes(nonce, key->key);
  return nonce;
}

/// A client that takes FORCERENEW gets kAddress, or that address.
inline wire::Nonce lease_to(Site& site, const Host& h, std::string_view address = kAddress) {
  (void)site.hear(capable(discover(h)));
  return nonce_in(site.hear(capable(selecting(h, address)))).value_or(wire::Nonce{});
}

/// Whether the message proves to know the nonce (RFC 6704 3.1.2).
inline bool is_signed(const Reply& message, const wire::Nonce& nonce) {
  const auto digest = wire::find_reconfigure_key(message.view(), Kind::digest);
  if (!digest) return false;
  Octets text(message.bytes().begin(), message.bytes().end());
  const auto at = digest->key.data() - message.bytes().data();
  std::fill_n(text.begin() + at, wire::kNonceSize, std::byte{0});
  return equal_bytes(digest_of(nonce, text), digest->key);
}

inline bool is_forcerenew(const std::optional<Reply>& reply) {
  return reply && reply->type() == MessageType::forcerenew;
}

inline std::size_t ask(Site& site, std::string_view address = kAddress) {
  const net::Ip4 whom = ip(address);
  return site.engine().ask_to_renew(site.now(), {&whom, 1}).asked;
}

/// The addresses of all FORCERENEWs that leave in the next seconds.
inline std::vector<std::string> asked_within(Site& site, int seconds) {
  std::vector<std::string> all;
  for (int i = 0; i <= seconds; ++i) {
    site.pass(Duration::seconds(i == 0 ? 0 : 1));
    while (const auto reply = site.next_reply()) {
      if (is_forcerenew(reply)) all.push_back(net::to_string(reply->envelope().destination));
    }
  }
  return all;
}

}  // namespace lessor::server::v4::testing
