#pragma once
// Every limit of reading a configuration, with its reason.

#include <cstddef>
#include <cstdint>

namespace lessor::config {

/// All text of one configuration, includes too. Ten times a file with a million reservations; keeps
/// offsets in 32 bits.
inline constexpr std::size_t kMaxTextBytes = std::size_t{1} << 30;

/// Maps and lists inside one another. Kea's schema needs 9; user-context may hold anything, but the
/// reader recurses once a level and its stack must not be a stranger's to spend.
inline constexpr int kMaxDepth = 64;

/// Values in one configuration: a reservation has about 4, so this is millions of them, and still a
/// bounded amount of memory (about 1 GiB).
inline constexpr std::size_t kMaxValues = 16'000'000;

/// Files inside files, as deep as Kea goes; and all of them together, since ten levels of a file
/// that includes the next one twice already mean a thousand.
inline constexpr std::size_t kMaxIncludeDepth = 10;
inline constexpr std::size_t kMaxIncludes = 1'000;

/// Nobody mends more than this before looking again; a last problem says that there were more.
inline constexpr std::size_t kMaxProblems = 1'000;

/// Notes that say the same of one thing after the other, before one stands for all; and so many of
/// the others it names.
inline constexpr std::size_t kMaxNotesAlike = 3;

/// Syntax errors after the first few are mostly echoes of the first.
inline constexpr std::size_t kMaxSyntaxProblems = 20;

/// What a person typed, quoted in a message.
inline constexpr std::size_t kMaxQuotedBytes = 60;

/// The path of an included file, as it was looked for.
inline constexpr std::size_t kMaxShownPath = 300;

/// Addresses in all pools together: four /8s. The free addresses of pools are kept in memory, and a
/// pool of more than this is a typing error.
inline constexpr std::uint64_t kMaxPoolAddresses = std::uint64_t{1} << 26;

/// Addresses left out of a pool that a note names one by one.
inline constexpr std::size_t kMaxNamedAddresses = 6;

/// RFC 2131 2: 'sname' and 'file' are null terminated strings of 64 and 128 octets.
inline constexpr std::size_t kMaxServerHostname = 63;
inline constexpr std::size_t kMaxBootFileName = 127;

/// RFC 2131 2: 'chaddr' has 16 octets. RFC 2132 9.14: "its minimum length is 2"; one length octet.
inline constexpr std::size_t kMaxHwAddress = 16;
inline constexpr std::size_t kMinClientId = 2;
inline constexpr std::size_t kMaxClientId = 255;

/// RFC 8415 11.1: 128 octets and a type of two. RFC 3046 2: a sub-option has one length octet.
inline constexpr std::size_t kMaxDuid = 130;
inline constexpr std::size_t kMaxCircuitId = 255;

/// The kernel's sun_path has 108 octets with its terminator.
inline constexpr std::size_t kMaxSocketPath = 107;

/// Messages in a unit of time that a rate may allow: more than one port of 10 Gbit/s carries in a
/// second is no limit, and the time between two stays above nothing.
inline constexpr std::uint32_t kMaxMessageRate = 10'000'000;

/// IFNAMSIZ without its terminator.
inline constexpr std::size_t kMaxInterfaceName = 15;

}  // namespace lessor::config
