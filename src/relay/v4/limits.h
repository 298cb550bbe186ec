#pragma once
// Every limit of the relay engine, with its reason. What strangers can make it remember is
// allocated once.

#include "base/time.h"

#include <cstddef>
#include <cstdint>

namespace lessor::relay::v4 {

/// Links with clients: as many as there are VLANs on one trunk.
inline constexpr std::size_t kMaxDownlinks = 4'096;

/// Different servers in all: a set of them is one 32-bit word.
inline constexpr std::size_t kMaxServers = 32;

/// RFC 1542 4.1.1: "The relay agent MUST silently discard BOOTREQUEST messages whose 'hops' field
/// exceeds the value 16 ... The default setting for a configurable threshold SHOULD be 4."
inline constexpr std::uint8_t kMaxHops = 16;
inline constexpr std::uint8_t kDefaultHops = 4;

/// A message with option 82 in it: 1472 octets fill an Ethernet frame, and 72 are left for the
/// tunnels between relays and servers.
inline constexpr std::size_t kDefaultMessageSize = 1'400;
/// Below 576 octets (RFC 2131 2) there is hardly room for the option at all; above 1472 no frame.
inline constexpr std::size_t kLeastMessageSize = 548;
inline constexpr std::size_t kMostMessageSize = 1'472;

/// One length octet for the whole of option 82: it is never split, since relays and servers of the
/// field do not join it.
inline constexpr std::size_t kMaxAgentInfo = 255;

/// Parts of one template, and sub-options of one downlink: nobody writes more by hand.
inline constexpr std::size_t kMaxTemplateParts = 32;
inline constexpr std::size_t kMaxVendorInfos = 8;

/// Exchanges under way: who asked, by which link, of which servers. The newest push out the oldest,
/// which then are answered by giaddr and option 82 alone. 40 octets each.
inline constexpr std::size_t kExchanges = 65'536;
/// An exchange is over after this long: the longest of RFC 2131 4.1's retransmission delays.
inline constexpr Duration kExchangeLife = Duration::seconds(64);

/// Clients per port, and those of all ports together: the table is allocated at the start.
inline constexpr std::uint32_t kMaxClientsPerPort = 65'535;
inline constexpr std::size_t kMaxClients = std::size_t{1} << 20;

/// Events that wait for the log.
inline constexpr std::size_t kEventCapacity = 256;
/// One line for the drops of one reason in this time.
inline constexpr Duration kDropEventPause = Duration::seconds(10);

// How a server's health is judged (health.h).
/// So many different clients without any answer make a server suspect: it is probed.
inline constexpr int kSuspectClients = 3;
inline constexpr Duration kSuspectSilence = Duration::seconds(1);
/// And so many, after this long, with so many probes unanswered, take it out of service.
inline constexpr int kDeadClients = 8;
inline constexpr Duration kDeadSilence = Duration::seconds(5);
inline constexpr int kDeadProbes = 3;
/// A server that was suspected for nothing, as one is that is silent to many by policy, is not
/// suspected again for twice as long as the last time, up to this: probes fill its log. A client
/// that keeps trying goes to all meanwhile.
inline constexpr Duration kFirstBelief = Duration::seconds(2);
inline constexpr Duration kLongestBelief = Duration::seconds(30);
/// One line for the suspicions of one server in this time.
inline constexpr Duration kSuspectEventPause = Duration::seconds(600);
/// Between two probes of one server.
inline constexpr Duration kProbePause = Duration::seconds(1);
/// Clients that ask within this time of each other belong to one silence.
inline constexpr Duration kSilenceMemory = Duration::seconds(300);
/// A server out of service still gets one client message in so many (DHCPDISCOVER and BOOTP).
inline constexpr std::uint32_t kSampleOneIn = 16;

/// A client that has tried for so long goes to all servers: by its own count (secs) or by ours,
/// since many clients always say 0.
inline constexpr Duration kPatience = Duration::seconds(10);
/// So does one that has sent the same message this often.
inline constexpr std::uint8_t kPatienceTries = 3;

/// How long the hardware address that a server's answer came from is trusted: the neighbour may
/// have changed, and only the kernel finds out. Not that long when the server falls silent.
inline constexpr Duration kMacTrust = Duration::seconds(30);

/// DHCPLEASEQUERY at the start (RFC 4388): so many addresses of a link, this far apart.
inline constexpr std::uint32_t kMaxQueriesPerLink = 4'096;
inline constexpr Duration kQueryPause = Duration::milliseconds(10);

}  // namespace lessor::relay::v4
