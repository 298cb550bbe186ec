#pragma once
// Identity: who a client is, as 128 secret-keyed bits, hashed once a packet: the lease table's
// indexes begin a search with one half, the offer table knows clients by both. Must not know:
// packets, subnets, leases.

#include "base/hash.h"
#include "net/address.h"

namespace lessor::lease {

/// Two clients share one with probability 2^-128, and nobody can aim at another's.
using Identity = Hash128;

/// Of a client identifier, or of a hardware address, which are told apart by whoever keeps both. Of
/// the latter the leases with a client identifier are another group than those without.
[[nodiscard]] Identity identity_of(HashKey key, Bytes client_id);
[[nodiscard]] Identity identity_of(HashKey key, const net::HardwareAddress& hardware,
                                   bool with_client_id = false);

/// Identity::high alone, for less.
[[nodiscard]] std::uint64_t index_hash(HashKey key, Bytes client_id);
[[nodiscard]] std::uint64_t index_hash(HashKey key, const net::HardwareAddress& hardware,
                                       bool with_client_id);

}  // namespace lessor::lease
