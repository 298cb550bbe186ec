#pragma once
// In place of HMAC-MD5: a function of key and text that nobody without the key can guess, for
// worlds that have no need of the real one.

#include "base/hash.h"
#include "wire/v4/reconfigure_key.h"

namespace lessor::sim {

[[nodiscard]] inline wire::Nonce digest_of(Bytes key, Bytes text) {
  const Hash128 hash = sip_hash_128({load_be64(key.data()), load_be64(key.data() + 8)}, text);
  wire::Nonce digest;
  store_be64(digest.data(), hash.high);
  store_be64(digest.data() + 8, hash.low);
  return digest;
}

}  // namespace lessor::sim
