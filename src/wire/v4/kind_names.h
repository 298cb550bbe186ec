#pragma once
// Lists of domain names: the search list (option 119, RFC 3397) and its relatives, and the SIP
// servers (option 120, RFC 3361), which are names or addresses.

#include "wire/value_codec.h"

namespace lessor::wire {

/// The names of a list, pointers resolved. Nothing when one is malformed or does not end.
[[nodiscard]] std::optional<std::vector<std::string>> read_domain_list(Bytes value);

namespace kind {
/// "example.org, eng.example.org"; "compressed: " in front when the tails that occurred before are
/// pointers on the wire.
extern const ValueCodec kDomainList;
/// "sip.example.org" (encoding 0) or "192.0.2.1, 192.0.2.2" (encoding 1).
extern const ValueCodec kSipServers;
}  // namespace kind

}  // namespace lessor::wire
