#pragma once
// Any frame in one line: DHCP, ARP, other UDP and IPv4, and everything else. Must not know: tables.

#include "craft/dissect.h"

namespace lessor::craft {

/// "DHCPOFFER 192.168.56.100 -> 255.255.255.255, client c0:01:1b:69:00:00, xid 0x00001aed, address
/// 192.168.56.104 for 30s". What could not be read is said behind a semicolon. ASCII, no newline.
[[nodiscard]] std::string summary(const Dissection& frame);

/// "0x0800 (IPv4)"; the number alone when it has no name here.
[[nodiscard]] std::string ether_type_text(std::uint16_t type);
/// "0x00001aed", with `digits` hexadecimal digits.
[[nodiscard]] std::string hex(std::uint64_t value, int digits);

}  // namespace lessor::craft
