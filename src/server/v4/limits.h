#pragma once
// Every limit of the server engine, with its reason. A queue or a table without a limit does not
// pass review.

#include "base/time.h"
#include "lease/lease_storage.h"

#include <cstddef>

namespace lessor::server::v4 {

/// Bytes of a stranger's identifier or name that an event keeps: enough for every DUID that is seen
/// in the field and for a host name that a person reads. Longer ones are cut, and say so.
inline constexpr std::size_t kEventTextLimit = 64;

/// Events that wait for the log thread. A full ring drops lines and counts them.
inline constexpr std::size_t kEventCapacity = 8'192;

/// Lease events that wait for who follows them, with their messages: 16 MB when all places are
/// used, none before. They wait for the disk, which takes some thousands of leases at once.
inline constexpr std::size_t kLeaseEventCapacity = 4'096;
/// The longest query that a lease event keeps: what a client can send without fragments.
inline constexpr std::size_t kLeaseQueryLimit = 1'500;

/// Leases for which room is reserved at start.
inline constexpr std::size_t kLeaseCapacity = 65'536;

/// Blocks of options remembered for replies (server/v4/option_blocks), 632 octets each: for each
/// menu of as many kinds of clients as a link usually has; no fewer than a mixed office has, and no
/// more than a processor's cache holds a good part of.
inline constexpr std::size_t kBlocksPerMenu = 8;
inline constexpr std::size_t kFewestBlocks = 256;
inline constexpr std::size_t kMostBlocks = 8'192;
/// What replies of the usual size have between the cookie and option 61; longer ones are rare and
/// laid out each time.
inline constexpr std::size_t kBlockLimit = 512;
/// Enterprises whose options a client takes (124, 125). Clients name one, seldom two; more are not
/// answered.
inline constexpr std::size_t kMaxVendors = 8;
/// What packets read of so many subnets stays in a processor's cache (2 KiB each); of more it is
/// fetched ahead.
inline constexpr std::size_t kCachedSubnets = 64;
/// Packets that are known to come: more than the receiver tells of at a time, the one that is here
/// and the two after it.
inline constexpr std::size_t kToldPackets = 4;
/// Octets of option 125 in a reply: as much as a usual message has room for.
inline constexpr std::size_t kVendorRoom = 1'024;
/// Octets of all options that flex_option makes for one reply: some long texts.
inline constexpr std::size_t kFlexRoom = 2'048;
/// Options that a client asks for. Twenty are many.
inline constexpr std::size_t kBlockListLimit = 64;

/// Client classes with options of one client whose reply's options are remembered: more are rare,
/// and such replies are laid out anew.
inline constexpr std::size_t kBlockClasses = 6;

/// Offers held at once. Each lasts 60 s by default, so this serves a thousand DISCOVERs a second
/// from clients that never ask again.
inline constexpr std::size_t kOfferCapacity = 65'536;

/// Pools told apart in the account of who holds how many offers; more than this share the last.
inline constexpr std::size_t kOfferClasses = 32'768;

/// Addresses asked for at once, by ARP or ICMP, half of them for one sender at most
/// (server/v4/shares): with ping_check's usual 100 ms, 5,120 new leases in a second.
inline constexpr std::size_t kProbeCapacity = 512;

/// Requests that wait for a calmer moment (server/v4/backlog): what is answered in a quarter of a
/// second. 26 MB when all places are used, none before.
inline constexpr std::size_t kBacklogCapacity = 32'768;
/// The longest of them: the 576 octets that every host must take (RFC 2131 2), and option 82.
inline constexpr std::size_t kBacklogDatagramLimit = 700;
/// How long a request is worth an answer: its client asks again after 4 s, less a second by chance
/// (RFC 2131 4.1).
inline constexpr Duration kGivenUpAfter = Duration::seconds(3);
/// Of those that wait, answered between two looks at the receive queues.
inline constexpr std::size_t kBacklogSlice = 64;
/// While answers must wait for the disk themselves, when to look again.
inline constexpr Duration kBacklogPause = Duration::milliseconds(1);

/// The longest datagram that waits for a probe: what a client can send without fragments.
inline constexpr std::size_t kProbeDatagramLimit = 1'500;

/// How long an ARP probe waits for an answer. A host on the link answers within milliseconds; a
/// client waits four seconds before it asks again (RFC 2131 4.1).
inline constexpr Duration kProbeTimeout = Duration::milliseconds(500);

/// Clients that are being asked to renew at once (FORCERENEW): at the usual 100 a second those of a
/// minute, in which each that does not answer is asked kRenewCalls times, after 4, 8 and 16 s.
inline constexpr std::size_t kRenewCapacity = 4'096;
inline constexpr std::size_t kRenewCalls = 4;

/// Leases looked at in one slice of work: expiry, and the walk that prepares a new configuration's
/// pools. 256 take some tens of microseconds.
inline constexpr std::size_t kSliceSize = 256;

/// DECLINEs of one client that count in full within kDeclineWindow; more are the work of a broken
/// or hostile client (C3-02).
inline constexpr std::uint32_t kDeclinesPerClient = 4;
inline constexpr Duration kDeclineWindow = Duration::seconds(600);
/// Clients whose DECLINEs are counted at once.
inline constexpr std::size_t kDeclineSlots = 1'024;
/// At most one in this many addresses of a pool is put on the full probation (C3-02).
inline constexpr std::uint64_t kDeclinedShareOfPool = 4;
/// How long further ones are that somebody answered for when they were asked for: as long as a
/// network takes to be mended, or an attacker to go on.
inline constexpr Duration kCrowdedProbation = Duration::seconds(600);

/// Other servers that are listed: a site has a few, who forges them has as many as he likes. A
/// link has its share, and so have those that are only known from what clients say.
inline constexpr std::size_t kOtherServers = 128;
inline constexpr std::size_t kOtherServersOfLink = 16;
inline constexpr std::size_t kChosenServersOfLink = 8;
/// One that was not seen for so long gives its place to another.
inline constexpr Duration kOtherServerMemory = Duration::seconds(600);
/// One that stays is told again after this long.
inline constexpr Duration kOtherServerRepeat = Duration::seconds(3'600);

/// Whose addresses are counted where a configuration limits them: clients, ports and relays, as
/// many as there can be leases and offers, each with three of its own. Subnets and classes are few;
/// those of templates take the others' room. 20 octets each, made as they are needed; without
/// limits none.
inline constexpr std::size_t kCountedHolders = 3 * (lease::kMaxLeases + kOfferCapacity);
/// Client classes that a lease remembers to be counted in: those that are limited first, of which
/// an offer holds as many as kMaxOfferClasses.
inline constexpr std::size_t kClassesOfLease = 16;
/// More room for them is made while this much is left, as for leases.
inline constexpr std::size_t kCensusLowWater = std::size_t{3} * 8'192;

/// Senders whose messages are counted at once for each rate that a configuration sets, 16 octets
/// each: so many can send within the time that a bucket takes to fill, before the one that sent
/// least gets another chance.
inline constexpr std::size_t kRateBuckets = 65'536;
/// Likewise values of a template class with a rate.
inline constexpr std::size_t kTemplateBuckets = 16'384;

/// Places that senders are counted in, a level: 2^12. Beside one heavy sender, one light one in
/// 4,096 is taken for him, until the next turn.
inline constexpr unsigned kSharePlacesBits = 12;
/// Lease changes on their way to the disk whose senders are remembered: as many as the change log
/// holds.
inline constexpr std::size_t kUnflushedCapacity = 8'192;

}  // namespace lessor::server::v4
