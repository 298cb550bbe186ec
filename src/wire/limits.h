#pragma once
// Every limit of the wire formats, with its reason. A loop or a buffer without a limit does not
// pass review.

#include <cstddef>

namespace lessor::wire {

/// The largest UDP payload that IPv4 can carry (65535 - 20 - 8): nothing longer was ever received,
/// and 16-bit offsets suffice everywhere below.
inline constexpr std::size_t kMaxMessageSize = 65'507;

/// One code octet, 0 (pad) and 255 (end) taken: no message has more distinct options.
inline constexpr std::size_t kMaxOptionCodes = 254;

/// One length octet: a longer value is split (RFC 3396).
inline constexpr std::size_t kMaxOptionLength = 255;

/// RFC 1035 2.3.4: a label has at most 63 octets, a name at most 255 with its length octets.
inline constexpr std::size_t kMaxLabel = 63;
inline constexpr std::size_t kMaxName = 255;

/// A name of 255 octets has at most 127 labels, so no honest name follows more pointers than that.
inline constexpr std::size_t kMaxNamePointers = 127;

/// An option value that a person writes in text may not be longer than what any message could
/// carry (kMaxMessageSize, at \DDD an octet): a typing error should not become a 10 MB option.
inline constexpr std::size_t kMaxOptionText = 262'144;

}  // namespace lessor::wire
