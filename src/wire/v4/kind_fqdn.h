#pragma once
// The client's fully qualified domain name: option 81 (RFC 4702).

#include "wire/value_codec.h"

namespace lessor::wire {

/// RFC 4702 2.1: the flags.
inline constexpr std::uint8_t kFqdnServerUpdates = 0x01;  ///< S: the server updates A records
inline constexpr std::uint8_t kFqdnOverride = 0x02;       ///< O: the server overrode S
inline constexpr std::uint8_t kFqdnWireFormat = 0x04;     ///< E: the name is in DNS wire format
inline constexpr std::uint8_t kFqdnNoUpdates = 0x08;      ///< N: the server updates nothing

/// Option 81, read.
struct Fqdn {
  std::uint8_t flags = 0;
  std::uint8_t rcode1 = 0;
  std::uint8_t rcode2 = 0;
  std::string name;      ///< as text; odd octets as \DDD in wire format, raw in ASCII
  bool partial = false;  ///< not ended by the root: the server completes it
};

/// Reads option 81. Nothing when it is shorter than three octets or its name is malformed.
[[nodiscard]] std::optional<Fqdn> read_fqdn(Bytes value);

namespace kind {
/// "SE, 0, 0, host.example.org.": flags by letter (or a number), both rcodes, the name; a final dot
/// says that the name is whole.
extern const ValueCodec kFqdn;
}  // namespace kind

}  // namespace lessor::wire
