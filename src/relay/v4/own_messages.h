#pragma once
// Messages of the relay's own: probes of a server's life, and DHCPLEASEQUERY. Must not know: when
// they are sent, what an answer means.

#include "relay/v4/server_pool.h"

namespace lessor::relay::v4 {

/// Who asks: giaddr is where the answer comes to, `info` the value of option 82 (may be empty).
struct Asker {
  net::Ip4 giaddr;
  net::Mac mac;  ///< stands in chaddr: a made-up client that no server knows
  Bytes info;
};

/// Writes a probe; its size, 300 at least. Precondition: the slot has room for any message.
[[nodiscard]] std::size_t write_probe(const Probe& probe, const Asker& asker, MutableBytes slot);

/// R4388-6-a: "giaddr" is set, and of ciaddr, chaddr and option 61 only ciaddr.
[[nodiscard]] std::size_t write_query(std::uint32_t xid, net::Ip4 address, const Asker& asker,
                                      MutableBytes slot);

}  // namespace lessor::relay::v4
