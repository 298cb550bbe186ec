#pragma once
// FORCERENEW (RFC 3203) under a nonce (RFC 6704): the option by which a server gives a client the
// nonce, and later proves that a FORCERENEW is its own. Both ends read and write it here. Must not
// know: who keeps a nonce, how a digest is made.

#include "wire/v4/message_view.h"

#include <array>
#include <cstdint>
#include <optional>

namespace lessor::wire {

/// FORCERENEW_NONCE_CAPABLE: in every DISCOVER and REQUEST of a client that takes FORCERENEW, and
/// in the offer of a server that sends it (RFC 6704 3.1.1); a list of algorithms.
inline constexpr OptionCode kOptionForcerenewNonceCapable = 145;
/// Its value: HMAC-MD5 is the only algorithm there is.
inline constexpr std::array<std::byte, 1> kForcerenewAlgorithms{std::byte{1}};

/// A nonce, or a digest made with it.
inline constexpr std::size_t kNonceSize = 16;
using Nonce = std::array<std::byte, kNonceSize>;

/// HMAC-MD5 (RFC 2104) of `text` under `key`, 16 octets each but the text.
using HmacMd5 = std::array<std::byte, 16> (*)(Bytes key, Bytes text);

/// What option 90 carries under RFC 6704 3.1.2 (RFC 3118 2 in front): `key` is the nonce in a
/// DHCPACK, the digest in a FORCERENEW.
struct ReconfigureKey {
  enum class Kind : std::uint8_t { nonce = 1, digest = 2 };
  Kind kind = Kind::nonce;
  std::uint64_t replay = 0;  ///< RFC 3118 2: must grow from message to message
  Bytes key;                 ///< borrowed, kNonceSize octets
};
inline constexpr std::size_t kReconfigureKeySize = 12 + kNonceSize;

/// Option 90 of a message, when it is of that kind.
[[nodiscard]] std::optional<ReconfigureKey> find_reconfigure_key(const MessageView& message,
                                                                 ReconfigureKey::Kind kind);
/// The option's value.
[[nodiscard]] std::array<std::byte, kReconfigureKeySize> write_reconfigure_key(
    const ReconfigureKey& key);

/// Whether a client's option 145 names an algorithm that there is.
[[nodiscard]] bool takes_forcerenew(const MessageView& message);

}  // namespace lessor::wire
