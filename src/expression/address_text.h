#pragma once
// Addresses as text without the heap: what addrtotext makes. Must not know: expressions.

#include "expression/scratch.h"

namespace lessor::expression {

/// Puts "192.0.2.1". Four octets.
void put_ip4(Bytes address, Scratch& out);
/// Puts the text of RFC 5952; addresses that hold an IPv4 one (::ffff:192.0.2.1, ::192.0.2.1) with
/// its dots, as Kea does. Sixteen octets.
void put_ip6(Bytes address, Scratch& out);

}  // namespace lessor::expression
