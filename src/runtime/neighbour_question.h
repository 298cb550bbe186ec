#pragma once
// Asks by ARP where a neighbour is, for those who send frames to it themselves. Must not know: what
// is sent.

#include "net/interfaces.h"
#include "runtime/packet_port.h"

namespace lessor::runtime {

/// Who asks for whom.
struct NeighbourQuestion {
  net::Mac from_mac;
  net::Ip4 from;  ///< an address of ours on the link
  net::Ip4 neighbour;
};

/// The hardware address that answers through `port`, which hears ARP. Blocks: asks up to three
/// times, a second apart; what else comes meanwhile is thrown away. Error: nobody answered.
[[nodiscard]] Result<net::Mac> ask_for_neighbour(PacketPort& port,
                                                 const NeighbourQuestion& question);

}  // namespace lessor::runtime
