#include "client/v4/forcerenew.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace lessor::client::v4 {
namespace {

/// RFC 6704 3.1.2: protocol, algorithm and replay detection method of option 90, and the types of
/// what follows.
constexpr std::uint8_t kReconfigureKeyProtocol = 3;
constexpr std::uint8_t kAlgorithmHmacMd5 = 1;
constexpr std::uint8_t kMonotonicCounter = 0;
constexpr std::uint8_t kTypeNonce = 1;
constexpr std::uint8_t kTypeDigest = 2;
constexpr std::size_t kKeySize = 16;

/// Option 90 as RFC 6704 lays it out (RFC 3118 2 in front).
struct Authentication {
  std::uint8_t type = 0;
  std::uint64_t replay = 0;
  Bytes key;  ///< the nonce or the digest: 16 octets
};

std::optional<Authentication> read_authentication(Bytes value) {
  ByteReader in(value);
  const std::uint8_t protocol = in.u8();
  const std::uint8_t algorithm = in.u8();
  const std::uint8_t rdm = in.u8();
  Authentication found;
  found.replay = in.be64();
  found.type = in.u8();
  found.key = in.bytes(kKeySize);
  const bool known = protocol == kReconfigureKeyProtocol && algorithm == kAlgorithmHmacMd5 &&
                     rdm == kMonotonicCounter;
  if (!in.finished() || !known) return std::nullopt;
  return found;
}

/// Option 90 of a message, when it is of `type`.
std::optional<Authentication> find_authentication(const wire::MessageView& message,
                                                  std::uint8_t type) {
  const auto value = message.option(wire::kOptionAuthenticate);
  const auto found = value ? read_authentication(*value) : std::nullopt;
  return found && found->type == type ? found : std::nullopt;
}

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
  for (std::size_t i = 0; i < kKeySize; ++i) text[digest_at + i] = std::byte{0};
  return text;
}

/// Looks at every octet, so that the time taken says nothing of where the first wrong one is.
bool same_digest(Bytes a, Bytes b) {
  std::byte difference{0};
  for (std::size_t i = 0; i < kKeySize; ++i) difference |= a[i] ^ b[i];
  return difference == std::byte{0};
}

}  // namespace

void Forcerenew::learn(const wire::MessageView& ack) {
  const auto found = find_authentication(ack, kTypeNonce);
  if (!found) return;
  // A server that repeats its nonce with an old counter opens the door to no old message.
  const bool known = nonce_ && same_digest(*nonce_, found->key);
  replay_ = known ? std::max(replay_, found->replay) : found->replay;
  copy_bytes(nonce_.emplace(), found->key);
}

bool Forcerenew::accepts(const wire::MessageView& message, HmacMd5 hmac) {
  if (!nonce_ || hmac == nullptr) return false;
  const auto found = find_authentication(message, kTypeDigest);
  if (!found || found->replay <= replay_) return false;
  // A digest split over several options has no place in the message that could be zeroed.
  const auto at = offset_in(message.bytes(), found->key);
  if (!at) return false;
  if (!same_digest(hmac(*nonce_, digested(message.bytes(), *at)), found->key)) return false;
  replay_ = found->replay;
  return true;
}

}  // namespace lessor::client::v4
