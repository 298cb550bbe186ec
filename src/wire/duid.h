#pragma once
// DHCP unique identifiers (RFC 8415 11, RFC 6355) as text. DHCPv4 has them inside option 61 (RFC
// 4361), DHCPv6 everywhere.

#include "wire/option_notation.h"

namespace lessor::wire {

/// "llt 1 694224000 00:11:22:33:44:55", "en 43793 0x0102", "ll 1 00:11:22:33:44:55", "uuid
/// 00112233-4455-6677-8899-aabbccddeeff"; anything else in hexadecimal.
[[nodiscard]] std::string print_duid(Bytes duid);
/// Its inverse; reads hexadecimal of any kind, too.
[[nodiscard]] Complaint parse_duid(std::string_view text, std::vector<std::byte>& out);

}  // namespace lessor::wire
