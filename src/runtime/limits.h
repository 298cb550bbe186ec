#pragma once
// The runtime's limits and why they are what they are.

#include "base/time.h"

#include <cstddef>

namespace lessor::runtime {

/// Datagrams received before what they caused is sent: small enough that the first of a burst does
/// not wait for the last, large enough to share system calls and a flush.
inline constexpr std::size_t kReceiveBatch = 32;
/// So many of those that follow a frame are told of before it is delivered: while it is answered
/// the memory sends what the next reads, and of the one after that where it reads.
inline constexpr std::size_t kToldAhead = 2;
/// Where more than half of a queue is full, more comes than can be answered. Then so many are
/// looked at in one turn (a whole ring, or what comes in about as many microseconds), and so many
/// of them answered: a millisecond or two in all, for which other sockets wait.
inline constexpr std::size_t kCrowd = 4'096;
inline constexpr std::size_t kCrowdAnswered = 512;
/// Room for a received datagram or frame: an Ethernet MTU of 1500 and then some. What is longer is
/// counted and dropped; no DHCP message that this program answers is.
inline constexpr std::size_t kReceiveSlot = 2'048;

/// Memory for all receive rings together, and how many there are at most. The kernel takes tens of
/// milliseconds to set one up; who serves thousands of interfaces has little traffic on each, and
/// the others are read by recvmmsg.
inline constexpr std::size_t kRingBudgetBytes = 64UL * 1'024 * 1'024;
inline constexpr std::size_t kMaxRings = 16;
/// Frames that one ring holds at most: a burst of thousands.
inline constexpr std::size_t kMaxRingFrames = 4'096;

/// Receive queues of one interface that get an AF_XDP socket; what comes by others takes the packet
/// socket. Each has memory of its own.
inline constexpr std::size_t kMaxXdpQueues = 16;

/// Who plays thousands of clients on a processor that others use, too, may have to wait for its
/// turn some tens of milliseconds: so many answers find room meanwhile. And so many batches of them
/// are taken before more is asked.
inline constexpr std::size_t kFleetRingFrames = 16'384;
inline constexpr std::size_t kFleetReceiveBatches = 16;

/// Datagrams that wait in front of one full socket, and how often the first is tried again.
inline constexpr std::size_t kSendQueueCapacity = 256;
inline constexpr std::size_t kSendBatch = 64;
inline constexpr int kMaxSendTries = 20;
inline constexpr Duration kSendPause = Duration::milliseconds(1);

/// What servers say to clients is only looked at, never answered: kReceiveBatch frames of one link
/// in each pause, and so many of all together. Floods of it are left to the kernel to drop.
inline constexpr std::size_t kListenBudget = 10 * kReceiveBatch;
inline constexpr Duration kListenPause = Duration::milliseconds(100);
/// Links that are listened to at once: each takes a socket and 64 KiB.
inline constexpr std::size_t kMaxListenedLinks = 256;

/// After this an interface whose socket could not be opened is tried again.
inline constexpr Duration kReopenInterval = Duration::seconds(5);

}  // namespace lessor::runtime
