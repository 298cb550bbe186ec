#pragma once
// Who may have a connection to a server when there are more who want one than places: a pure
// rule, so that nobody who opens connections and says nothing keeps an operator out. Must not know:
// sockets.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace lessor::runtime {

/// One who is connected, or wants to be.
struct UnixSeat {
  int id = 0;              ///< the caller's name for it
  std::uint64_t age = 0;   ///< a number that grows with every connection: the oldest has the lowest
  unsigned uid = 0;        ///< the user; by TCP a number of his address
  int pid = 0;             ///< the process that has it; 0: not known
  bool owner = false;      ///< root or the server's own user: an operator
  bool answering = false;  ///< has asked, and is being answered; else it still has to ask
};

/// How many at once.
struct UnixSeatLimits {
  std::size_t all = 0;
  std::size_t reserved = 0;  ///< of them for owners only
  std::size_t per_user = 0;  ///< for each user who is no owner
};

/// The limits that belong to `all` places: a quarter for owners only, half for one user at most.
[[nodiscard]] UnixSeatLimits seat_limits(std::size_t all);

/// What to do with a newcomer.
struct UnixSeating {
  bool admitted = false;
  std::optional<int> leaves;  ///< the id of the seat that makes room
};

/// One that has not asked yet makes room for a newcomer of its own user, or of its own kind: the
/// oldest of the process (by TCP: of the address) that has most of them, so that whoever opens
/// hundreds pays for them himself. An owner takes any place, if need be of one who is slow to read
/// his answer.
[[nodiscard]] UnixSeating seat(std::span<const UnixSeat> seats, const UnixSeat& newcomer,
                               const UnixSeatLimits& limits);

}  // namespace lessor::runtime
