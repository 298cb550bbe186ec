#include "client/v4/forcerenew.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace lessor::client::v4 {
namespace {

using wire::kNonceSize;
using Kind = wire::ReconfigureKey::Kind;

/// Where `part` begins in `whole`; nothing when it lies elsewhere, as a value that was joined from
/// parts does.
std::optional<std::size_t> offset_in(Bytes whole, Bytes part) {
  const std::less<> before;
  const std::byte* const end = whole.data() + whole.size();
  if (before(part.data(), whole.data()) || before(end, part.data() + part.size())) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(part.data() - whole.data());
}

/// The octets that a digest is made of: the digest's own place is zero in them, and (RFC 3118 2) so
/// are `hops` and `giaddr`, which a relay changes on the way.
std::vector<std::byte> digested(Bytes message, std::size_t digest_at) {
  std::vector<std::byte> text(message.begin(), message.end());
  text[wire::kHopsOffset] = std::byte{0};
  store_be32(&text[wire::kGiaddrOffset], 0);
  for (std::size_t i = 0; i < kNonceSize; ++i) text[digest_at + i] = std::byte{0};
  return text;
}

/// Looks at every octet, so that the time taken says nothing of where the first wrong one is.
bool same_digest(Bytes a, Bytes b) {
  std::byte difference{0};
  for (std::size_t i = 0; i < kNonceSize; ++i) difference |= a[i] ^ b[i];
  return difference == std::byte{0};
}

}  // namespace

void Forcerenew::learn(const wire::MessageView& ack) {
  const auto found = wire::find_reconfigure_key(ack, Kind::nonce);
  if (!found) return;
  // A server that repeats its nonce with an old counter opens the door to no old message.
  const bool known = nonce_ && same_digest(*nonce_, found->key);
  replay_ = known ? std::max(replay_, found->replay) : found->replay;
  copy_bytes(nonce_.emplace(), found->key);
}

bool Forcerenew::accepts(const wire::MessageView& message, wire::HmacMd5 hmac) {
  if (!nonce_ || hmac == nullptr) return false;
  const auto found = wire::find_reconfigure_key(message, Kind::digest);
  if (!found || found->replay <= replay_) return false;
  // A digest split over several options has no place in the message that could be zeroed.
  const auto at = offset_in(message.bytes(), found->key);
  if (!at) return false;
  if (!same_digest(hmac(*nonce_, digested(message.bytes(), *at)), found->key)) return false;
  replay_ = found->replay;
  return true;
}

}  // namespace lessor::client::v4
