#pragma once
// The door for text from the network: what leaves here is fit for files, terminals, environments
// and scripts. Everything is refused or escaped, nothing is mended. Must not know: options.

#include "base/bytes.h"

#include <optional>
#include <string>

namespace lessor::client::v4 {

/// A name (RFC 1035 2.3.1, with underscores): labels of 1 to 63 letters, digits, hyphens and
/// underscores, each with a letter or digit in it and no hyphen at its ends, 255 octets on the wire
/// at most. Trailing NULs (R2132-2-a) and one trailing dot go away. Nothing when it is no such
/// name.
[[nodiscard]] std::optional<std::string> clean_name(Bytes text);
/// A name that a host may call itself: as clean_name(), and not "localhost", not an address or
/// another name whose last label is a number, and of 64 octets at most, which is what Linux holds:
/// of a longer one, its first label.
[[nodiscard]] std::optional<std::string> clean_host_name(Bytes text);
/// Any text from the network for people: printable ASCII stays, the backslash and the rest become
/// \xNN, trailing NULs go; at most `limit` octets come out. Not for scripts: see clean_word().
[[nodiscard]] std::string clean_text(Bytes text, std::size_t limit = 1'024);
/// A word for a hook's environment, which careless scripts may evaluate: letters, digits and
/// -_.:/@,+~ stand, it begins with no - or ~, and no part of a path in it is "..". Nothing when it
/// is empty, longer than `limit`, or has any other octet (blanks, quotes, ; $ ` & | < > \ % =).
[[nodiscard]] std::optional<std::string> clean_word(Bytes text, std::size_t limit = 255);
/// An absolute https URI (R8910-a) as RFC 3986 spells it, of 1,024 octets at most, with a host and
/// without user information (which hides the host from people). Also nothing when it has one of the
/// characters that RFC 3986 allows and a shell obeys within quotes, or that few URIs have: ! $ ' (
/// ) * ; (which may be written %24). RFC 8910 2's "urn:ietf:params:capport:unrestricted" says that
/// there is no portal: nothing, too.
[[nodiscard]] std::optional<std::string> clean_https_uri(Bytes text);

}  // namespace lessor::client::v4
