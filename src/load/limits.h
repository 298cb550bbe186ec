#pragma once
// The load tester's limits, with their reasons. Must not know: who keeps them.

#include "base/time.h"

#include <cstddef>
#include <cstdint>

namespace lessor::load {

/// Clients of one run. Each has a hardware address made of its number and at most kClientBytes of
/// memory.
inline constexpr std::uint32_t kMaxClients = 4'000'000;
/// RFC-conforming memory: state, timer, place in the queue and entry in the table of addresses.
inline constexpr std::size_t kClientBytes = 128;
/// Relays of one run: their addresses are given one by one or by a prefix.
inline constexpr std::size_t kMaxRelays = 4'096;
/// Exchanges a second that may be asked for: beyond what one core can make.
inline constexpr double kMaxRate = 5'000'000;
/// Clients of a capture that are played; their options and when they came are held in memory. More
/// tell a server nothing that these do not.
inline constexpr std::size_t kMaxCapturedClients = 65'536;
/// Octets of options that are taken of one message: with what a REQUEST needs besides it fits into
/// the 548 octets that every server takes (RFC 2131 2).
inline constexpr std::size_t kMaxCapturedOptions = 240;

/// Points of a rate that changes: a day of seconds.
inline constexpr std::size_t kMaxRatePoints = 100'000;
/// Parts of one kind in a mix: a millionth is as fine as anybody needs.
inline constexpr std::uint32_t kMaxParts = 1'000'000;
/// How often one message is sent at most.
inline constexpr int kMaxTries = 10;
/// The longest first wait for an answer: the last one is sixteen times as long.
inline constexpr Duration kMaxFirstDelay = Duration::seconds(4);

/// Messages that are begun or sent again before answers are looked at once more: who sends
/// thousands in one go is deaf meanwhile, and the kernel drops what comes.
inline constexpr std::uint32_t kMaxBurst = 64;
/// While nothing more can be sent, this long until it is tried again.
inline constexpr Duration kFullPause = Duration::milliseconds(1);

}  // namespace lessor::load
