#pragma once
// FORCERENEW (RFC 3203) under a nonce (RFC 6704): what a server gave this client in a DHCPACK, and
// whether a message proves to know it. A value. Must not know: states, what a FORCERENEW leads to,
// how a digest is made.

#include "wire/v4/reconfigure_key.h"

#include <cstdint>
#include <optional>

namespace lessor::client::v4 {

/// A server's nonce, and the replay counter of the last message that was believed.
class Forcerenew {
 public:
  /// Takes the nonce of a DHCPACK's option 90. RFC 6704 3.1.2: a server sends it in the first ACK
  /// and need not repeat it, so an ACK without a valid one leaves what is known.
  void learn(const wire::MessageView& ack);
  /// For a new beginning (INIT): another server may answer, which knows nothing of the nonce.
  void forget() { nonce_.reset(); }
  [[nodiscard]] bool has_nonce() const { return nonce_.has_value(); }

  /// Whether `message` carries the digest that only who knows the nonce can make, with a replay
  /// counter above the last one; if so, the counter is remembered, and the same message is not
  /// accepted twice. False without a nonce or without `hmac`. Takes the same time for any wrong
  /// digest.
  [[nodiscard]] bool accepts(const wire::MessageView& message, wire::HmacMd5 hmac);

 private:
  std::optional<wire::Nonce> nonce_;
  std::uint64_t replay_ = 0;  ///< RFC 3118 2: must grow from message to message
};

}  // namespace lessor::client::v4
