#pragma once
// A packet as a piece of a program: C and Python byte literals, and the expression that makes it in
// scapy. Must not know: files.

#include "craft/packet/recipe.h"

namespace lessor::craft {

/// `static const unsigned char packet[342] = {` and so on, 12 octets a line.
[[nodiscard]] std::string c_literal(const Packet& packet);
/// `packet = bytes.fromhex(` and so on, 32 octets a line.
[[nodiscard]] std::string python_literal(const Packet& packet);
/// `Ether(...)/IP(...)/UDP(...)/BOOTP(...)/DHCP(options=[...])`, for scapy 2.5 with scapy.all
/// imported; bytes() of it is the packet. What scapy has no field for is given as octets.
[[nodiscard]] std::string scapy_expression(const Packet& packet);

}  // namespace lessor::craft
