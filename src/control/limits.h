#pragma once
// The limits of the control channel, in one place: whoever may open the socket still cannot make
// the server use memory or time without bound.

#include "base/time.h"

#include <cstddef>

namespace lessor::control {

/// A command carries at most a whole configuration (config-test).
inline constexpr std::size_t kMaxRequestBytes = 4U << 20U;
/// Nesting of a command's JSON. A configuration needs about eight levels; a bomb needs thousands.
inline constexpr std::size_t kMaxDepth = 32;
/// Keys of a command itself; it has four.
inline constexpr std::size_t kMaxCommandKeys = 16;
/// Connections at one time, a quarter of them for root and the server's own user, half for any
/// other user; one more takes the place of one that has not asked yet.
inline constexpr std::size_t kMaxConnections = 32;
/// Places of the lease table that one slice of work on the packet thread copies: some 100 us.
inline constexpr std::size_t kLeasesPerSlice = 256;
/// Leases in one page of an answer.
inline constexpr std::size_t kMaxLeasesInPage = 10'000;
/// Leases in the answer to lease4-get-all; more are asked for in pages.
inline constexpr std::size_t kMaxLeasesInAnswer = 200'000;
/// A connection whose command is not whole after this long is closed.
inline constexpr Duration kIdleLimit = Duration::seconds(10);

/// The head of an HTTP request: a stranger's room.
inline constexpr std::size_t kMaxHttpHead = 8U << 10U;
/// Wrong passwords of one address at once, then one in each pause; addresses that are remembered;
/// how often the log hears of them.
inline constexpr std::size_t kGuessesAtOnce = 10;
inline constexpr Duration kGuessPause = Duration::seconds(1);
inline constexpr std::size_t kMaxGuessers = 1'024;
inline constexpr Duration kGuessReportPause = Duration::seconds(10);
/// TCP sockets of either family that later configurations may listen with.
inline constexpr std::size_t kSpareTcpSockets = 8;
/// A file with a user's name or password.
inline constexpr std::size_t kMaxCredentialFile = 4'096;

/// How long a client waits for an answer: longer than the server's own patience with its disk.
inline constexpr Duration kAskPatience = Duration::seconds(30);

}  // namespace lessor::control
