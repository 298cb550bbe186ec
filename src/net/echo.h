#pragma once
// ICMP echo (RFC 792) as values: an address is asked for, and what comes back. Must not know: how
// either looks on the wire.

#include "net/address.h"

namespace lessor::net {

/// An ICMP echo request to `address`, on its way as the kernel routes. `number` and `token` are for
/// telling its answer from what others make up: EchoSighting brings them back.
struct EchoProbe {
  Ip4 address;
  std::uint32_t number = 0;  ///< identifier and sequence number
  std::uint64_t token = 0;   ///< in the data
};

/// What came back of one: its answer, or an error about it.
struct EchoSighting {
  enum class Kind : std::uint8_t {
    reply,        ///< `address` sent it
    unreachable,  ///< whoever sent it says that `address` cannot be reached
  };
  Kind kind = Kind::reply;
  Ip4 address;
  std::uint32_t number = 0;
  std::uint64_t token = 0;  ///< of an error 0
};

}  // namespace lessor::net
