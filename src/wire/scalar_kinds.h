#pragma once
// The plain kinds of values: numbers, addresses, text, octets. Odd kinds have a file each.

#include "wire/value_codec.h"

namespace lessor::wire::kind {

extern const ValueCodec kBoolean;  ///< one octet, 0 or 1: "true", "false"
extern const ValueCodec kU8;
extern const ValueCodec kU16;
extern const ValueCodec kU32;
extern const ValueCodec kU64;
extern const ValueCodec kI8;
extern const ValueCodec kI16;
extern const ValueCodec kI32;
extern const ValueCodec kSeconds;  ///< 32 bits of seconds: a number; reads "1h" and "infinite", too
extern const ValueCodec kIp4;
extern const ValueCodec kIp6;
extern const ValueCodec kMac;
extern const ValueCodec kPsid;  ///< RFC 7597: a length and 16 bits: "3/4"

extern const ValueCodec kText;         ///< the rest, one octet at least
extern const ValueCodec kTextOrEmpty;  ///< the rest, may be empty
extern const ValueCodec kOctets;       ///< the rest in hexadecimal, one octet at least
extern const ValueCodec kOctetsOrEmpty;
extern const ValueCodec kOctets4;   ///< four of them
extern const ValueCodec kOctets16;  ///< sixteen of them
/// The rest as 'text' in quotes when it is printable, else in hexadecimal.
extern const ValueCodec kIdentifier;
extern const ValueCodec kTuple8;   ///< a length octet, then an identifier
extern const ValueCodec kTuple16;  ///< two length octets, then an identifier
extern const ValueCodec kName;     ///< one domain name without compression

/// Reads 'text' in quotes, 0x hexadecimal, or hexadecimal as it is.
[[nodiscard]] Complaint parse_octets(std::string_view text, std::vector<std::byte>& out);
/// 'text' in quotes when every octet is printable and no quote or backslash is among them.
[[nodiscard]] std::string print_identifier(Bytes value);

/// Building blocks for other kinds' random values.
void append_random(Random& random, std::vector<std::byte>& out, std::size_t octets);
void append_random_text(Random& random, std::vector<std::byte>& out);
[[nodiscard]] std::string random_name(Random& random);

}  // namespace lessor::wire::kind
